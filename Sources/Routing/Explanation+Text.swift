import Bellhop
import Matching
import Store

extension Explanation {
  /// For people: what becomes of it first, then role by role which row won and why the earlier ones did not.
  public var text: String { text(as: \.rfc3339) }

  /// The same with times as clocks somewhere show them.
  public func text(in wall: WallTime) -> String { text(as: wall.text) }

  private func text(as show: (Timestamp) -> String) -> String {
    var lines = heading(show)
    for role in roles {
      lines += ["", role.name]
      lines += rows(of: role)
      lines += deliveries(show) { $0.role == role.name }
    }
    let others = deliveries(show) { $0.role.isEmpty }
    if !others.isEmpty { lines += ["", "unrouted"] + others }
    return lines.joined(separator: "\n") + "\n"
  }

  private func heading(_ show: (Timestamp) -> String) -> [String] {
    var title = Match.show(event.type)
    if let subject = event.subject { title += "  \(Match.show(subject))" }
    return [
      "\(title)  \(event.severity.word)  from \(Match.show(event.sender))", "at \(show(time))", "", "→ \(verdict)",
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

  private func deliveries(_ show: (Timestamp) -> String, where isShown: (PlannedDelivery) -> Bool) -> [String] {
    var lines: [String] = []
    var told: [String] = []
    for (delivery, lane) in zip(plan.deliveries, lanes) where isShown(delivery) {
      var line = "      → \(delivery.destination.description)"
      if let lane, lane != delivery.destination.description { line += "  (\(lane))" }
      line += "  \(delivery.alert.word)"
      if delivery.state != .waiting { line += "  \(delivery.state.word)" }
      if let note = delivery.note { line += ": \(note)" }
      lines.append(line)
      if let time = delivery.notBefore { lines.append("          held until \(show(time))") }
      if !delivery.fallback.isEmpty {
        lines.append("          if that fails: \(delivery.fallback.map(\.description).joined(separator: ", "))")
      }
      // What several places hear alike is told once.
      let words = words(of: delivery)
      if delivery.state == .waiting, words != told { lines += words.map { "          │ \($0)" } }
      if delivery.state == .waiting { told = words }
    }
    return lines
  }

  /// What people would read, before a transport gives it its form.
  private func words(of delivery: PlannedDelivery) -> [String] {
    let rendering = delivery.rendering ?? Rendering()
    var words = [rendering.title?.plain, rendering.text?.plain ?? event.text].compactMap { $0 }
    words += rendering.fields.map { "\($0.name): \($0.value.plain)" }
    words += rendering.links.map { "\($0.label): \($0.url)" }
    let lines = words.flatMap { $0.split(whereSeparator: \.isNewline).map { Match.show(String($0)) } }
    return lines.count > 12 ? lines.prefix(11) + ["…"] : lines
  }
}
