import Bellhop
import Crypto

/// A place where a rule keeps what it knows of one key: its state and, while something is to come of it, its alarm.
///
/// Rules are many, and their keys are made of what events say. Only a hash of the values is kept: what people are called stands in events alone,
/// where it can be forgotten.
public struct RuleSlot: Sendable, Hashable {
  /// Which part of the house: `pace` or `watch`.
  public let owner: String
  /// Whose rule it is: `devops/critical server errors`, or the name of a watch.
  public let name: String
  /// Which rule: `dedupe`.
  public let rule: String
  /// SHA-256 of all of it and of the values that tell this key from others.
  public let digest: [UInt8]

  /// The place of these values; nil stands for a value that an event did not have.
  public init(owner: String, name: String, rule: String, values: [String?] = []) {
    var hash = SHA256()
    for part in [owner, name, rule] { Self.feed(part, to: &hash) }
    for value in values { Self.feed(value, to: &hash) }
    self.init(owner: owner, name: name, rule: rule, digest: Array(hash.finalize()))
  }

  private init(owner: String, name: String, rule: String, digest: [UInt8]) {
    self.owner = owner
    self.name = name
    self.rule = rule
    self.digest = digest
  }

  /// The number of its alarm, of the kind ``Alarm/Kind/window``. Never negative.
  public var ref: Int64 { digest.prefix(8).reduce(0) { $0 << 8 | Int64($1) } & .max }

  /// The key of its state in ``Batch/states``.
  public var key: String { Self.key(of: ref) }

  /// The key of the state that an alarm of ``Alarm/Kind/window`` belongs to.
  public static func key(of ref: Int64) -> String { prefix + String(ref, radix: 16) }

  /// What all such keys begin with.
  public static let prefix = "slot/"

  /// With its length in front: `a` and `bc` are not `ab` and `c`.
  private static func feed(_ part: String?, to hash: inout SHA256) {
    guard let part else { return hash.update(data: [0xff, 0xff, 0xff, 0xff]) }
    let count = UInt32(clamping: part.utf8.count)
    hash.update(data: [UInt8(count & 0xff), UInt8(count >> 8 & 0xff), UInt8(count >> 16 & 0xff), UInt8(count >> 24)])
    hash.update(data: Array(part.utf8))
  }
}

extension RuleSlot {
  /// What is kept in the slot: its own words, then what the rule knows.
  public func value(_ state: JSON, expires: Timestamp? = nil) -> StateValue {
    let hex = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let kept = JSON.array([.int(Self.form), .string(owner), .string(name), .string(rule), .string(hex), state])
    return StateValue(Array(kept.text.utf8), expires: expires)
  }

  /// The slot and what its rule knew, from bytes as ``value(_:expires:)`` made them. Nil for anything else: it is as if nothing were kept.
  public static func read(_ bytes: [UInt8]) -> (slot: RuleSlot, state: JSON)? {
    guard let parts = try? JSON(parsing: bytes).array, parts.count == 6, parts[0] == .int(form), let owner = parts[1].string,
      let name = parts[2].string, let rule = parts[3].string, let hex = parts[4].string.map({ Array($0.utf8) }), hex.count == 64
    else { return nil }
    let digest = stride(from: 0, to: 64, by: 2).compactMap { UInt8(String(decoding: hex[$0..<$0 + 2], as: UTF8.self), radix: 16) }
    guard digest.count == 32 else { return nil }
    return (RuleSlot(owner: owner, name: name, rule: rule, digest: digest), parts[5])
  }

  /// What its rule knows; nil where nothing is kept, or where another key's words stand: no two keys are taken for one another.
  public func state(in states: any StateReading) -> JSON? {
    guard let kept = states.state(key), let read = Self.read(kept.bytes), read.slot == self else { return nil }
    return read.state
  }

  /// Of what is kept: a newer Bellhop that keeps more gives it another number.
  private static let form: Int64 = 1
}
