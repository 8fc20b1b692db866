#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An event in the form of `POST /v1/events`, as one line.
enum EventLine {
  static func bytes(
    id: String, type: String?, subject: String?, severity: EventSeverity, text: String?, source: String?, data: [String: EventValue],
    time: timespec
  ) -> [UInt8] {
    var members: [(key: String, value: EventValue)] = [("id", .string(id)), ("time", .string(rfc3339(time)))]
    for (key, value) in [("type", type), ("subject", subject), ("severity", severity.rawValue), ("source", source), ("text", text)] {
      if let value { members.append((key, .string(value))) }
    }
    if !data.isEmpty { members.append(("data", .object(data))) }
    var out: [UInt8] = []
    EventValue.write(members, to: &out)
    return out
  }

  static var now: timespec {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return time
  }

  /// UTC with milliseconds. https://www.rfc-editor.org/rfc/rfc3339#section-5.6
  static func rfc3339(_ time: timespec) -> String {
    var seconds = time.tv_sec
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func pad(_ number: Int, _ width: Int = 2) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = "\(pad(Int(parts.tm_year) + 1900, 4))-\(pad(Int(parts.tm_mon) + 1))-\(pad(Int(parts.tm_mday)))"
    let clock = "\(pad(Int(parts.tm_hour))):\(pad(Int(parts.tm_min))):\(pad(Int(parts.tm_sec)))"
    return "\(date)T\(clock).\(pad(Int(time.tv_nsec) / 1_000_000, 3))Z"
  }

  /// A random UUID, version 4: https://www.rfc-editor.org/rfc/rfc9562#section-5.4
  static func newID() -> String {
    var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    return bytes.enumerated().reduce(into: "") { text, byte in
      if [4, 6, 8, 10].contains(byte.offset) { text += "-" }
      text += String(byte.element >> 4, radix: 16) + String(byte.element & 15, radix: 16)
    }
  }
}
