import Bellhop

/// Asks how long a lane is to rest, and why.
public struct PauseForm: Sendable {
  private let note: PageNote

  /// The lane is in the note's form.
  public init(_ note: PageNote) { self.note = note }

  /// What stands below its heading.
  public var content: SafeHTML {
    let form = note.form
    return """
      \(SafeHTML.flaw(note.flaw, besides: ["until", "why"]))<p>What comes for <strong>\(form["lane"] ?? "")</strong> waits meanwhile, and its time to \
      retry does not run out.</p><form method="post" action="\(DashboardView.lanes.path)">\(SafeHTML.hidden("do", "pause"))\
      \(SafeHTML.hidden("lane", form["lane"]))\
      \(SafeHTML.field("How long, or until when", "until", form["until"], hint: "2h; empty is until it is resumed", flaw: note.flaw))\
      \(SafeHTML.field("Why, for whoever looks at the list", "why", form["why"], hint: "the vendor works on it", flaw: note.flaw))\
      <p><button>Pause</button> <a href="\(DashboardView.lanes.path)">Leave it</a></p></form>
      """
  }
}

/// Asks whether all that waits in a lane is to end.
public struct DropForm: Sendable {
  private let lane: String
  private let waiting: Int64
  private let flaw: FormFlaw?

  /// `waiting` is how much waits there now.
  public init(lane: String, waiting: Int64, flaw: FormFlaw? = nil) {
    self.lane = lane
    self.waiting = waiting
    self.flaw = flaw
  }

  /// What stands below its heading.
  public var content: SafeHTML {
    let count = "\(SafeHTML.grouped(waiting)) \(waiting == 1 ? "delivery" : "deliveries")"
    return """
      \(SafeHTML.flaw(flaw, besides: []))<p>Drop the <strong>\(count)</strong> that wait in <strong>\(lane)</strong>? Nobody hears of them; they end \
      among the dead letters, from where they can be tried again. What comes meanwhile stays.</p>\
      <form method="post" action="\(DashboardView.lanes.path)">\(SafeHTML.hidden("do", "drop"))\(SafeHTML.hidden("lane", lane))\
      <p><button>Drop \(count)</button> <a href="\(DashboardView.lanes.path)">Leave them</a></p></form>
      """
  }
}
