import Bellhop

/// A body or a query of names and values, `a=1&b=2`. https://url.spec.whatwg.org/#urlencoded-parsing
public enum FormFields {
  /// So many pairs are read at most.
  public static let limit = 1_000

  /// The pairs in their order; nil where they are not UTF-8 once decoded, or too many.
  public static func pairs(_ text: some StringProtocol) -> [PostHead.Pair]? {
    var pairs: [PostHead.Pair] = []
    for piece in text.split(separator: "&") {
      let halves = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pairs.count < limit, let name = halves[0].percentDecoded(plusIsSpace: true, keepsBroken: true),
        let value = (halves.count > 1 ? halves[1] : "").percentDecoded(plusIsSpace: true, keepsBroken: true)
      else { return nil }
      pairs.append(PostHead.Pair(name, value))
    }
    return pairs
  }

  /// The pairs of a body.
  static func pairs(_ body: [UInt8]) -> [PostHead.Pair]? { String(validating: body, as: UTF8.self).flatMap { pairs($0) } }
}
