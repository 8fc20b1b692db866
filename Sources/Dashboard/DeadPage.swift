import Bellhop
import Store

/// Which dead letters are looked at.
public struct DeadFilter: Sendable, Hashable {
  /// ``DeliveryState/dead`` or ``DeliveryState/unclear``.
  public var state: DeliveryState
  /// As the history prints it.
  public var destination: String?
  /// The role whose row made them.
  public var role: String?

  /// All that are dead, unless told otherwise.
  public init(state: DeliveryState = .dead, destination: String? = nil, role: String? = nil) {
    self.state = state
    self.destination = destination
    self.role = role
  }

  /// Behind the question mark.
  var query: String {
    var parts = ["state=\(state.word)"]
    if let destination { parts.append("destination=\(destination.percentEncoded())") }
    if let role { parts.append("role=\(role.percentEncoded())") }
    return parts.joined(separator: "&")
  }

  /// In a form that is sent on.
  var hidden: SafeHTML {
    SafeHTML.hidden("state", state.word) + SafeHTML.hidden("destination", destination) + SafeHTML.hidden("role", role)
  }
}

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
    let heads = (mayChange ? [""] : []) + ["Number", "Last try", "To", "Role", "Event", "Fault", "Why"] + (mayChange ? ["Do"] : [])
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

/// Asks, with the count, before many dead letters are tried again or sent elsewhere.
public struct DeadForm: Sendable {
  private let filter: DeadFilter
  private let ids: [Int64]?
  private let count: Int
  private let most: Int
  private let channel: String?
  private let flaw: FormFlaw?

  /// - Parameters:
  ///   - ids: the ticked ones; nil is all that match.
  ///   - count: how many they are, counted up to `most`.
  ///   - channel: where they are sent instead; nil tries them again.
  public init(_ filter: DeadFilter, ids: [Int64]?, count: Int, upTo most: Int, channel: String?, flaw: FormFlaw? = nil) {
    self.filter = filter
    self.ids = ids
    self.count = count
    self.most = most
    self.channel = channel
    self.flaw = flaw
  }

  /// What stands below its heading.
  public var content: SafeHTML {
    let back: SafeHTML = "<a href=\"\(DashboardView.dead.path)?\(filter.query)\">Back to the dead letters</a>"
    if count == 0 { return "<p class=\"empty\">\(ids == nil ? "Nothing matches." : "Nothing was ticked.") \(back)</p>" }
    let number = "\(count >= most ? "more than " : "")\(SafeHTML.grouped(Int64(count))) \(count == 1 ? "delivery" : "deliveries")"
    let to: SafeHTML? = filter.destination.map { " to <strong>\($0)</strong>" }
    let of: SafeHTML? = filter.role.map { " of <strong>\($0)</strong>" }
    let which: SafeHTML = ids == nil ? "\(of)\(to)" : " that you ticked"
    let question: SafeHTML =
      if let channel {
        "Send <strong>\(number)</strong>\(which) to the channel <strong>\(channel)</strong> instead? They keep their place here, with a note."
      } else {
        "Retry <strong>\(number)</strong>\(which)?"
      }
    let chosen = ids.map { SafeHTML.hidden("ids", $0.map(String.init).joined(separator: ",")) } ?? filter.hidden
    return """
      \(SafeHTML.flaw(flaw, besides: []))<p>\(question)</p><form method="post" action="\(DashboardView.dead.path)">\
      \(SafeHTML.hidden("do", channel == nil ? "retry" : "redirect"))\(SafeHTML.hidden("to", channel))\(chosen)\
      <p><button>\(channel == nil ? "Retry" : "Send") \(number)</button> \(back)</p></form>
      """
  }
}
