import Bellhop
import Matching
import Templates

extension Watch {
  /// The type of an event that it may emit and that it would take for what it looks for, as far as that can be told before there is one; nil
  /// where it cannot feed itself.
  public var echo: String? {
    var kinds = [(type: emit.type, severity: emit.severity)]
    switch rule {
    case .followUp: kinds.append((emit.type + ".recovered", .info))
    case .heartbeat: kinds.append((emit.type + ".resumed", .info))
    case .sequence, .count: break
    }
    return kinds.first { kind in
      var event = Event(
        id: "", sender: Event.gateway, source: Event.gateway, type: kind.type, severity: kind.severity, time: Timestamp(seconds: 0))
      event.data = ["watch": .string(name)]
      if let subject = emit.subject, subject.isLiteral { event.subject = subject.source }
      return rule.matches.contains { takes(event, $0) != false }
    }?.type
  }

  /// Nil where it depends on the event that it is about, or on the hour.
  private func takes(_ event: Event, _ match: Match) -> Bool? {
    switch match {
    case .during, .outside: return nil
    case .subject where event.subject == nil: return nil
    case .data(let path, _) where path.first.map(isOpen) ?? false: return nil
    case .not(let inner): return takes(event, inner).map { !$0 }
    case .all(let parts):
      let answers = parts.map { takes(event, $0) }
      return answers.contains(false) ? false : answers.contains(nil) ? nil : true
    case .any(let parts):
      let answers = parts.map { takes(event, $0) }
      return answers.contains(true) ? true : answers.contains(nil) ? nil : false
    default: return match.miss(at: MatchContext(event: event, time: event.time, calendars: [:])) == nil
    }
  }

  /// A key of the emitted data that says another thing each time.
  private func isOpen(_ key: String) -> Bool { key != "watch" && (Self.facts.contains(key) || emit.data.contains { $0.key == key }) }

  /// What stands in the data of emitted events by itself. Their makers are ``WatchTurn/emit(_:_:_:)`` and the states.
  public static let facts: Set<String> = [
    "watch", "depth", "late", "due", "expected", "last", "gap", "gap_seconds", "happened", "events", "started", "count", "within",
  ]
}
