import Bellhop

/// The part of an address behind the question mark.
struct Query {
  private var pairs: [(name: String, value: String)] = []

  /// Refuses names that the route does not know: a filter that is misspelt must not show everything.
  init(_ text: String?, known: [String]) throws(ProblemDocument) {
    for pair in (text ?? "").split(separator: "&") {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = halves[0].percentDecoded(plusIsSpace: true),
        let value = (halves.count > 1 ? halves[1] : "").percentDecoded(plusIsSpace: true)
      else { throw ProblemDocument(400, "the query is not UTF-8 once percent-decoded") }
      guard known.contains(name) else {
        throw .field(String(name.prefix(40)), "is not known here; known are \(known.joined(separator: ", "))")
      }
      pairs.append((name, value))
    }
  }

  /// A value that is not empty.
  subscript(name: String) -> String? { pairs.last { $0.name == name && !$0.value.isEmpty }?.value }

  /// Bytes of a word or pattern: what matching one costs grows with its length.
  static let word = 256
  /// Bytes of a filter in the grammar of searches.
  static let filter = 2_048
  /// Bytes of a destination as the history prints it, which names every value of a target.
  static let destination = 2_048

  /// A word or pattern of bounded length; nil where it is absent or empty.
  func text(_ name: String, bytes limit: Int = Query.word) throws(ProblemDocument) -> String? {
    guard let text = self[name] else { return nil }
    guard text.utf8.count <= limit else { throw .field(name, "must not be longer than \(limit) bytes") }
    return text
  }

  func number(_ name: String, in range: ClosedRange<Int64>) throws(ProblemDocument) -> Int64? {
    guard let text = self[name] else { return nil }
    guard let number = Int64(text), range.contains(number) else {
      throw .field(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A time of RFC 3339, or how long ago: `24h`.
  func time(_ name: String, now: Timestamp) throws(ProblemDocument) -> Timestamp? {
    guard let text = self[name] else { return nil }
    if let time = Timestamp(rfc3339: text) { return time }
    if let ago = Duration(parsing: text) { return now - ago }
    throw .field(name, "must be a time like 2026-11-23T09:30:00Z, or how long ago, like 24h")
  }
}
