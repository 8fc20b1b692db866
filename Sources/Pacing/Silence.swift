import Bellhop
import Matching

/// What somebody does not want to be told for a while, made by hand at run time.
public struct Silence: Sendable, Hashable {
  /// Counts up within a store; never given twice.
  public var id: Int64
  /// Which events, as typed: ``FilterText``. It may narrow roles and rows too.
  public var filter: String
  /// Only what this role would hear.
  public var role: String?
  /// Only what the row of this name would say.
  public var row: String?
  /// It holds from then on …
  public var from: Timestamp
  /// … and no more from then on. Not after `from`: it never held.
  public var until: Timestamp
  /// Who made it.
  public var who: String
  /// Why, for whoever wonders about the quiet.
  public var why: String
  /// When it was made.
  public var made: Timestamp

  /// All of it; nothing is checked here.
  public init(
    id: Int64, filter: String, role: String? = nil, row: String? = nil, from: Timestamp, until: Timestamp, who: String, why: String,
    made: Timestamp
  ) {
    self.id = id
    self.filter = filter
    self.role = role
    self.row = row
    self.from = from
    self.until = until
    self.who = who
    self.why = why
    self.made = made
  }

  /// Where in its life it is.
  public enum SilencePhase: String, Sendable, CaseIterable {
    case coming, active, ended
  }

  /// Where in its life it is at that time.
  public func phase(at time: Timestamp) -> SilencePhase { time >= until ? .ended : time < from ? .coming : .active }

  /// One line for the history: who holds the message back, until when, and why.
  public var note: String { "silenced by \(Match.show(who)) until \(until.rfc3339): \(Match.show(why)) (silence \(id))" }

  /// One line for people, with the time as a clock somewhere shows it.
  public func words(as show: (Timestamp) -> String) -> String {
    "silence \(id) by \(Match.show(who)) until \(show(until)): \(Match.show(why))"
  }

  /// What a filter may ask besides the event.
  public static let extras: Set<FilterText.Extra> = [.role, .row]
}

extension Silence {
  /// The form in which it is kept: times are microseconds since 1970.
  var kept: JSON {
    var object: JSON.Object = ["id": .int(id), "filter": .string(filter)]
    object["role"] = role.map(JSON.string)
    object["row"] = row.map(JSON.string)
    object["from"] = .int(from.microseconds)
    object["until"] = .int(until.microseconds)
    object["who"] = .string(who)
    object["why"] = .string(why)
    object["made"] = .int(made.microseconds)
    return .object(object)
  }

  /// From ``kept``; nil for anything else.
  init?(kept: JSON) {
    guard let id = kept["id"]?.int, let filter = kept["filter"]?.string, let from = kept["from"]?.int, let until = kept["until"]?.int,
      let who = kept["who"]?.string, let why = kept["why"]?.string, let made = kept["made"]?.int
    else { return nil }
    self.init(
      id: id, filter: filter, role: kept["role"]?.string, row: kept["row"]?.string, from: Timestamp(microseconds: from),
      until: Timestamp(microseconds: until), who: who, why: why, made: Timestamp(microseconds: made))
  }
}
