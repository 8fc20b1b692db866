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

/// Asks which events are to be silenced, for how long, and why.
public struct SilenceForm: Sendable {
  private let note: PageNote
  private let matched: JSON?

  /// `matched` is how many events of the last day the filter takes, as the API says it; nil where there is no filter yet.
  public init(_ note: PageNote, matched: JSON? = nil) {
    self.note = note
    self.matched = matched
  }

  /// What stands below its heading.
  public var content: SafeHTML {
    let form = note.form
    let flaw = note.flaw
    let fields = ["filter", "role", "row", "from", "until", "for", "why"]
    return """
      \(SafeHTML.flaw(flaw, besides: fields))<form method="post" action="\(DashboardView.silences.path)">\(SafeHTML.hidden("do", "add"))\
      \(SafeHTML.field("Which events", "filter", form["filter"], hint: "type:server.* severity:error+ -subject:billing", flaw: flaw))\
      \(count)\(SafeHTML.field("For how long", "for", form["for"] ?? "2h", hint: "2h", flaw: flaw))\
      \(SafeHTML.field("Why, for whoever wonders about the quiet", "why", form["why"], hint: "we move the database", flaw: flaw))\
      \(SafeHTML.field("Only for the role", "role", form["role"], hint: "all", flaw: flaw))\
      \(SafeHTML.field("Only for the row", "row", form["row"], hint: "all", flaw: flaw))\
      <p><button>Make the silence</button> <button formmethod="get" formaction="\(DashboardStep.newSilence.path)">Count what it matches</button> \
      <a href="\(DashboardView.silences.path)">Leave it</a></p></form>
      """
  }

  private var count: SafeHTML {
    guard let events = matched?["events"]?.int, let of = matched?["of"]?.int else { return .none }
    return
      "<p>Of the last \(SafeHTML.grouped(of)) events of 24 hours it would have matched <strong>\(SafeHTML.grouped(events))</strong>.</p>"
  }
}

/// Asks how much longer a silence is to hold.
public struct SilenceEditForm: Sendable {
  private let silence: JSON?
  private let note: PageNote

  /// The silence as the API shows it; nil where there is none.
  public init(_ silence: JSON?, _ note: PageNote) {
    self.silence = silence
    self.note = note
  }

  /// What stands below its heading.
  public var content: SafeHTML {
    let back: SafeHTML = "<a href=\"\(DashboardView.silences.path)\">To the silences</a>"
    guard let silence, let id = silence["id"]?.int else { return .empty("There is no such silence. \(back)") }
    return """
      \(SafeHTML.flaw(note.flaw, besides: ["extend"]))<p>Silence \(id), <code>\(silence["filter"]?.string ?? "")</code>, holds until \
      \(silence["until"]?.string.flatMap { Timestamp(rfc3339: $0) }.map { SafeHTML.time($0) }).</p>\
      <form method="post" action="\(DashboardView.silences.path)">\(SafeHTML.hidden("do", "extend"))\(SafeHTML.hidden("id", String(id)))\
      \(SafeHTML.field("How much longer", "extend", note.form["extend"] ?? "1h", hint: "1h", flaw: note.flaw))\
      <p><button>Extend</button> \(back)</p></form>
      """
  }
}
