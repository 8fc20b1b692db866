import Bellhop

/// Who hears of what: each role with its rows in order, and what each sent.
public struct RolesPage: Sendable {
  private let report: JSON

  /// Roles as the API shows them.
  public init(_ report: JSON) { self.report = report }

  /// What stands below its heading.
  public var content: SafeHTML {
    let roles = report["roles"]?.array ?? []
    if roles.isEmpty { return .empty("No roles. <code>roles:</code> in the configuration says who hears of what.") }
    let since = report["since"]?.string.flatMap { Timestamp(rfc3339: $0) }
    let cut: SafeHTML? =
      report["cut"]?.bool == true
      ? since.map { "<p class=\"empty\">There was no time to count further back than \(SafeHTML.time($0)).</p>" } : nil
    return """
      <p>Inside a role the first row that matches wins. <a href="\(DashboardView.explain.path)">Explain</a> shows it for one event.</p>\(cut)\
      \(roles.map(role).joined())
      """
  }

  private func role(_ role: JSON) -> SafeHTML {
    let name = role["role"]?.string ?? ""
    let rows = (role["rows"]?.array ?? []).enumerated().map { row($0.offset + 1, $0.element) }
    let heads = ["Place", "Row", "Takes", "To", "Alert", "Rules", "Today", "Yesterday", "7 days"]
    return "<h2 id=\"role-\(name)\">\(name)</h2>\(SafeHTML.table("Rows of \(name)", heads, rows))"
  }

  private func row(_ number: Int, _ row: JSON) -> SafeHTML {
    func strings(_ key: String) -> String { (row[key]?.array ?? []).compactMap(\.string).joined(separator: ", ") }
    let alert = row["alert"]?.string ?? ""
    let name: SafeHTML = row["row"]?.string.map { "\($0)" } ?? "<span class=\"soft\">without a name</span>"
    return .row(
      "\(number)", "\(name)<br><span class=\"soft\">\(row["place"]?.string?.split(separator: "/").last ?? "")</span>",
      "\(row["match"]?.string ?? "")",
      "\(strings("to"))",
      alert == "loud" ? "<strong>loud</strong>" : "\(alert)", "\(strings("rules"))", count(row, "today"), count(row, "yesterday"),
      count(row, "week"))
  }

  private func count(_ row: JSON, _ day: String) -> SafeHTML {
    guard let sent = row["sent"]?[day]?.int else { return "<span class=\"soft\">not counted</span>" }
    let held = row["held_back"]?[day]?.int ?? 0
    let never: SafeHTML = day == "week" && row["never"]?.bool == true ? "<br><span class=\"wait\">never sent anything</span>" : .none
    return
      "\(SafeHTML.grouped(sent))\(held > 0 ? "<br><span class=\"soft\">\(SafeHTML.grouped(held)) held back</span>" as SafeHTML : .none)\(never)"
  }
}
