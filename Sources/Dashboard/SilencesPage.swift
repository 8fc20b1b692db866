import Bellhop

/// The silences: those that hold, those to come, and those that ended lately.
public struct SilencesPage: Sendable {
  private let silences: [JSON]
  private let mayChange: Bool
  private let note: PageNote

  /// Silences as the API shows them.
  public init(_ silences: JSON, mayChange: Bool, _ note: PageNote = PageNote()) {
    self.silences = silences["silences"]?.array ?? []
    self.mayChange = mayChange
    self.note = note
  }

  /// What stands below its heading.
  public var content: SafeHTML {
    let make: SafeHTML = mayChange ? "<p><a href=\"\(DashboardStep.newSilence.path)\">Make a silence</a></p>" : .none
    if silences.isEmpty {
      return
        "\(note.shown)\(make)\(SafeHTML.empty("No silences. One holds back what a filter names, for a while, and says who wanted that and why."))"
    }
    let parts = [("Active", "active"), ("To come", "coming"), ("Ended lately", "ended")].map { words, state in
      part(words, silences.filter { $0["state"]?.string == state }, hasEnded: state == "ended")
    }
    return "\(note.shown)\(make)\(parts.joined())"
  }

  private func part(_ words: String, _ silences: [JSON], hasEnded: Bool) -> SafeHTML {
    if silences.isEmpty { return .none }
    let heads = ["Number", "Filter", "From", "Until", "Who", "Why", "Held back"] + (mayChange && !hasEnded ? ["Do"] : [])
    return "<h2>\(words)</h2>\(SafeHTML.table(words, heads, silences.map { row($0, hasEnded) }))"
  }

  private func row(_ silence: JSON, _ hasEnded: Bool) -> SafeHTML {
    let id = silence["id"]?.int ?? 0
    let scope = [silence["role"]?.string.map { "role \($0)" }, silence["row"]?.string.map { "row \($0)" }].compactMap(\.self).joined(
      separator: ", ")
    let hits = silence["hits"]?.int ?? 0
    let held: SafeHTML = hits == 0 ? "<span class=\"wait\">never matched</span>" : "\(SafeHTML.grouped(hits))"
    func time(_ key: String) -> SafeHTML { silence[key]?.string.flatMap { Timestamp(rfc3339: $0) }.map { .time($0) } ?? .none }
    let filter = silence["filter"]?.string ?? ""
    let cells: [SafeHTML] = [
      "\(id)", "<code>\(filter.isEmpty ? "every event" : filter)</code> \(scope)", time("from"), time("until"),
      "\(silence["who"]?.string ?? "")",
      "\(silence["why"]?.string ?? "")", held,
    ]
    guard mayChange, !hasEnded else { return .cells(cells) }
    let edit: SafeHTML = "<a href=\"\(DashboardStep.editSilence.path)?id=\(id)\" aria-label=\"Extend silence \(id)\">Extend</a>"
    let end = SafeHTML.button("End", about: "silence \(id)", post: DashboardView.silences.path, [("do", "end"), ("id", String(id))])
    return .cells(cells + ["<span class=\"actions\">\(edit) \(end)</span>"])
  }
}
