import Bellhop
import Ledger
import Store
import Watching

/// How the watches stand: what each waits for, for how many keys, what is due next, and when it last said something.
struct WatchReport {
  private let watches: [Watch]

  init(_ watches: [Watch]) { self.watches = watches }

  /// Keys that are looked at; where there are more, the counts say so.
  private static let most = 20_000
  private static let page = 1_000
  /// Events in which the last word of a watch is looked for.
  private static let looked = 50

  private struct WatchTally {
    var open = 0
    var missed = 0
    var due: Timestamp?
  }

  /// `{"watches": [{name, waits_for, open, missed, due, last, event}], "cut"}` in the order of the file.
  func json(_ ledger: Ledger, at now: Timestamp) async throws(SpoolError) -> JSON {
    let (tallies, isCut) = try await counted(ledger)
    var shown: [JSON] = []
    for watch in watches {
      let tally = tallies[watch.name] ?? WatchTally()
      var object: JSON.Object = [
        "name": .string(watch.name), "waits_for": .string(watch.words), "emits": .string(watch.emit.type),
        "open": .int(Int64(tally.open)), "missed": .int(Int64(tally.missed)),
      ]
      object["due"] = tally.due.map { .string($0.rfc3339) }
      if let last = try await last(of: watch, ledger) {
        object["last"] = .string(last.received.rfc3339)
        object["event"] = .int(last.sequence)
      }
      shown.append(.object(object))
    }
    return ["watches": .array(shown), "cut": .bool(isCut)]
  }

  private func counted(_ ledger: Ledger) async throws(SpoolError) -> (tallies: [String: WatchTally], isCut: Bool) {
    if watches.isEmpty { return ([:], false) }
    let compiled = Watches(watches)
    var tallies: [String: WatchTally] = [:]
    var after = ""
    var looked = 0
    while looked < Self.most {
      let page = try await ledger.states(prefix: RuleSlot.prefix, after: after, limit: Self.page)
      for (_, value) in page {
        guard let read = RuleSlot.read(value), let (name, standing) = compiled.standing(slot: read.slot, state: read.state) else {
          continue
        }
        var tally = tallies[name] ?? WatchTally()
        tally.open += standing.isOpen ? 1 : 0
        tally.missed += standing.isMissed ? 1 : 0
        tally.due = [tally.due, standing.due].compactMap(\.self).min()
        tallies[name] = tally
      }
      looked += page.count
      guard page.count == Self.page, let last = page.last else { return (tallies, false) }
      after = last.key
    }
    return (tallies, true)
  }

  private func last(of watch: Watch, _ ledger: Ledger) async throws(SpoolError) -> HistoryEvent? {
    try await ledger.search(HistoryQuery(type: watch.emit.type, limit: Self.looked)).events.first {
      $0.event.sender == Event.gateway && $0.event.data["watch"]?.string == watch.name
    }
  }
}
