import Bellhop

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
