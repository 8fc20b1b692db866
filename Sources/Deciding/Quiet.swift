import Bellhop
import Pacing
import Store

/// The silences that may hold back an event, and how many messages each of them did.
struct Quiet {
  private let book: SilenceBook
  private let time: Timestamp
  private var hits: [Int64: Int] = [:]

  init(_ book: SilenceBook, at time: Timestamp) {
    self.book = book
    self.time = time
  }

  /// Some silence may hold something back.
  var isPossible: Bool { !book.isEmpty }

  func silence(for event: Event, role: String, row: String?) -> Silence? {
    book.isEmpty ? nil : book.silence(for: event, role: role, row: row, at: time)
  }

  mutating func count(_ silence: Silence) { hits[silence.id, default: 0] += 1 }

  /// The plan of an event that no row wanted.
  mutating func hush(_ plan: Plan, of event: Event) -> Plan {
    guard let silence = silence(for: event, role: "", row: nil) else { return plan }
    var plan = plan
    for index in plan.deliveries.indices where plan.deliveries[index].state == .waiting {
      plan.deliveries[index].state = .silenced
      plan.deliveries[index].note = silence.note
      count(silence)
    }
    return plan
  }

  /// What is kept of it.
  func hits(in states: any StateReading) -> [String: StateValue?] {
    var changes: [String: StateValue?] = [:]
    for (id, more) in hits {
      let key = SilenceHits.key(of: id)
      var kept = SilenceHits(states.state(key)?.bytes)
      kept.count += Int64(more)
      kept.last = max(kept.last ?? time, time)
      changes[key] = kept.value
    }
    return changes
  }
}
