import Bellhop

/// The watches: what each waits for, and how that stands.
public struct WatchesPage: Sendable {
  private let watches: [JSON]
  private let isCut: Bool
  private let now: Timestamp

  /// Watches as the API shows them.
  public init(_ watches: JSON, at now: Timestamp) {
    self.watches = watches["watches"]?.array ?? []
    isCut = watches["cut"]?.bool ?? false
    self.now = now
  }

  /// What stands below its heading.
  public var content: SafeHTML {
    if watches.isEmpty {
      return .empty(
        "No watches. A watch tells of what did not happen, such as a backup: <code>watches:</code> in the configuration makes one.")
    }
    let rows = watches.map { watch -> SafeHTML in
      let open = watch["open"]?.int ?? 0
      let missed = watch["missed"]?.int ?? 0
      let last: SafeHTML =
        time(watch, "last").map { time in
          watch["event"]?.int.map { .event($0, time.rfc3339) } ?? .time(time)
        } ?? "never, as far as the newest of its events tell"
      let late: SafeHTML = missed == 0 ? .none : "<br><span class=\"bad\">\(SafeHTML.grouped(missed)) missing</span>"
      return .row(
        "\(watch["name"]?.string ?? "")", "\(watch["waits_for"]?.string ?? "")",
        "\(SafeHTML.grouped(open))\(isCut ? " or more" : "")\(late)",
        time(watch, "due").map(due) ?? .none, last, "\(watch["emits"]?.string ?? "")")
    }
    return .table("Watches", ["Name", "Waits for", "Open", "Next due", "Last fired", "Emits"], rows)
  }

  private func time(_ watch: JSON, _ key: String) -> Timestamp? { watch[key]?.string.flatMap { Timestamp(rfc3339: $0) } }

  private func due(_ time: Timestamp) -> SafeHTML {
    "\(SafeHTML.time(time))\(time < now ? " <span class=\"wait\">due</span>" as SafeHTML : .none)"
  }
}
