import Bellhop
import HTTPContract
import Store

/// Carries deliveries to their transports: lanes, order, rate, breakers, retries, ends. All decisions are ``CourierCore``'s;
/// this performs them with a spool, transports and a clock, in one loop.
public final class Courier: Sendable {
  enum Item: Sendable {
    case input(Input)
    case ask(@Sendable (inout CourierCore, StepTime) -> Void)
    /// No more is sent; what is in flight has so long.
    case drain(Duration)
    case adopt(Roster)
    case found([Backlog])
    case loaded(Beginning)
    case notLoaded(SpoolError)
  }

  /// What the spool kept from before.
  struct Beginning: Sendable {
    var states: [String: [UInt8]]
    var nextAlarm: Timestamp?
  }

  let spool: any Spool
  let time: Timepiece
  let report: @Sendable (CourierEvent) -> Void
  let limits: CourierCore.Limits
  /// Whose thread the loop uses.
  let host: (any Host)?
  let inbox = CourierInbox<Item>()
  let attempts = Attempts()
  /// The one to start with: ``adopt(_:)`` before ``run()`` changes it.
  let first: Guarded<Roster>
  private let loaded = Guarded(false)

  /// All that was kept from before is known, and messages go out.
  public var isLoaded: Bool { loaded.withLock { $0 } }
  func hasLoaded() { loaded.withLock { $0 = true } }

  /// Who waits for a drop to be done, by its number.
  let drops = Guarded<[Int: CheckedContinuation<Result<Int, CourierError>, Never>]>([:])

  /// A courier that does nothing until ``run()``. `report` hears of Bellhop's own trouble and must be quick.
  /// - Parameter host: the thread of whoever carries most requests, so that handing them over wakes nobody; nil is a task of the courier's own.
  public convenience init(
    spool: any Spool, roster: Roster, host: (any Host)? = nil, clock: Timepiece = .system,
    report: @escaping @Sendable (CourierEvent) -> Void = { _ in }
  ) {
    self.init(spool: spool, roster: roster, host: host, clock: clock, limits: .init(), report: report)
  }

  init(
    spool: any Spool, roster: Roster, host: (any Host)? = nil, clock: Timepiece, limits: CourierCore.Limits,
    report: @escaping @Sendable (CourierEvent) -> Void
  ) {
    self.spool = spool
    self.host = host
    time = clock
    self.limits = limits
    self.report = report
    first = Guarded(roster)
  }

  /// What a commit made true; the spool's writer calls it in the order of commits, before it answers them. Quick, never blocks.
  /// What comes before ``run()`` is read from the spool's backlog instead.
  public func accept(_ committed: Committed) {
    if !committed.deliveries.isEmpty { inbox.put(.input(.arrived(committed.deliveries))) }
    // Our own ends are in flight when they come by here, and the core leaves those alone.
    let ends = committed.settlements.filter { $0.attempt == nil && $0.state != .waiting }
    if !ends.isEmpty { inbox.put(.input(.ended(Set(ends.map(\.delivery))))) }
  }

  /// Loads the backlog and sends until ``drain(within:)`` is done or its task is cancelled, which drains without patience.
  /// Comes back when every attempt has come back and every transport is closed. Runs once.
  public func run() async {
    guard inbox.open() else { return }
    // A shield: cancellation must stop the sending, but not the writing down of what was sent.
    let work = Task { await live() }
    await withTaskCancellationHandler {
      await work.value
    } onCancel: {
      inbox.put(.drain(.zero))
    }
  }

  /// Asks the core something between two of its steps; nil when the courier is not running.
  func ask<Value: Sendable>(_ body: @escaping @Sendable (inout CourierCore, StepTime) -> Value) async -> Value? {
    await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
      let answer = OnceAnswer(continuation)
      let isTaken = inbox.put(
        .ask { core, now in
          let value = body(&core, now)
          answer.give(value)
        })
      if !isTaken { answer.give(nil) }
    }
  }

  /// A continuation that is resumed once, at the latest when nobody holds it any more: a question left in a closed inbox is answered with nil.
  private final class OnceAnswer<Value: Sendable>: Sendable {
    private let continuation: Guarded<CheckedContinuation<Value?, Never>?>
    init(_ continuation: CheckedContinuation<Value?, Never>) { self.continuation = Guarded(continuation) }
    func give(_ value: Value?) {
      continuation.withLock { continuation in
        defer { continuation = nil }
        return continuation
      }?.resume(returning: value)
    }
    deinit { give(nil) }
  }
}
