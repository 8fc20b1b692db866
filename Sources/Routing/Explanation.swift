import Bellhop
import Matching
import Store

/// Why an event goes where it goes: what ops read at night. ``text`` is for them, ``json`` for programs.
public struct Explanation: Sendable {
  /// The event that was asked about.
  public let event: Event
  /// The time it was asked for: it decides calendars.
  public let time: Timestamp
  /// What ``Router/plan(_:at:)`` makes of it.
  public let plan: Plan
  /// In the order of the file, those that did not want it too.
  public let roles: [Role]
  /// The lanes of the plan's deliveries, one for one; nil where there is no place for it.
  public let lanes: [String?]

  /// One role's table and what it made of the event.
  public struct Role: Sendable {
    /// As the configuration names it.
    public let name: String
    /// All rows up to the last that was tried.
    public let tried: [Tried]
    /// How many rows behind those were not tried, because one before them won.
    public let untried: Int
    /// The rows that took the event; more than one after a `continue`.
    public var won: [Tried] { tried.filter { $0.why == nil } }
  }

  /// A row that was tried.
  public struct Tried: Sendable {
    /// From 0, as in the table.
    public let row: Int
    /// Where it has one.
    public let name: String?
    /// Where it stands: `bellhop.yaml:41`.
    public let position: String
    /// Nil: it won. Else the first matcher that failed, with the actual value.
    public let why: String?
    /// It failed at the event's type: the least telling of all reasons.
    let isOtherType: Bool
  }
}

extension Router {
  /// The same decision as ``plan(_:at:)``, with its reasons.
  public func explain(_ event: Event, at time: Timestamp) -> Explanation {
    let moment = MatchContext(event: event, time: time, calendars: calendars)
    let wins = wins(event, at: time)
    let plan = held(wish(event, wins: wins), at: time)
    let roles = tables.indices.map { number in
      let all = starts[number]..<starts[number + 1]
      let won = wins.filter(all.contains)
      let last = won.last { !rows[$0].row.continue } ?? all.upperBound - 1
      let tried = all.prefix { $0 <= last }.map { index in
        let row = rows[index].row
        let miss = won.contains(index) ? nil : rows[index].offered.miss(at: moment)
        var isOtherType = false
        if case .type? = miss { isOtherType = true }
        return Explanation.Tried(
          row: index - all.lowerBound, name: row.name, position: row.position, why: miss?.complaint(at: moment), isOtherType: isOtherType)
      }
      return Explanation.Role(name: tables[number].role, tried: tried, untried: all.count - tried.count)
    }
    let lanes = plan.deliveries.map { delivery -> String? in
      if delivery.state == .dead { return nil }
      return try? directory.place(of: delivery.destination).get().lane
    }
    return Explanation(event: event, time: time, plan: plan, roles: roles, lanes: lanes)
  }
}
