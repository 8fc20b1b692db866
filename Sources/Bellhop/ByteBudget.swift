/// How many bytes may still be taken up: by a text, a window, a queue. One that is spent stays so.
public struct ByteBudget: Sendable, Hashable {
  /// What is left of it, in bytes; never negative.
  public private(set) var left: Int

  /// A budget of so many bytes; below 0 is none.
  public init(_ bytes: Int) { left = max(0, bytes) }

  /// Takes so many bytes, or none of them and answers false where fewer are left.
  public mutating func spend(_ bytes: Int) -> Bool {
    guard bytes <= left else { return false }
    left -= max(0, bytes)
    return true
  }
}

extension String {
  /// The beginning that takes up at most so many bytes as UTF-8; no scalar is split.
  package func prefix(bytes: Int) -> Substring {
    guard bytes < utf8.count else { return self[...] }
    var end = utf8.index(startIndex, offsetBy: max(0, bytes))
    while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
    return self[..<end]
  }
}
