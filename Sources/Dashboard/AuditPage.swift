import Bellhop

/// What was done by hand, and by whom.
public struct AuditPage: Sendable {
  private let lines: [JSON]
  private let next: String?

  /// The trail as the API shows it.
  public init(_ trail: JSON) {
    lines = trail["audit"]?.array ?? []
    next = trail["next"]?.string
  }

  /// What stands below its heading.
  public var content: SafeHTML {
    if lines.isEmpty { return .empty("Nothing was done by hand yet: no silence, retry, pause, reload, forget or login.") }
    let rows = lines.map { line -> SafeHTML in
      let times: SafeHTML? = line["times"]?.int.map { " <span class=\"soft\">\($0) times</span>" }
      let at = line["at"]?.string.flatMap { Timestamp(rfc3339: $0) }.map { SafeHTML.time($0) }
      let result = line["result"]?.string ?? ""
      return .row(
        "\(at)\(times)", "\(line["who"]?.string ?? "") <span class=\"soft\">by \(line["by"]?.string ?? "")</span>",
        "\(line["what"]?.string ?? "")",
        "\(line["of"]?.string ?? "")", result == "done" ? "done" : "<span class=\"bad\">\(result)</span>")
    }
    let more: SafeHTML? = next.map { "<p><a href=\"\(DashboardView.audit.path)?before=\($0)\">Older</a></p>" }
    return "\(SafeHTML.table("Changes by hand", ["When", "Who", "What", "Of what", "Result"], rows))\(more)"
  }
}
