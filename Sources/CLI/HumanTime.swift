import Bellhop
import Glibc

/// Times as people type and read them.
enum HumanTime {
  /// A time in RFC 3339, or how long ago: `2h`, `2h ago`. Nil for anything else.
  static func since(_ text: String, now: Timestamp) -> Timestamp? {
    if let time = Timestamp(rfc3339: text) { return time }
    let words = text.split(separator: " ")
    guard let first = words.first, words.dropFirst().isEmpty || words.dropFirst() == ["ago"], let length = Duration(parsing: first)
    else { return nil }
    return now - length
  }

  /// A time to come: RFC 3339, `18:00` (the next time it is that where the reader is), `2026-11-23 18:00`, or how long: `2h`. Nil for anything
  /// else.
  static func until(_ text: String, now: Timestamp) -> Timestamp? {
    if let time = Timestamp(rfc3339: text) { return time }
    if let length = Duration(parsing: text) { return now + length }
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard let clock = words.last.flatMap(clock), words.count <= 2 else { return nil }
    if words.count == 2 {
      guard let date = Timestamp(rfc3339: "\(words[0])T00:00:00Z")?.civil else { return nil }
      return moment(date.year, date.month, date.day, clock)
    }
    var seconds = time_t(now.seconds)
    var parts = tm()
    guard localtime_r(&seconds, &parts) != nil else { return nil }
    // The day after tomorrow too: where a clock is put forward, tomorrow may not have it either.
    return (0...2).lazy.compactMap { moment(Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday) + $0, clock) }
      .first { $0 > now }
  }

  /// `18:00`, `9:05`.
  private static func clock(_ text: Substring) -> (hour: Int, minute: Int)? {
    let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
    guard pieces.count == 2, (1...2).contains(pieces[0].utf8.count), pieces[1].utf8.count == 2,
      pieces.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let hour = Int(pieces[0]), let minute = Int(pieces[1]),
      hour < 24, minute < 60
    else { return nil }
    return (hour, minute)
  }

  /// A wall time where the reader is. Of an hour that comes twice it is the first; one that never comes is as much later as the clock is put
  /// forward.
  private static func moment(_ year: Int, _ month: Int, _ day: Int, _ clock: (hour: Int, minute: Int)) -> Timestamp? {
    func made(summer: Int32) -> (seconds: time_t, isExact: Bool)? {
      var parts = tm()
      (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(clamping: year - 1900), Int32(month - 1), Int32(day))
      (parts.tm_hour, parts.tm_min, parts.tm_isdst) = (Int32(clock.hour), Int32(clock.minute), summer)
      let seconds = mktime(&parts)
      if seconds == -1 { return nil }
      return (seconds, Int(parts.tm_hour) == clock.hour && Int(parts.tm_min) == clock.minute)
    }
    let exact = [made(summer: 1), made(summer: 0)].compactMap { $0 }.filter(\.isExact).map(\.seconds).min()
    return (exact ?? made(summer: 0)?.seconds).map { Timestamp(seconds: Int64($0)) }
  }

  /// `2026-11-23 09:30:00` where the reader is (`TZ`, else the machine's zone).
  static func local(_ time: Timestamp) -> String {
    var seconds = time_t(time.seconds)
    var parts = tm()
    guard localtime_r(&seconds, &parts) != nil else { return time.rfc3339 }
    func pad(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let date = "\(parts.tm_year + 1900)-\(pad(parts.tm_mon + 1))-\(pad(parts.tm_mday))"
    return "\(date) \(pad(parts.tm_hour)):\(pad(parts.tm_min)):\(pad(parts.tm_sec))"
  }

  /// A time of the API's for people; empty where there is none.
  static func local(_ value: JSON?) -> String {
    guard let text = value?.string else { return "" }
    return Timestamp(rfc3339: text).map(local) ?? Output.printable(text)
  }

  /// How long ago a time of the API's was; empty where there is none.
  static func age(_ value: JSON?, now: Timestamp) -> String {
    value?.string.flatMap { Timestamp(rfc3339: $0) }.map { Output.age(now - $0) } ?? ""
  }
}
