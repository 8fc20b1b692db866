import Bellhop

/// The names under which secrets stand: keys of objects, headers, parameters, variables. One list for every place that has names.
///
/// A name is compared folded (see ``NameFolding``): in lower case, without `_ - .` and blanks, look-alike letters as Latin ones. Behind a
/// reference, because every sender and every text that is read holds it.
final class SecretNames: Sendable {
  /// What a name says of the value beside it.
  enum Weight: Sendable {
    /// Whatever it is, it is hidden, but for `null` and truth values.
    case secret
    /// Hidden where it is text; a number is a count or a state: `"tokens": 1523`, `pass=12`.
    case loose
    /// By a prefix, `card…`: hidden as a key; in running text only what has digits.
    case prefixed
  }

  private let names: EndingTable<Weight>
  private static let tails = EndingTable(SecretNames.tailWords.map { (NameFolding.folded($0), isWhole: false, ()) })
  private let ownPrefixes: [[UInt8]]

  /// The names that everybody has, and a sender's own: one that ends in `*` is a prefix.
  init(extra: [String] = []) {
    var words: [(word: [UInt8], isWhole: Bool, Weight)] = []
    func add(_ word: String, isWhole: Bool, _ weight: Weight) { words.append((NameFolding.folded(word), isWhole, weight)) }
    for word in Self.endings { add(word, isWhole: false, .secret) }
    for word in Self.words { add(word, isWhole: true, .secret) }
    for word in Self.looseWords { add(word, isWhole: true, .loose) }
    for owner in Self.owners { for word in ["pass", "pin", "otp", "pw", "pswd", "pwd"] { add(owner + word, isWhole: true, .secret) } }
    for word in extra where !word.hasSuffix("*") { add(word, isWhole: true, .secret) }
    names = EndingTable(words)
    ownPrefixes = extra.filter { $0.hasSuffix("*") }.map { NameFolding.folded(String($0.dropLast())) }
  }

  /// Nil for a name that says nothing of a secret.
  func weight(of name: UnsafeBufferPointer<UInt8>) -> Weight? {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NameFolding.longest) { room in
      let count = NameFolding.fold(name, into: room)
      guard count > 0 else { return nil }
      let folded = UnsafeBufferPointer(rebasing: room[..<count])
      return weight(folded: folded) ?? Self.core(folded).flatMap { weight(folded: $0) }
    }
  }

  /// `token2`, `secret_value`: the name without a number or a word behind it that says nothing; nil where there is none.
  private static func core(_ name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    var count = name.count
    while count > 1, name.count - count < 2, name[count - 1] &- 48 < 10 { count -= 1 }
    if count == name.count {
      guard let tail = tails.ending(of: name), tail.count < count else { return nil }
      count -= tail.count
    }
    return UnsafeBufferPointer(rebasing: name[..<count])
  }

  private func weight(folded name: UnsafeBufferPointer<UInt8>) -> Weight? {
    if let known = names.ending(of: name) { return known.value }
    if !ownPrefixes.isEmpty { for prefix in ownPrefixes where Self.begins(name, with: prefix) { return .secret } }
    // What all beginnings begin with.
    guard name[0] == UInt8(ascii: "a") || name[0] == UInt8(ascii: "p") || name[0] == UInt8(ascii: "c") else { return nil }
    for prefix in Self.beginnings where Self.begins(name, with: prefix) {
      return isHarmless(name, behind: prefix.count) ? nil : .prefixed
    }
    return nil
  }

  func weight(of name: String) -> Weight? {
    var name = name
    return name.withUTF8 { weight(of: $0) }
  }

  /// `passwordChangedAt`, `cardinality`: the prefix is the beginning of another word, or what follows says that it is about the secret.
  private func isHarmless(_ name: UnsafeBufferPointer<UInt8>, behind count: Int) -> Bool {
    let rest = String(decoding: name[count...], as: UTF8.self)
    return Self.harmless.contains(rest)
  }

  private static func begins(_ name: UnsafeBufferPointer<UInt8>, with word: [UInt8]) -> Bool {
    guard !word.isEmpty, word.count <= name.count else { return false }
    for index in word.indices where word[index] != name[index] { return false }
    return true
  }
}
