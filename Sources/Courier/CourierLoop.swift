import Bellhop
import HTTPContract
import Store

/// The courier's turns: what has come is given to the core, and what the core wants is done. Requests are handed on and commits handed in
/// from the turn itself; what must wait for something is a chore, and runs in a task of its own.
///
/// Unchecked: one driver at a time, a host's thread or the task of ``Courier/run()``, gives one turn after the other, and hands over to the
/// next driver through the continuation that ended its own stay; nobody else touches the core.
final class CourierLoop: @unchecked Sendable {
  typealias Chore = @Sendable () async -> Void

  /// When the loop wants its next step at the latest.
  enum StepEnd {
    /// In ticks; nil where nothing waits for the time.
    case again(at: Duration?)
    case done
  }

  let courier: Courier
  var core: CourierCore
  /// Requests that this turn makes, by who carries them.
  var errands: [(carrier: any Carrier, list: [Errand])] = []
  private let chores: AsyncStream<Chore>.Continuation
  private var steady: SteadyWall
  private var loadAt: Duration?
  /// The spool's failure to load was told: once is enough, however long it lasts.
  private var isTold = false
  private var leaving: CheckedContinuation<Bool, Never>?
  /// What was asked before it was known what was kept: answered then, or when it is known that the spool does not answer.
  private var early: [@Sendable (inout CourierCore, StepTime) -> Void] = []

  init(_ courier: Courier, chores: AsyncStream<Chore>.Continuation) {
    self.courier = courier
    self.chores = chores
    core = CourierCore(roster: courier.first.withLock { $0 }, limits: courier.limits, pseudonym: courier.spool.pseudonym)
    let ticks = courier.time.ticks()
    steady = SteadyWall(wall: courier.time.wall(), ticks: ticks)
    loadAt = ticks
  }

  /// Runs beside the loop.
  func begin(_ chore: @escaping Chore) { chores.yield(chore) }

  // MARK: A step

  func step() -> StepEnd {
    let items = courier.inbox.take()
    let (now, jump) = courier.time.moment(&steady)
    if let jump { core.jumped(by: jump, at: now) }
    for item in items { take(item, now) }
    if let at = loadAt, at <= now.ticks, core.draining == nil {
      loadAt = nil
      load()
    }
    for effect in core.finish(at: now) { perform(effect) }
    sendErrands()
    let (isDone, wake) = Self.look(&core, now)
    if isDone {
      end()
      return .done
    }
    return .again(at: loadAt.map { min($0, wake ?? $0) } ?? wake)
  }

  /// By reference: who only reads it through this object is given a copy of all that it holds.
  private static func look(_ core: inout CourierCore, _ now: StepTime) -> (isDone: Bool, wake: Duration?) {
    (core.isDone(at: now), core.nextWake(at: now))
  }

  private func take(_ item: Courier.Item, _ now: StepTime) {
    switch item {
    case .input(let input): core.take(input, at: now)
    case .ask(let question):
      if core.isLoaded || isTold { question(&core, now) } else { early.append(question) }
    case .adopt(let roster): core.adopt(roster, at: now)
    case .drain(let patience): core.drain(cancelAt: now.ticks + patience)
    case .found(let backlog): core.find(backlog)
    case .loaded(let found):
      core.load(states: found.states, nextAlarm: found.nextAlarm, at: now)
      courier.hasLoaded()
      if isTold { courier.report(.spoolMended) }
      answerEarly(now)
    case .notLoaded(let error):
      loadAt = now.ticks + .seconds(1)
      if !isTold { courier.report(.spoolFailing(error)) }
      isTold = true
      answerEarly(now)
    }
  }

  private func answerEarly(_ now: StepTime) {
    for question in early { question(&core, now) }
    early = []
  }

  /// Nothing can be sent before it is known what was kept: a spool that does not answer is asked again.
  private func load() {
    begin { [courier] in
      do throws(SpoolError) {
        var states = try await courier.spool.states(prefix: Pause.byHandKey)
        states.merge(try await courier.spool.states(prefix: Pause.askedKey)) { old, _ in old }
        // Page by page: a million targets must not hold the loop, nor stand in memory twice.
        try await courier.spool.eachBacklog { page in courier.inbox.put(.found(page)) }
        let next = try await courier.spool.nextAlarm(.delivery)
        courier.inbox.put(.loaded(.init(states: states, nextAlarm: next)))
      } catch {
        courier.inbox.put(.notLoaded(error))
      }
    }
  }

  // MARK: The end

  private func end() {
    // Questions left are answered by being let go.
    early = []
    _ = courier.inbox.close()
    let waiting = courier.drops.withLock { drops in
      defer { drops = [:] }
      return Array(drops.values)
    }
    for continuation in waiting { continuation.resume(returning: .failure(.notRunning)) }
  }

  /// After the last attempt has come back.
  func closeTransports() async {
    for transport in core.retired.values.joined() { await transport.close() }
    for way in core.roster.ways.values { await way.transport.close() }
  }

  func onLeaving(_ continuation: CheckedContinuation<Bool, Never>) { leaving = continuation }

  private func leave(isDone: Bool) {
    leaving?.resume(returning: isDone)
    leaving = nil
  }
}

extension CourierLoop: Guest {
  func turn() -> GuestTurn {
    switch step() {
    case .again(let at): return .again(within: at.map { max(.zero, $0 - courier.time.ticks()) })
    case .done:
      leave(isDone: true)
      return .done
    }
  }

  func evicted() { leave(isDone: false) }
}
