import Bellhop
import Store

extension Explanation {
  /// For people: what becomes of it first, then role by role which row won and why the earlier ones did not.
  public var text: String {
    var lines = heading
    for role in roles {
      lines += ["", role.name]
      lines += rows(of: role)
      lines += deliveries { $0.role == role.name }
    }
    let others = deliveries { $0.role.isEmpty }
    if !others.isEmpty { lines += ["", "unrouted"] + others }
    return lines.joined(separator: "\n") + "\n"
  }

  private var heading: [String] {
    var title = Match.show(event.type)
    if let subject = event.subject { title += "  \(Match.show(subject))" }
    return [
      "\(title)  \(event.severity.word)  from \(Match.show(event.sender))", "at \(time.rfc3339)", "", "→ \(verdict)",
    ]
  }

  private var verdict: String {
    switch plan.fate {
    case .unplannable: return "unplannable: \(plan.note ?? "no delivery could be planned")"
    case .unrouted: return plan.deliveries.isEmpty ? "unrouted: no row wants it" : "unrouted: no row wants it; it goes to unrouted:"
    case .planned: break
    }
    if plan.deliveries.isEmpty { return "planned: a row takes it and sends it nowhere" }
    let states: [(DeliveryState, String)] = [(.waiting, "to send"), (.folded, "folded"), (.dead, "dead")]
    let counts = states.compactMap { state, word in
      let count = plan.deliveries.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(word)"
    }
    return "planned: \(counts.joined(separator: ", "))"
  }

  /// Many rows about other types are one line: they are not why somebody reads this.
  private func rows(of role: Role) -> [String] {
    let isLong = role.tried.count > 12
    let shown = role.tried.filter { !isLong || !$0.isOtherType }
    let hidden = role.tried.count - shown.count
    let titles = shown.map { row in
      "row \(row.row + 1)" + (row.name.map { "  \($0)" } ?? "") + (row.position.isEmpty ? "" : "  (\(row.position))")
    }
    let width = min(60, titles.map(\.count).max() ?? 0)
    var lines: [String] = []
    if hidden > 0 { lines.append("  ✗ \(hidden) rows want other types") }
    for (row, title) in zip(shown, titles) {
      let padding = String(repeating: " ", count: max(0, width - title.count))
      lines.append("  \(row.why == nil ? "✓" : "✗") \(title)\(padding)  \(row.why ?? "wins")")
    }
    if role.untried > 0 { lines.append("    \(role.untried) more \(role.untried == 1 ? "row" : "rows") not tried") }
    if role.tried.isEmpty { lines.append("    has no rows") }
    return lines
  }

  private func deliveries(where isShown: (PlannedDelivery) -> Bool) -> [String] {
    var lines: [String] = []
    for (delivery, lane) in zip(plan.deliveries, lanes) where isShown(delivery) {
      var line = "      → \(delivery.destination.description)"
      if let lane, lane != delivery.destination.description { line += "  (\(lane))" }
      line += "  \(delivery.alert.word)"
      if delivery.state != .waiting { line += "  \(delivery.state.word)" }
      if let note = delivery.note { line += ": \(note)" }
      lines.append(line)
      if let time = delivery.notBefore { lines.append("          held until \(time.rfc3339)") }
      if !delivery.fallback.isEmpty {
        lines.append("          if that fails: \(delivery.fallback.map(\.description).joined(separator: ", "))")
      }
    }
    return lines
  }
}
