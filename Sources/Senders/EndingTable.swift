/// Finds which of many words a name ends with, without a look at the others. Nothing in it is counted, so that a look costs no more than its
/// bytes.
struct EndingTable<Value: Sendable>: Sendable {
  struct KnownEnding: Sendable {
    fileprivate let start: Int
    let count: Int
    fileprivate let isWhole: Bool
    let value: Value
  }

  /// All words one after the other.
  private let letters: [UInt8]
  /// In order of ``bucket(_:_:)``; those of a bucket are `known[starts[bucket]..<starts[bucket + 1]]`.
  private let known: [KnownEnding]
  private let starts: [Int]

  /// Words with what each of them says, the first of equal ones first; those that are whole are found as the whole name only. An empty word is
  /// no word.
  init(_ words: [(word: [UInt8], isWhole: Bool, Value)]) {
    var letters: [UInt8] = []
    var buckets = [[KnownEnding]](repeating: [], count: 256)
    for (word, isWhole, value) in words {
      guard let last = word.last else { continue }
      let known = KnownEnding(start: letters.count, count: word.count, isWhole: isWhole, value: value)
      buckets[Self.bucket(last, word.dropLast().last ?? 0)].append(known)
      letters += word
    }
    self.letters = letters
    known = buckets.flatMap(\.self)
    starts = buckets.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
  }

  /// Words are told apart by their last two bytes.
  private static func bucket(_ last: UInt8, _ before: UInt8) -> Int { Int(last &* 31 &+ before) }

  /// The first word that a name, which is not empty, ends with.
  func ending(of name: UnsafeBufferPointer<UInt8>) -> KnownEnding? {
    let bucket = Self.bucket(name[name.count - 1], name.count > 1 ? name[name.count - 2] : 0)
    for index in starts[bucket]..<starts[bucket + 1] where ends(name, with: known[index]) { return known[index] }
    return nil
  }

  private func ends(_ name: UnsafeBufferPointer<UInt8>, with word: KnownEnding) -> Bool {
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
