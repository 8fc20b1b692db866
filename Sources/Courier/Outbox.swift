import Bellhop
import Store

/// What is to be written down next, and what is being written down.
struct Outbox {
  var batch = Batch()
  /// Commits under way by number.
  var inFlight: [Int: Batch] = [:]

  var isEmpty: Bool { batch.isEmpty }

  mutating func takeBack(_ failed: Batch) {
    batch.settlements = failed.settlements + batch.settlements
    batch.alarms = failed.alarms + batch.alarms
    batch.states.merge(failed.states) { newer, _ in newer }
  }
}

extension CourierCore {
  mutating func flush(_ now: StepTime) {
    guard !outbox.isEmpty, outbox.inFlight.count < limits.commits, now.ticks >= commitNotBefore else { return }
    nextCommit += 1
    outbox.inFlight[nextCommit] = outbox.batch
    effects.append(.commit(nextCommit, outbox.batch))
    outbox.batch = Batch()
  }

  mutating func commitDone(_ number: Int, _ now: StepTime) {
    guard let batch = outbox.inFlight.removeValue(forKey: number) else { return }
    if commitFailures > 0 { effects.append(.report(.spoolMended)) }
    commitFailures = 0
    commitNotBefore = .zero
    for settlement in batch.settlements { settled(settlement, now) }
    alarmed(batch.alarms)
  }

  /// Keeps what could not be written and tries again: its lanes wait, for their places stay taken.
  mutating func commitFailed(_ number: Int, _ error: SpoolError, _ now: StepTime) {
    guard let failed = outbox.inFlight.removeValue(forKey: number) else { return }
    outbox.takeBack(failed)
    // A younger commit may have written a younger rest already: what holds now is what counts.
    for key in failed.states.keys where key.hasPrefix(Pause.askedKey) {
      outbox.batch.states[key] = .some(rests[String(key.dropFirst(Pause.askedKey.count))]?.pause.state())
    }
    if commitFailures == 0 { effects.append(.report(.spoolFailing(error))) }
    commitNotBefore = now.ticks + min(.milliseconds(250) * (1 << min(commitFailures, 10)), Self.longestCommitWait)
    commitFailures += 1
  }
}
