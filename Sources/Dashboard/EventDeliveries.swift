import Bellhop
import Store

/// Who was told of an event, with every attempt.
struct EventDeliveries {
  let event: HistoryEvent
  let isOperator: Bool
  let isWhole: Bool

  init(_ event: HistoryEvent, isOperator: Bool, isWhole: Bool) {
    self.event = event
    self.isOperator = isOperator
    self.isWhole = isWhole
  }

  var content: SafeHTML {
    if event.deliveries.isEmpty {
      let why =
        switch event.fate {
        case .planned: "A row took it and told nobody."
        case .unrouted: "No row wanted it, so nobody was told. The rows are in the configuration, under roles:."
        case .unplannable: "What should become of it could not be worked out: \(event.note ?? "no delivery could be planned")"
        }
      return "<h2>Deliveries</h2><p class=\"empty\">\(why)</p>"
    }
    return "<h2>Deliveries</h2>\(event.deliveries.map(one).joined())\(retry)"
  }

  private func one(_ delivery: HistoryDelivery) -> SafeHTML {
    let target = delivery.destination.target.values.isEmpty ? "" : delivery.destination.target.description
    let parts: [(String, SafeHTML)] = [
      ("Row", "\(delivery.row ?? "")"), ("Channel", "\(delivery.destination.channel ?? "")"),
      ("Transport", "\(delivery.destination.transport)"), ("Target", "\(target)"), ("Alert", "\(delivery.alert.word)"),
    ]
    let facts = parts.filter { $0.1 != .none }.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" as SafeHTML }
    return """
      <article class="delivery" id="delivery-\(delivery.id)"><h3>\(SafeHTML.role(delivery.role)) → \(SafeHTML.place(delivery))</h3>
      <p>\(SafeHTML.fate(delivery, received: event.received))\(silence(delivery))</p><dl>\(facts.joined())</dl>\(attempts(of: delivery))</article>

      """
  }

  private func silence(_ delivery: HistoryDelivery) -> SafeHTML {
    delivery.state == .silenced && isWhole ? " (<a href=\"/silences\">the silences</a>)" : .none
  }

  private func attempts(of delivery: HistoryDelivery) -> SafeHTML {
    if delivery.attempts.isEmpty { return .none }
    let rows = delivery.attempts.map { attempt in
      SafeHTML.row(
        "\(attempt.number)", .time(attempt.at), "\(attempt.took.asRead)", "\(attempt.lane)", .outcome(attempt.outcome),
        "\(attempt.fault.map { "\($0): " } ?? "")\(attempt.line)")
    }
    return .table("Attempts", ["Try", "At", "Took", "Lane", "Outcome", "The vendor's word"], rows)
  }

  /// For what can be tried again.
  private var retry: SafeHTML {
    let ids = event.deliveries.filter { $0.state == .dead || $0.state == .unclear }.map(\.id)
    guard isOperator, !ids.isEmpty else { return .none }
    let fields = ids.map { "<input type=\"hidden\" name=\"ids\" value=\"\($0)\">" as SafeHTML }
    let word = ids.count == 1 ? "Try it again" : "Try these \(ids.count) again"
    return """
      <form method="post" action="/dead"><input type="hidden" name="do" value="retry">\(fields.joined())\
      <input type="hidden" name="back" value="/events/\(event.sequence)"><button>\(word)</button></form>
      """
  }
}

extension SafeHTML {
  /// How an attempt ended.
  static func outcome(_ word: String) -> SafeHTML {
    let kind =
      switch word {
      case "delivered": "good"
      case "postponed": "wait"
      default: "bad"
      }
    return "<span class=\"\(kind)\">\(word)</span>"
  }
}
