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
    hurryIfNeeded()
    guard !outbox.isEmpty, now.ticks >= commitNotBefore else { return }
    outbox.batch.isPatient = canWait(outbox.batch)
    guard mayHandIn else { return }
    nextCommit += 1
    outbox.inFlight[nextCommit] = outbox.batch
    effects.append(.commit(nextCommit, outbox.batch))
    outbox.batch = Batch()
  }

  /// There is something to hand in, and not too much of it under way. Patient ones do not keep others back.
  var mayHandIn: Bool {
    guard !outbox.isEmpty else { return false }
    let underWay = outbox.batch.isPatient ? outbox.inFlight.count : outbox.inFlight.values.count { !$0.isPatient }
    return underWay < limits.commits
  }

  /// Nothing but successes, and nobody wants the places that they take until they are on disk: the next arrival may take them along.
  private func canWait(_ batch: Batch) -> Bool {
    guard draining == nil, commitFailures == 0, batch.alarms.isEmpty, batch.states.isEmpty else { return false }
    return batch.settlements.allSatisfy { settlement in
      guard settlement.state == .delivered, settlement.followUps.isEmpty, let lane = flights[settlement.delivery]?.lane else {
        return false
      }
      return lane.line.isEmpty && !lane.hasMore && !lane.slots.isAwaited
    }
  }

  /// Patient ones under way take places that a lane wants now, or all that there is to be waited for.
  private mutating func hurryIfNeeded() {
    defer { lacksPlace = false }
    guard lacksPlace || draining != nil else { return }
    var isHurried = false
    for (number, batch) in outbox.inFlight where batch.isPatient {
      outbox.inFlight[number]?.isPatient = false
      isHurried = true
    }
    if isHurried { effects.append(.hurry) }
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
