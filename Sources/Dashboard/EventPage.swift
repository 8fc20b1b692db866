import Bellhop
import Store

/// The page of one event: what a message's link opens.
public struct EventPage: Sendable {
  private let event: HistoryEvent

  /// The event with its deliveries.
  public init(event: HistoryEvent) { self.event = event }

  /// What it is about, in a few words.
  public var title: String { event.event.subject.map { "\(event.event.type): \($0)" } ?? event.event.type }

  /// What stands below its heading.
  public var content: SafeHTML { "<pre>\(event.event.text)</pre>\(facts)\(data)\(deliveries)" }

  private var facts: SafeHTML {
    let about = event.event
    let rows: [(String, SafeHTML)] = [
      ("severity", "\(about.severity.word)"), ("happened", .time(about.time)), ("received", .time(event.received)),
      ("sender", "\(about.sender)"), ("source", "\(about.source)"), ("id", "\(about.id)"), ("number", "\(event.sequence)"),
      ("fate", "\(event.fate.word)"), ("note", "\(event.note ?? "")"),
    ]
    let lines = rows.filter { $0.1 != .none }.map { "<tr><th scope=\"row\">\($0.0)</th><td>\($0.1)</td></tr>\n" as SafeHTML }
    return "<table>\(lines.joined())</table>"
  }

  private var data: SafeHTML {
    event.event.data.isEmpty ? .none : "<h2>Data</h2><pre>\(JSON.object(event.event.data).text)</pre>"
  }

  private var deliveries: SafeHTML {
    if event.deliveries.isEmpty { return "<h2>Deliveries</h2><p>Nobody was told.</p>" }
    let rows = event.deliveries.map { delivery in
      let tries = delivery.attempts.map { "\(SafeHTML.time($0.at)) \($0.outcome) \($0.line)<br>" as SafeHTML }.joined()
      return SafeHTML.row(
        "\(delivery.role)", "\(delivery.destination.description)", .state(delivery.state), "\(delivery.note ?? "")", tries)
    }
    return "<h2>Deliveries</h2>\(SafeHTML.table("Deliveries", ["Role", "To", "State", "Why", "Attempts"], rows))"
  }
}
