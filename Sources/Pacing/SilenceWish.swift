import Bellhop
import Matching

/// What somebody wants of a silence: all of a new one, or what is to change of one that there is. Nil leaves it as it is.
public struct SilenceWish: Sendable, Hashable {
  /// Which events: ``FilterText``.
  public var filter: String?
  /// Only what this role would hear; empty takes that away again.
  public var role: String?
  /// Only what this row would say; empty takes that away again.
  public var row: String?
  /// When it begins; of a new one nil is at once.
  public var from: Timestamp?
  /// When it ends, …
  public var until: Timestamp?
  /// … or how long it lasts from its beginning, or from now where it has begun before.
  public var length: Duration?
  /// Ends so much later than it would.
  public var extend: Duration?
  /// Who makes it.
  public var who: String?
  /// Why.
  public var why: String?
  /// It may be about every event.
  public var all: Bool

  /// Nothing, unless told otherwise.
  public init(
    filter: String? = nil, role: String? = nil, row: String? = nil, from: Timestamp? = nil, until: Timestamp? = nil,
    length: Duration? = nil, extend: Duration? = nil, who: String? = nil, why: String? = nil, all: Bool = false
  ) {
    self.filter = filter
    self.role = role
    self.row = row
    self.from = from
    self.until = until
    self.length = length
    self.extend = extend
    self.who = who
    self.why = why
    self.all = all
  }

  /// Bytes of `who`, `role` and `row`.
  static let word = 200
  /// Bytes of `why`.
  static let sentence = 1_000

  func applied(to old: Silence, isNew: Bool, at now: Timestamp) throws(SilenceFault) -> Silence {
    var silence = old
    silence.who = try said("who", who, old.who, Self.word, hint: "say who makes it")
    silence.why = try said("why", why, old.why, Self.sentence, hint: "say why, for whoever wonders about the quiet")
    try place(&silence)
    try pick(&silence, isNew: isNew)
    try time(&silence, isNew: isNew, at: now)
    return silence
  }

  private func said(_ field: String, _ new: String?, _ old: String, _ limit: Int, hint: String) throws(SilenceFault) -> String {
    let text = new ?? old
    guard text.contains(where: { !$0.isWhitespace }) else { throw SilenceFault(.wrong, hint, field: field) }
    guard text.utf8.count <= limit else { throw SilenceFault(.wrong, "must not be longer than \(limit) bytes", field: field) }
    return text
  }

  private func place(_ silence: inout Silence) throws(SilenceFault) {
    for (field, value) in [("role", role), ("row", row)] where (value?.utf8.count ?? 0) > Self.word {
      throw SilenceFault(.wrong, "must not be longer than \(Self.word) bytes", field: field)
    }
    if let role { silence.role = role.isEmpty ? nil : role }
    if let row { silence.row = row.isEmpty ? nil : row }
  }

  private func pick(_ silence: inout Silence, isNew: Bool) throws(SilenceFault) {
    guard let text = filter ?? (isNew ? "" : nil) else {
      // What narrowed it may have gone.
      if role?.isEmpty == true || row?.isEmpty == true { try refuseAll(silence) }
      return
    }
    silence.filter = text
    try refuseAll(silence)
  }

  private func refuseAll(_ silence: Silence) throws(SilenceFault) {
    let read: EventFilter
    do throws(FilterMistake) { read = try FilterText.parse(silence.filter, allowing: Silence.extras) } catch {
      throw SilenceFault(error, in: silence.filter)
    }
    if !read.roles.isEmpty, silence.role != nil { throw SilenceFault(.wrong, "the filter names roles already", field: "role") }
    if !read.rows.isEmpty, silence.row != nil { throw SilenceFault(.wrong, "the filter names rows already", field: "row") }
    if read.takesEveryEvent, silence.row == nil, read.rows.isEmpty, !all {
      let whose = silence.role.map { " for \(Match.show($0))" } ?? ""
      throw SilenceFault(.wrong, "this would silence every event\(whose): say which, or all: true", field: "filter")
    }
  }

  private func time(_ silence: inout Silence, isNew: Bool, at now: Timestamp) throws(SilenceFault) {
    if [until == nil, length == nil, extend == nil].count(where: { !$0 }) > 1 {
      throw SilenceFault(.wrong, "say only one of until, for and extend", field: "until")
    }
    if let from { silence.from = from }
    if let until { silence.until = until }
    if let length { silence.until = max(now, silence.from) + length }
    if let extend { silence.until = silence.until + extend }
    if isNew, until == nil, length == nil { throw SilenceFault(.wrong, "say how long: for or until", field: "until") }
    let field = length != nil ? "for" : extend != nil ? "extend" : from != nil && until == nil ? "from" : "until"
    guard silence.until > silence.from else { throw SilenceFault(.wrong, "it would end before it begins", field: field) }
    guard silence.until > now else { throw SilenceFault(.wrong, "it would have ended already", field: field) }
    guard silence.until - max(now, silence.from) <= SilenceList.longest, silence.from - now <= SilenceList.longest else {
      throw SilenceFault(.wrong, "it may last for 366 days at most, and begin in 366 days at most", field: field)
    }
  }
}
