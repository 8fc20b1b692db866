import Bellhop

/// A header of names and values, as signatures stand in: `t=1492774577,v1=5257a8…,v1=6ffbb5…`.
struct SignatureWords {
  private let pairs: [(name: Substring, value: Substring)]

  /// Of what stands between separators; what has no `=` in it is left out.
  init(_ header: String, separator: Character) {
    pairs = header.split(separator: separator).prefix(64).compactMap { piece in
      let halves = piece.drop { $0 == " " }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return halves.count == 2 ? (halves[0], halves[1]) : nil
    }
  }

  /// All values of a name, in their order.
  subscript(name: String) -> [Substring] { pairs.filter { $0.name == name }.map(\.value) }

  /// A time in seconds, exactly as it stands there, which is how it is signed; nil where it stands twice or is none.
  func time(_ name: String) -> (text: String, seconds: Int64)? {
    let values = self[name]
    guard values.count == 1, let value = values.first, let seconds = Self.seconds(value) else { return nil }
    return (String(value), seconds)
  }

  /// Whole seconds in digits.
  static func seconds(_ text: some StringProtocol) -> Int64? {
    guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    return Int64(text)
  }
}
