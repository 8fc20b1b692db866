import Bellhop
import Crypto

extension Severity {
  /// What monitoring tools and people call severities: `page`, `P1`, `warn`, `sev2` …; nil for a word that says nothing of it.
  init?(foreign word: String) {
    switch word.lowercased().filter({ $0 != " " && $0 != "-" && $0 != "_" }) {
    case "critical", "crit", "page", "fatal", "emergency", "emerg", "alert", "disaster", "blocker", "panic", "p1", "sev0", "sev1", "s1":
      self = .critical
    case "error", "err", "high", "major", "severe", "failure", "failed", "danger", "p2", "sev2", "s2": self = .error
    case "warning", "warn", "medium", "average", "moderate", "minor", "ticket", "p3", "sev3", "s3": self = .warning
    case "notice", "low", "p4", "sev4", "s4": self = .notice
    case "info", "information", "informational", "none", "ok", "good", "success", "p5", "sev5", "s5": self = .info
    case "debug", "trace": self = .debug
    default: return nil
    }
  }
}

extension Timestamp {
  /// A time as other programs write it: RFC 3339, also without a colon in the offset, without an offset (then UTC), or with a `Z` behind it;
  /// or a number since 1970, of seconds, milli-, micro- or nanoseconds, by its size.
  /// Nil for what is no time, and for what cannot be when something happened: before 2000, or more than a day from now.
  init?(foreign text: String?, now: Timestamp) {
    guard var text, text.utf8.count <= 64 else { return nil }
    if let number = Double(text) {
      self.init(foreignEpoch: number, now: now)
      return
    }
    if Timestamp(rfc3339: text) == nil {
      let tail = text.suffix(5)
      if tail.count == 5, tail.first == "+" || tail.first == "-", tail.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }) {
        text = text.dropLast(2) + ":" + text.suffix(2)
      } else if text.dropLast().contains("+"), text.hasSuffix("Z") {
        text.removeLast()
      } else {
        text += "Z"
      }
    }
    guard let time = Timestamp(rfc3339: text), time.isSane(now) else { return nil }
    self = time
  }

  /// Seconds, milli-, micro- or nanoseconds since 1970, told apart by their size: none of them reaches into the years of another.
  init?(foreignEpoch number: Double, now: Timestamp) {
    let seconds = number < 1e11 ? number : number < 1e14 ? number / 1e3 : number < 1e17 ? number / 1e6 : number / 1e9
    guard seconds > 0, seconds < 1e11 else { return nil }
    let time = Timestamp(microseconds: Int64((seconds * 1e6).rounded()))
    guard time.isSane(now) else { return nil }
    self = time
  }

  /// The same of a whole number.
  init?(foreignEpoch number: Int64, now: Timestamp) { self.init(foreignEpoch: Double(number), now: now) }

  private func isSane(_ now: Timestamp) -> Bool { seconds > 946_684_800 && self < now + .seconds(86_400) }
}

extension JSON {
  /// A string, or a scalar as people write it; nil where there is nothing to read, as of null, empty text and whole objects.
  var words: String? {
    switch self {
    case .null, .array, .object: nil
    default: plain.isEmpty ? nil : plain
    }
  }

  /// The value where it is small; else its beginning as a string: for what would stand in each of many events.
  func bounded(_ limit: Int) -> JSON {
    let text = self.text
    return text.utf8.count <= limit ? self : .string(String(decoding: text.utf8.prefix(limit), as: UTF8.self) + "…")
  }
}

/// Ids for what comes without one.
enum MadeID {
  /// Seconds in which the same body is the same event.
  static let window: Int64 = 60

  /// Of a request that a client may send again when the answer was lost: the same for the same bytes within ``window``, so that the second
  /// is a duplicate, and what happens later is not.
  static func of(_ body: [UInt8], _ place: String, at now: Timestamp) -> String {
    digest([Array(place.utf8), body, Array(String(now.seconds / window).utf8)])
  }

  /// 32 hexadecimal digits that stand for these parts, in this order.
  static func digest(_ parts: [[UInt8]]) -> String {
    var hash = SHA256()
    for part in parts {
      // The length before it: parts must not run into each other.
      hash.update(data: Array("\(part.count):".utf8))
      hash.update(data: part)
    }
    return hash.finalize().prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// Such digits in the form of a UUID.
  static func uuid(_ digits: String) -> String {
    var out = ""
    for (index, digit) in digits.prefix(32).enumerated() {
      if [8, 12, 16, 20].contains(index) { out += "-" }
      out.append(digit)
    }
    return out
  }
}
