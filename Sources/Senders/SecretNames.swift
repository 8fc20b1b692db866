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

  /// Of nothing that is counted, so that a look at it costs no more than its bytes.
  private struct KnownName {
    let start: Int
    let count: Int
    let isWhole: Bool
    let weight: Weight
  }

  /// All names one after the other.
  private let letters: [UInt8]
  /// In order of ``bucket(_:_:)``; those of a bucket are `known[starts[bucket]..<starts[bucket + 1]]`.
  private let known: [KnownName]
  private let starts: [Int]
  private let ownPrefixes: [[UInt8]]

  /// The names that everybody has, and a sender's own: one that ends in `*` is a prefix.
  init(extra: [String] = []) {
    var letters: [UInt8] = []
    var buckets = [[KnownName]](repeating: [], count: 256)
    func add(_ word: String, isWhole: Bool, _ weight: Weight) {
      let bytes = NameFolding.folded(word)
      guard let last = bytes.last else { return }
      let name = KnownName(start: letters.count, count: bytes.count, isWhole: isWhole, weight: weight)
      buckets[Self.bucket(last, bytes.dropLast().last ?? 0)].append(name)
      letters += bytes
    }
    for word in Self.endings { add(word, isWhole: false, .secret) }
    for word in Self.words { add(word, isWhole: true, .secret) }
    for word in Self.looseWords { add(word, isWhole: true, .loose) }
    for owner in Self.owners { for word in ["pass", "pin", "otp", "pw", "pswd", "pwd"] { add(owner + word, isWhole: true, .secret) } }
    for word in extra where !word.hasSuffix("*") { add(word, isWhole: true, .secret) }
    self.letters = letters
    known = buckets.flatMap(\.self)
    starts = buckets.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    ownPrefixes = extra.filter { $0.hasSuffix("*") }.map { NameFolding.folded(String($0.dropLast())) }
  }

  /// Names are told apart by their last two bytes.
  private static func bucket(_ last: UInt8, _ before: UInt8) -> Int { Int(last &* 31 &+ before) }

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
      guard
        let tail = tails.first(where: { $0.last == name[count - 1] && $0.count < count && name[(count - $0.count)...].elementsEqual($0) })
      else {
        return nil
      }
      count -= tail.count
    }
    return UnsafeBufferPointer(rebasing: name[..<count])
  }

  private func weight(folded name: UnsafeBufferPointer<UInt8>) -> Weight? {
    let bucket = Self.bucket(name[name.count - 1], name.count > 1 ? name[name.count - 2] : 0)
    for index in starts[bucket]..<starts[bucket + 1] where ends(name, with: known[index]) { return known[index].weight }
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

  private func ends(_ name: UnsafeBufferPointer<UInt8>, with word: KnownName) -> Bool {
    let start = name.count - word.count
    guard word.isWhole ? start == 0 : start >= 0 else { return false }
    // Names differ near their ends sooner than where they begin alike.
    return letters.withUnsafeBufferPointer { letters in
      var index = word.count - 1
      while index >= 0 {
        if letters[word.start + index] != name[start + index] { return false }
        index -= 1
      }
      return true
    }
  }
}
