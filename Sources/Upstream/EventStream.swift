/// Reads an event stream piece by piece: its lines may break anywhere. Pure.
/// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
struct EventStream {
  /// An event that is larger is not read: nobody may fill our memory.
  static let largest = 4 << 20

  /// What stands in one event.
  struct StreamEvent: Equatable {
    var name = "message"
    var data: [UInt8] = []
  }

  /// The stream is none, or an event in it is too large.
  struct Unreadable: Error {}

  private var line: [UInt8] = []
  private var name: [UInt8] = []
  private var data: [UInt8] = []
  private var hasData = false
  private var afterReturn = false
  private var isFirstLine = true

  /// Takes a piece; answers the events that end in it.
  mutating func take(_ piece: some Sequence<UInt8>) throws(Unreadable) -> [StreamEvent] {
    var events: [StreamEvent] = []
    for byte in piece {
      defer { afterReturn = byte == UInt8(ascii: "\r") }
      if byte == UInt8(ascii: "\n"), afterReturn { continue }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        if let event = endLine() { events.append(event) }
        line.removeAll(keepingCapacity: true)
      } else {
        guard line.count + data.count < Self.largest else { throw Unreadable() }
        line.append(byte)
      }
    }
    return events
  }

  private mutating func endLine() -> StreamEvent? {
    if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    isFirstLine = false
    guard !line.isEmpty else { return dispatch() }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
    var value = line[min(colon + 1, line.count)...]
    if value.first == 0x20 { value = value.dropFirst() }
    switch String(decoding: line[..<colon], as: UTF8.self) {
    case "event": name = Array(value)
    case "data":
      if hasData { data.append(UInt8(ascii: "\n")) }
      data += value
      hasData = true
    default: break  // A comment, or what we have no use for.
    }
    return nil
  }

  private mutating func dispatch() -> StreamEvent? {
    defer {
      name = []
      data = []
      hasData = false
    }
    guard hasData else { return nil }
    return StreamEvent(name: name.isEmpty ? "message" : String(decoding: name, as: UTF8.self), data: data)
  }
}
