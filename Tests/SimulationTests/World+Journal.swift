import Bellhop
import Deciding
import Store
import TestSupport

extension World {
  /// What the store was handed.
  enum Page {
    case batch(Batch, Timestamp, Standing)
    case retry([Int64], Standing)
    case forget(String)
  }

  /// A gateway that never died, and never had a transaction undone, would have told the same: nothing is known but what stands in the store.
  mutating func checkJournal() {
    guard dice.chance(0.15) else { return }
    var other = MemoryStore(whole: World.whole)
    var deciders: [Standing: TableDecider] = [:]
    for page in journal {
      switch page {
      case .batch(let batch, let time, let standing):
        let decider = deciders[standing] ?? Town.decider(standing, rulebook)
        deciders[standing] = decider
        _ = other.apply(batch, now: time, decider: decider)
      case .retry(let ids, let standing):
        let router = Town.router(standing, rulebook)
        _ = other.retry(ids) { router.refill($0, of: $1, role: $2) }
      case .forget(let subject): _ = other.forget(subject: subject)
      }
    }
    func tale(_ store: MemoryStore) -> [String] {
      store.deliveries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.state.word) \($0.value.note ?? "")" }
    }
    let pairs = zip(tale(store), tale(other))
    if let first = pairs.first(where: { $0 != $1 }) { ledger.wrong("the same again came out as \(first.1), and was \(first.0)") }
    if store.deliveries.count != other.deliveries.count { ledger.wrong("the same again made \(other.deliveries.count) deliveries") }
  }
}
