import Bellhop

/// Which rows want an event and which do not, of what `POST /v1/explain` answers.
struct ExplainedRows {
  let explanation: JSON

  init(_ explanation: JSON) { self.explanation = explanation }

  var content: SafeHTML {
    let roles = (explanation["roles"]?.array ?? []).map(role)
    let silences = (explanation["silenced"]?.array ?? []).map { held in
      """
      <li>\(held["role"]?.string ?? ""): silence \(held["silence"]?.plain ?? ""), until \(held["until"]?.string ?? ""): \
      \(held["why"]?.string ?? "")</li>
      """ as SafeHTML
    }
    let rules = (explanation["rules"]?.array ?? []).map { rule in
      "<li>\(rule["role"]?.string ?? ""), \(rule["row"]?.string ?? ""): \(rule["rules"]?.string ?? "")</li>" as SafeHTML
    }
    return """
      <h2>Rows that match, and those that do not</h2><p class="soft">By the configuration in force now, for the time when it was received. It may \
      have been another one then.</p>\(roles.joined())\
      \(silences.isEmpty ? .none : "<h3>Held back by a silence</h3><ul>\(silences.joined())</ul>")\
      \(rules.isEmpty ? .none : "<h3>Noise rules, which see what came before</h3><ul>\(rules.joined())</ul>")
      """
  }

  private func role(_ role: JSON) -> SafeHTML {
    let tried = role["rows"]?.array ?? []
    let winners = tried.filter { $0["won"]?.bool == true }
    let name = role["role"]?.string ?? ""
    let won = winners.map(Self.name).joined(separator: ", ")
    let verdict: SafeHTML = winners.isEmpty ? "<span class=\"soft\">no row</span>" : "<span class=\"good\">\(won)</span>"
    if tried.isEmpty { return "<p><strong>\(name)</strong> has no rows.</p>" }
    let rows = tried.map { row in
      SafeHTML.row(
        "\(row["row"]?.plain ?? "")", "\(row["name"]?.string ?? "")",
        row["won"]?.bool == true ? "<span class=\"good\">matches</span>" : "<span class=\"soft\">does not</span>",
        "\(row["why"]?.string ?? "")", "\(row["position"]?.string ?? "")")
    }
    let untried = role["untried"]?.int ?? 0
    let rest: SafeHTML = untried > 0 ? "<p class=\"soft\">\(untried) more were not tried, because one before them matched.</p>" : .none
    return """
      <details><summary><strong>\(name)</strong>: \(verdict)</summary>\
      \(SafeHTML.table("Rows of \(name)", ["Row", "Name", "", "Why not", "Where"], rows))\(rest)</details>

      """
  }

  private static func name(_ row: JSON) -> String { row["name"]?.string ?? "row \(row["row"]?.plain ?? "")" }
}
