import Bellhop
import Web

/// A line of the trail as it is kept: the same done again right behind it is the same line.
struct AuditLine: Sendable, Hashable {
  /// Counts up within a store; never given twice.
  var number: Int64
  var first: Timestamp
  var last: Timestamp
  var times: Int64 = 1
  var entry: AuditEntry

  /// Whoever does the same again within that long adds to the line.
  static let pause = Duration.seconds(600)
  /// Characters of each of its words.
  static let longest = 200

  init(number: Int64, _ entry: AuditEntry, at now: Timestamp) {
    self.number = number
    first = now
    last = now
    self.entry = AuditEntry(
      who: Self.cut(entry.who), by: Self.cut(entry.by), what: Self.cut(entry.what), of: entry.of.map(Self.cut),
      result: Self.cut(entry.result))
  }

  private static func cut(_ text: String) -> String { String(text.prefix(longest)) }

  /// Takes up one more of its kind, where it is one. All who are refused at the door share a line while they stand behind one another: nobody
  /// can push out what others did.
  mutating func takes(_ more: AuditLine) -> Bool {
    var same = entry
    if entry.isRefusedLogin { same.who = more.entry.who }
    guard same == more.entry, more.first - last < Self.pause else { return false }
    entry = same
    last = max(last, more.first)
    times += more.times
    return true
  }

  /// Hides who is to be forgotten; answers whether anything changed.
  mutating func forget(_ subject: String) -> Bool {
    let wanted = subject.lowercased()
    let before = entry
    // A word of one or two letters stands in too many others.
    func holds(_ text: String) -> Bool { text.lowercased() == wanted || wanted.utf8.count > 2 && text.lowercased().contains(wanted) }
    if holds(entry.who) { entry.who = Secret.mask }
    if let object = entry.of, holds(object) { entry.of = Secret.mask }
    if holds(entry.result) { entry.result = Secret.mask }
    return entry != before
  }

  /// As the API shows it.
  var view: JSON {
    var object: JSON.Object = ["number": .int(number), "at": .string(last.rfc3339)]
    if times > 1 {
      object["times"] = .int(times)
      object["since"] = .string(first.rfc3339)
    }
    object["who"] = .string(entry.who)
    object["by"] = .string(entry.by)
    object["what"] = .string(entry.what)
    object["of"] = entry.of.map(JSON.string)
    object["result"] = .string(entry.result)
    return .object(object)
  }

  /// As it is kept: times are microseconds since 1970.
  var kept: JSON {
    [
      .int(number), .int(first.microseconds), .int(last.microseconds), .int(times), .string(entry.who), .string(entry.by),
      .string(entry.what), entry.of.map(JSON.string) ?? .null, .string(entry.result),
    ]
  }

  /// From ``kept``; nil for anything else.
  init?(kept: JSON) {
    guard let parts = kept.array, parts.count == 9, let number = parts[0].int, let first = parts[1].int, let last = parts[2].int,
      let times = parts[3].int, let who = parts[4].string, let by = parts[5].string, let what = parts[6].string,
      let result = parts[8].string
    else { return nil }
    self.number = number
    self.first = Timestamp(microseconds: first)
    self.last = Timestamp(microseconds: last)
    self.times = times
    entry = AuditEntry(who: who, by: by, what: what, of: parts[7].string, result: result)
  }
}
