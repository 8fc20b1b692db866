import Bellhop

/// Words for words: the first pattern that fits gives its word. `*` stands for anything, and case does not count.
struct WordMap: Sendable {
  private let entries: [(pattern: Glob, word: String)]

  init(_ entries: [Value.Entry]?) {
    self.entries = (entries ?? []).compactMap { entry in
      guard case .string(let word) = entry.value else { return nil }
      return (Self.pattern(entry.key), word)
    }
  }

  static func pattern(_ key: String) -> Glob { Glob(key.lowercased().replacing("*", with: "**")) }

  /// Nil where no pattern fits. What is long is no word.
  func word(for text: String) -> String? {
    guard !entries.isEmpty, text.utf8.count <= 512 else { return nil }
    let folded = text.lowercased()
    return entries.first { $0.pattern.matches(folded) }?.word
  }
}

/// How bad things are in the words that most tools use.
enum SyslogWords {
  /// Bellhop's own words, those of syslog, and how people shorten them. https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1
  static func severity(of word: String) -> Severity? {
    let word = word.lowercased()
    if let severity = Severity(word: word) { return severity }
    return switch word {
    case "emergency", "emerg", "panic", "alert", "crit", "fatal": .critical
    case "err", "failure", "failed": .error
    case "warn": .warning
    case "information", "informational", "ok", "success": .info
    case "trace": .debug
    default: nil
    }
  }
}

/// Times as vendors write them.
enum VendorTime {
  /// RFC 3339, or a number since 1970: of seconds, milli-, micro- or nanoseconds, by its size. Nil for what is none, or none of our days.
  static func read(_ text: String) -> Timestamp? {
    guard text.utf8.count <= 64 else { return nil }
    let time: Timestamp?
    if let number = Double(text) {
      let magnitude = number.magnitude
      let seconds = magnitude < 1e11 ? number : magnitude < 1e14 ? number / 1e3 : magnitude < 1e17 ? number / 1e6 : number / 1e9
      time = (0..<1e11).contains(seconds) ? Timestamp(microseconds: Int64((seconds * 1e6).rounded())) : nil
    } else {
      time = Timestamp(rfc3339: text)
    }
    // Nobody's events are older than 1990, and of the year 2100 there is no news yet.
    return time.flatMap { (631_152_000..<4_102_444_800).contains($0.seconds) ? $0 : nil }
  }
}
