import Bellhop
import Store

/// What could not be delivered, or of which nobody knows, and its second chance.
public struct DeadPage: Sendable {
  private let deliveries: [HistoryDelivery]
  private let filter: DeadFilter
  private let next: Int64?
  private let channels: [String]
  private let mayChange: Bool
  private let note: PageNote

  /// - Parameters:
  ///   - next: where the next page starts; nil at the end.
  ///   - channels: to which they may be sent instead.
  ///   - mayChange: with buttons.
  public init(
    _ deliveries: [HistoryDelivery], _ filter: DeadFilter, next: Int64?, channels: [String], mayChange: Bool, _ note: PageNote = PageNote()
  ) {
    self.deliveries = deliveries
    self.filter = filter
    self.next = next
    self.channels = channels
    self.mayChange = mayChange
    self.note = note
  }

  /// What stands below its heading.
  public var content: SafeHTML { "\(note.shown)\(filters)\(list)" }

  private var filters: SafeHTML {
    """
    <form class="filters" method="get" action="\(DashboardView.dead.path)">\
    \(SafeHTML.choice("State", "state", [("dead", "dead"), ("unclear", "unclear")], filter.state.word))\
    \(SafeHTML.field("Destination", "destination", filter.destination, hint: "money"))\(SafeHTML.field("Role", "role", filter.role, hint: "finance"))\
    <p><button>Show</button></p></form>
    """
  }

  private var list: SafeHTML {
    if deliveries.isEmpty {
      return filter == DeadFilter()
        ? .empty("No dead letters: all that was to be delivered was, or is still being tried.")
        : .empty("Nothing here is \(filter.state.word) that way. <a href=\"\(DashboardView.dead.path)\">Show all that is dead</a>")
    }
    let heads = (mayChange ? ["Pick"] : []) + ["Number", "Last try", "To", "Role", "Event", "Fault", "Why"] + (mayChange ? ["Do"] : [])
    let table = SafeHTML.table("Dead letters", heads, deliveries.map(row))
    let more: SafeHTML? = next.map { "<p><a href=\"\(DashboardView.dead.path)?\(filter.query)&amp;before=\($0)\">Older ones</a></p>" }
    return "\(table)\(more)\(mayChange ? many : .none)"
  }

  private func row(_ delivery: HistoryDelivery) -> SafeHTML {
    let last = delivery.attempts.last
    let why = delivery.note ?? last?.line ?? ""
    let cells: [SafeHTML] = [
      "\(delivery.id)", last.map { .time($0.at) } ?? .none, "\(delivery.destination.description)", "\(delivery.role)",
      .event(delivery.sequence, "event \(delivery.sequence)"), "\(delivery.fault ?? "")", "\(why)",
    ]
    guard mayChange else { return .cells(cells) }
    let id = String(delivery.id)
    let box: SafeHTML = "<input type=\"checkbox\" form=\"many\" name=\"ids\" value=\"\(id)\" aria-label=\"Delivery \(id)\">"
    return .cells(
      [box] + cells + [.button("Retry", about: "delivery \(id)", post: DashboardView.dead.path, [("do", "retry"), ("ids", id)])])
  }

  /// The next page says how many it will be, and asks.
  private var many: SafeHTML {
    let elsewhere: SafeHTML =
      channels.isEmpty
      ? .none : .choice("Or send them to another channel", "to", [("", "no: try again where they were going")] + channels.map { ($0, $0) })
    return """
      <h2>Many at a time</h2><form id="many" method="get" action="\(DashboardStep.deadLetters.path)">\(filter.hidden)\(elsewhere)\
      <p><button name="which" value="some">The ticked ones</button> <button name="which" value="all">All that match</button></p></form>
      """
  }
}
