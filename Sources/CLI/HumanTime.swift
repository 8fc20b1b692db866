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
