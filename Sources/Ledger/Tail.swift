/// The newest events, whose entries in the indexes by identity, by subject and by type are not on disk yet.
///
/// These indexes are by hashes: written with each event, every event would write a page of each index anew, and that is half of the pages
/// that it would write. So the newest are remembered here, and taken over many at a time in the order of the index, where neighbours share
/// pages. After a crash they are read from the events themselves.
struct Tail {
  /// So many are gathered before they are taken over.
  static let usual = 32_768
  /// So many entries are taken over in one transaction at least: it is one that others wait for.
  static let step = 256
  /// So many for each event that the transaction adds: an event has up to three, so less is gathered meanwhile than is taken over, and it
  /// comes to an end.
  static let stepPerEvent = 4

  /// An entry of one of the indexes.
  enum IndexEntry {
    case identity(IdentityKey, sequence: Int64)
    case subject(Int64, sequence: Int64)
    case type(Int64, sequence: Int64)
  }

  /// What the indexes will hold next, in their order, and how far that is written.
  struct Taking {
    var identities: [(key: IdentityKey, sequence: Int64)]
    var subjects: [(key: Int64, sequence: Int64)]
    var types: [(key: Int64, sequence: Int64)]
    var byKey: [IdentityKey: Int64]
    /// The last event among them.
    var last: Int64
    var done = 0

    var count: Int { identities.count + subjects.count + types.count }

    subscript(index: Int) -> IndexEntry {
      let other = index - identities.count
      if other < 0 { return .identity(identities[index].key, sequence: identities[index].sequence) }
      if other < subjects.count { return .subject(subjects[other].key, sequence: subjects[other].sequence) }
      let (key, sequence) = types[other - subjects.count]
      return .type(key, sequence: sequence)
    }
  }

  private let full: Int
  private var identities: [IdentityKey: Int64] = [:]
  private var subjects: [(key: Int64, sequence: Int64)] = []
  private var types: [(key: Int64, sequence: Int64)] = []
  private var last: Int64 = 0
  private(set) var taking: Taking?
  /// What the transaction under way has changed.
  private var added: [(key: IdentityKey, before: Int64?)] = []
  private var before: (subjects: Int, types: Int, last: Int64, done: Int) = (0, 0, 0, 0)

  init(full: Int = usual) { self.full = full }

  /// Events that only this knows how to find.
  var count: Int { identities.count + (taking?.byKey.count ?? 0) }

  /// The newest event of that identity among these.
  func sequence(of key: IdentityKey) -> Int64? { identities[key] ?? taking?.byKey[key] }

  /// How many entries the transaction under way takes over.
  var share: Int { max(Self.step, Self.stepPerEvent * added.count) }

  /// - Parameters:
  ///   - subject: nil where it has none or is forgotten.
  ///   - type: nil where it is forgotten.
  mutating func add(_ key: IdentityKey, subject: Int64?, type: Int64?, sequence: Int64) {
    added.append((key, identities.updateValue(sequence, forKey: key)))
    if let subject { subjects.append((subject, sequence)) }
    if let type { types.append((type, sequence)) }
    last = sequence
  }

  /// Begins to take over what is gathered, where it is many, or in any case if `early`, and nothing is being taken over. Between transactions.
  mutating func startTaking(early: Bool = false) {
    guard taking == nil, identities.count >= (early ? 1 : full) else { return }
    taking = Taking(
      identities: identities.map { ($0.key, $0.value) }.sorted { $0.key < $1.key },
      subjects: subjects.sorted { $0 < $1 }, types: types.sorted { $0 < $1 }, byKey: identities, last: last)
    identities = [:]
    subjects = []
    types = []
  }

  /// Notes that so many more are written.
  mutating func took(_ count: Int) { taking?.done += count }

  // MARK: With the transaction

  mutating func begin() {
    added.removeAll(keepingCapacity: true)
    before = (subjects.count, types.count, last, taking?.done ?? 0)
  }

  mutating func commit() { if let taking, taking.done == taking.count { self.taking = nil } }

  mutating func rollback() {
    for (key, old) in added.reversed() { identities[key] = old }
    added = []
    subjects.removeLast(subjects.count - before.subjects)
    types.removeLast(types.count - before.types)
    last = before.last
    taking?.done = before.done
  }
}

/// An identity as a key in memory, in the order that it has as bytes.
struct IdentityKey: Hashable, Comparable {
  private let parts: (UInt64, UInt64, UInt32)

  init(_ bytes: UnsafeRawBufferPointer) {
    parts = (
      UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)), UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
      UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    )
  }

  /// Lends its ``Identity/size`` bytes.
  func withBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
    try withUnsafeBytes(of: (parts.0.bigEndian, parts.1.bigEndian, parts.2.bigEndian)) {
      try body(UnsafeRawBufferPointer(rebasing: $0[..<Identity.size]))
    }
  }

  static func == (left: Self, right: Self) -> Bool { left.parts == right.parts }
  static func < (left: Self, right: Self) -> Bool { left.parts < right.parts }
  /// Its bytes are those of a hash: a part of them tells as well as all.
  func hash(into hasher: inout Hasher) { hasher.combine(parts.1) }
}
