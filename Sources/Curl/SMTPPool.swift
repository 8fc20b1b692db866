import Bellhop

/// Sends mails, a few at a time to each server, over connections that are kept.
final class SMTPPool: Sendable {
  /// Mails under way to one server at a time, and connections kept to it; more wait their turn, uncounted.
  static let perServer = 4
  /// How long a connection is kept that nobody uses, unless told otherwise. Servers end theirs after five minutes, or after ten seconds under
  /// load (https://www.postfix.org/STRESS_README.html); and one that was made with a password that is changed by now does not outlast this.
  static let keep = Duration.seconds(60)

  /// A connection that waits for its next mail.
  private struct IdleConnection: Sendable {
    var desk: SMTPConnection
    var since: ContinuousClock.Instant
  }

  private struct PoolState: Sendable {
    var busy: [SMTPConnection.ConnectionKey: Int] = [:]
    var waiting: [SMTPConnection.ConnectionKey: [(number: Int, turn: CheckedContinuation<Bool, Never>)]] = [:]
    /// The longest idle first.
    var idle: [SMTPConnection.ConnectionKey: [IdleConnection]] = [:]
    /// Ends what has been idle too long; there as long as anything is idle.
    var sweeper: Task<Void, Never>?
    /// Under way, by their numbers, to be interrupted at the end.
    var desks: [Int: SMTPConnection] = [:]
    var numbers = 0
    var isClosed = false
  }

  private let state = Guarded(PoolState())
  private let keep: Duration

  init(keep: Duration = SMTPPool.keep) { self.keep = keep }

  /// Connections that wait for a mail.
  var idleCount: Int { state.withLock { $0.idle.values.reduce(0) { $0 + $1.count } } }

  func send(_ mail: Mail) async -> MailAnswer {
    let key: SMTPConnection.ConnectionKey
    do throws(Fault) { key = try SMTPConnection.ConnectionKey(mail) } catch { return .failed(error, sent: false) }
    let number = state.withLock { state in
      state.numbers += 1
      return state.numbers
    }
    guard await turn(key, number) else {
      return .failed(Fault(.interrupted, "cancelled before \(key.origin.label) was asked"), sent: false)
    }
    guard let desk = take(key, number) else {
      leave(key, number, nil)
      return .failed(Fault(.interrupted, "the engine is closed"), sent: false)
    }
    let answer = await withTaskCancellationHandler {
      await desk.perform(mail)
    } onCancel: {
      desk.interrupt(number)
    }
    leave(key, number, desk.isReusable ? desk : nil)
    return answer
  }

  /// True when there is a place; false when the task was cancelled first, or the room closed.
  private func turn(_ key: SMTPConnection.ConnectionKey, _ number: Int) async -> Bool {
    await withTaskCancellationHandler {
      await withCheckedContinuation { turn in
        let now: Bool? = state.withLock { state in
          if state.isClosed || Task.isCancelled { return false }
          if state.busy[key, default: 0] < Self.perServer {
            state.busy[key, default: 0] += 1
            return true
          }
          state.waiting[key, default: []].append((number, turn))
          return nil
        }
        if let now { turn.resume(returning: now) }
      }
    } onCancel: {
      let turn = state.withLock { state in
        guard let index = state.waiting[key]?.firstIndex(where: { $0.number == number }) else {
          return nil as CheckedContinuation<Bool, Never>?
        }
        return state.waiting[key]?.remove(at: index).turn
      }
      turn?.resume(returning: false)
    }
  }

  private func take(_ key: SMTPConnection.ConnectionKey, _ number: Int) -> SMTPConnection? {
    state.withLock { state in
      guard !state.isClosed, let desk = state.idle[key]?.popLast()?.desk ?? SMTPConnection(key) else { return nil }
      state.desks[number] = desk
      desk.begin(number)
      return desk
    }
  }

  /// Gives the place to who has waited longest.
  private func leave(_ key: SMTPConnection.ConnectionKey, _ number: Int, _ desk: SMTPConnection?) {
    let next = state.withLock { state in
      state.desks[number] = nil
      if let desk, !state.isClosed {
        state.idle[key, default: []].append(IdleConnection(desk: desk, since: .now))
        if state.sweeper == nil { state.sweeper = sweeper() }
      }
      if let waiting = state.waiting[key], !waiting.isEmpty { return state.waiting[key]?.removeFirst().turn }
      state.busy[key, default: 1] -= 1
      return nil
    }
    next?.resume(returning: true)
  }

  private func sweeper() -> Task<Void, Never> {
    Task { [weak self, keep] in
      var wait: Duration? = keep
      while let pause = wait {
        guard (try? await Task.sleep(for: pause)) != nil else { return }
        wait = self?.sweep(at: .now)
      }
    }
  }

  /// Lets go of what has been idle too long. Comes back with the time until the next one has; nil where nothing is idle.
  private func sweep(at now: ContinuousClock.Instant) -> Duration? {
    // Let go of behind the lock: a goodbye takes its time.
    let (gone, wait) = state.withLock { state in
      let gone = state.idle.values.joined().filter { now - $0.since >= keep }
      state.idle = state.idle.mapValues { $0.filter { now - $0.since < keep } }.filter { !$1.isEmpty }
      let first = state.idle.values.joined().map(\.since).min()
      if first == nil { state.sweeper = nil }
      return (gone, first.map { keep - (now - $0) })
    }
    return withExtendedLifetime(gone) { wait }
  }

  /// Interrupts what is under way and lets go of every connection.
  func close() {
    let (desks, turns, idle, sweeper) = state.withLock { state in
      state.isClosed = true
      defer { (state.idle, state.waiting, state.sweeper) = ([:], [:], nil) }
      return (state.desks, state.waiting.values.flatMap { $0.map(\.turn) }, state.idle, state.sweeper)
    }
    sweeper?.cancel()
    for (number, desk) in desks { desk.interrupt(number) }
    withExtendedLifetime(idle) {}
    for turn in turns { turn.resume(returning: false) }
  }
}
