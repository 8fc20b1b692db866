import Bellhop
import Store

/// The first page: the newest events.
public struct HomePage: Sendable {
  /// Newest first.
  public var events: [HistoryEvent]

  /// What it shows.
  public init(events: [HistoryEvent]) { self.events = events }

  /// What stands below its heading.
  public var content: SafeHTML {
    if events.isEmpty { return .empty("Nothing has happened yet. Try <code>bellhop send --type user.registered --subject you</code>.") }
    let rows = events.map { event in
      SafeHTML.row(
        .time(event.received), .event(event.sequence, event.event.type), "\(event.event.subject ?? "")", "\(event.event.text)")
    }
    return .table("Newest events", ["Received", "Type", "Subject", "Text"], rows)
  }
}
