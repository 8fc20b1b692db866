import Bellhop
import Store

// What became of deliveries and events, in words for people.
extension SafeHTML {
  /// What became of a delivery: its state, and what else there is to say in a few words.
  static func fate(_ delivery: HistoryDelivery, received: Timestamp) -> SafeHTML {
    let state = SafeHTML.state(delivery.state)
    switch delivery.state {
    case .delivered:
      let tries = delivery.attempts.count > 1 ? ", on try \(delivery.attempts.last?.number ?? delivery.attempts.count)" : ""
      guard let last = delivery.attempts.last else { return state }
      return "\(state) in \((last.at + last.took - received).asRead)\(tries)"
    case .waiting:
      let tried = delivery.attempts.last.map { "; tried \($0.number == 1 ? "once" : "\($0.number) times"): \($0.line)" as SafeHTML }
      return "\(state)\(delivery.due.map { ", again at \(SafeHTML.time($0))" as SafeHTML })\(tried)"
    case .dead, .unclear, .folded, .silenced, .held:
      let why = delivery.note ?? delivery.attempts.last?.line ?? delivery.fault ?? ""
      // Some say it themselves: silenced by whom.
      if why.hasPrefix("\(delivery.state.word) ") { return "\(state)\(why.dropFirst(delivery.state.word.count))" }
      return why.isEmpty ? state : "\(state): \(why)"
    }
  }

  /// What a row's channel or transport is called, and the target where there is one.
  static func place(_ delivery: HistoryDelivery) -> SafeHTML { "\(delivery.destination.description)" }

  /// Whose table made it.
  static func role(_ role: String) -> SafeHTML { role.isEmpty ? "<span class=\"soft\">unrouted</span>" : "\(role)" }

  /// How bad it is; a word, and a colour where it matters.
  static func severity(_ severity: Severity) -> SafeHTML {
    let kind =
      switch severity {
      case .error, .critical: "bad"
      case .warning: "wait"
      case .debug, .info, .notice: "soft"
      }
    return "<span class=\"\(kind)\">\(severity.word)</span>"
  }

  /// An event in a line: its type, whom it is about, and the beginning of what it says.
  static func line(_ event: HistoryEvent) -> SafeHTML {
    if event.isForgotten { return "\(SafeHTML.event(event.sequence, event.event.type)) <span class=\"soft\">forgotten</span>" }
    let subject = event.event.subject.map { " <span class=\"subject\">\($0.shortened(to: 80))</span>" as SafeHTML }
    // What nobody wrote, but was made of the two.
    let isMade = event.event.text == event.event.type || event.event.text == "\(event.event.type) \(event.event.subject ?? "")"
    let text = isMade ? "" : event.event.text.readableLine.shortened(to: 160)
    return "\(SafeHTML.event(event.sequence, event.event.type))\(subject) <span class=\"said-text\">\(text)</span>"
  }
}

extension Duration {
  /// As people read lengths: `12 ms`, `1.4 s`, `3 min`.
  var asRead: String {
    let millis = max(0, microseconds / 1_000)
    if millis < 1_000 { return "\(millis) ms" }
    if millis < 90_000 { return "\(millis / 1_000).\(millis % 1_000 / 100) s" }
    return rough
  }
}

extension StringProtocol {
  /// The beginning, with an ellipsis where something is left out.
  func shortened(to count: Int) -> String {
    let scalars = unicodeScalars.prefix(count + 1)
    guard scalars.count > count else { return String(self) }
    return String(String.UnicodeScalarView(scalars.dropLast())) + "…"
  }
}
