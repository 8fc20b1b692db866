import Bellhop
import Deciding
import Pacing
import Store
import TestSupport

/// What people do about noise: they silence, end silences, and acknowledge.
extension World {
  mutating func silence() {
    guard !diskIsFull, process != nil else { return }
    let filter = dice.pick(["type:db.*", "type:db.firing subject:s1", "severity:error", "row:jobs", "role:office type:**", "type:watch.**"])
    let from = dice.chance(0.3) ? wall + dice.duration(0...20) : nil
    let wish = SilenceWish(filter: filter, from: from, length: dice.duration(5...120), who: "ann", why: "work", all: true)
    for id in silences.tidy(at: wall) { commit(Batch(states: [SilenceHits.key(of: id): nil])) }
    guard (try? silences.add(wish, at: wall)) != nil else { return }
    commit(Batch(states: [SilenceList.key: StateValue(silences.bytes)]))
  }

  mutating func endSilence() {
    guard !diskIsFull, process != nil, !silences.silences.isEmpty else { return }
    let id = dice.pick(silences.silences).id
    if dice.chance(0.5) {
      guard (try? silences.end(id, at: wall)) != nil else { return }
    } else {
      guard (try? silences.edit(id, SilenceWish(extend: dice.duration(5...60)), at: wall)) != nil else { return }
    }
    commit(Batch(states: [SilenceList.key: StateValue(silences.bytes)]))
  }

  /// Somebody says that they saw one of the events that people were told of.
  mutating func acknowledge() {
    guard !diskIsFull, process != nil else { return }
    let told = accounts.fates.keys.filter { $0.role == "oncall" }.map(\.sequence).sorted()
    guard !told.isEmpty else { return }
    let sequence = dice.pick(told)
    guard let row = store.events[sequence], !row.forgotten else { return }
    let decider = decider(standing)
    let names = decider.awaiting(StoredEvent(sequence: sequence, received: row.received, event: row.event), roles: nil).filter {
      let known = Pacer.awaited(store.states[$0.place.key], in: $0.place, of: sequence)
      return known != nil && known?.answered == nil
    }.map(\.name)
    guard !names.isEmpty else { return }
    let event = Acknowledgement(event: sequence, rows: names, who: "ann").event(about: row.event, at: wall, in: decider.threads)
    commit(Batch(arrivals: [Arrival(event: event, wish: decider.wish(event, at: wall))]))
  }
}
