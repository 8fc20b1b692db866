import Bellhop
import Deciding
import Ledger
import Logging
import ServiceLifecycle
import Store

/// Wakes the windows of noise rules and watches when their time has come: the store knows when, and this waits for it.
final class WindowClock: Service {
  private let ledger: Ledger
  private let inForce: InForce
  private let logger: Logger
  private let wall: @Sendable () -> Timestamp
  private let waiting = Guarded(WindowWait())

  private struct WindowWait {
    /// An alarm was set, or a configuration came into force, since the last look.
    var isStirred = false
    /// The decider that the store was told of.
    var begun: Int?
    var sleeper: Task<Void, Never>?
  }

  /// What is woken in one transaction.
  static let page = 500
  /// A wall clock may jump: it is looked at so often at least.
  static let longest = Duration.seconds(15)

  init(ledger: Ledger, inForce: InForce, logger: Logger, wall: @escaping @Sendable () -> Timestamp) {
    self.ledger = ledger
    self.inForce = inForce
    self.logger = logger
    self.wall = wall
  }

  /// A commit set an alarm. Called for each commit, on the writer's thread.
  func note(_ committed: Committed) { if committed.window != nil { stir() } }

  /// Looks anew at once: also when a configuration has come into force.
  func stir() {
    waiting.withLock { waiting in
      waiting.isStirred = true
      waiting.sleeper?.cancel()
    }
  }

  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      while !Task.isCancelled {
        waiting.withLock { $0.isStirred = false }
        do throws(SpoolError) {
          try await begin()
          let next = try await wake()
          await rest(until: next)
        } catch {
          logger.warning("the windows of noise rules could not be looked at; that is tried again", metadata: ["error": "\(error)"])
          await sleep(.seconds(1))
        }
      }
    }
  }

  /// Tells the store of a decider that has come into force, and ends the windows of rules that are no more.
  private func begin() async throws(SpoolError) {
    let decider = inForce.decider
    guard waiting.withLock({ $0.begun }) != decider.generation else { return }
    let changed = decider.rules.changed(from: try await ledger.state(RuleWords.key))
    if !changed.isEmpty { try await end(changed) }
    _ = try await ledger.commit(Batch(states: [RuleWords.key: StateValue(decider.rules.bytes)], begins: true))
    waiting.withLock { $0.begun = decider.generation }
  }

  /// All windows of these rules are due now. Of the walk nothing is left in memory, however many there are.
  private func end(_ rules: Set<String>) async throws(SpoolError) {
    var after: Alarm?
    while !Task.isCancelled {
      let page = try await ledger.alarms(.window, dueBy: Timestamp(microseconds: .max), after: after, limit: Self.page)
      var ended: [Alarm] = []
      for alarm in page {
        guard let bytes = try await ledger.state(RuleSlot.key(of: alarm.ref)), let slot = RuleSlot.read(bytes)?.slot,
          rules.contains(RuleWords.name(of: slot))
        else { continue }
        ended.append(Alarm(kind: .window, ref: alarm.ref, due: min(alarm.due, wall())))
      }
      if !ended.isEmpty { _ = try await ledger.commit(Batch(alarms: ended.map(AlarmChange.set), due: ended)) }
      guard page.count == Self.page, let last = page.last else { return }
      after = last
    }
  }

  /// Wakes what is due, oldest first; answers when the next one is.
  private func wake() async throws(SpoolError) -> Timestamp? {
    while !Task.isCancelled {
      let due = try await ledger.alarms(.window, dueBy: wall(), after: nil, limit: Self.page)
      if due.isEmpty { break }
      _ = try await ledger.commit(Batch(due: due))
    }
    return try await ledger.nextAlarm(.window)
  }

  private func rest(until next: Timestamp?) async {
    let length = next.map { max(.zero, min($0 - wall(), Self.longest)) } ?? Self.longest
    await sleep(length)
  }

  /// Until then, unless somebody stirs.
  private func sleep(_ length: Duration) async {
    guard length > .zero else { return }
    let sleeper: Task<Void, Never>? = waiting.withLock { waiting in
      if waiting.isStirred { return nil }
      let sleeper = Task { _ = try? await Task.sleep(for: length) }
      waiting.sleeper = sleeper
      return sleeper
    }
    await withTaskCancellationHandler {
      await sleeper?.value
    } onCancel: {
      sleeper?.cancel()
    }
    waiting.withLock { $0.sleeper = nil }
  }
}
