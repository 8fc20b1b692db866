import Bellhop
import Matching

extension Table {
  /// The first row, as an index, of which the hour decides whether it takes this event; nil where the outcome is the same at all hours.
  public func rowDecidedByTheHour(for event: Event) -> Int? {
    for (number, row) in rows.enumerated() {
      switch row.match.holdsAtAllHours(for: event) {
      case nil: return number
      case true? where !row.continue: return nil
      default: break
      }
    }
    return nil
  }
}

extension Match {
  /// Nil where it is the calendars' to say.
  func holdsAtAllHours(for event: Event) -> Bool? {
    switch self {
    case .during, .outside: return nil
    case .not(let inner): return inner.holdsAtAllHours(for: event).map { !$0 }
    case .all(let parts):
      let answers = parts.map { $0.holdsAtAllHours(for: event) }
      return answers.contains(false) ? false : answers.contains(nil) ? nil : true
    case .any(let parts):
      let answers = parts.map { $0.holdsAtAllHours(for: event) }
      return answers.contains(true) ? true : answers.contains(nil) ? nil : false
    default: return miss(at: MatchContext(event: event, time: event.time, calendars: [:])) == nil
    }
  }
}
