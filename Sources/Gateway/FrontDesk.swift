import Bellhop
import Courier
import Ledger
import Logging
import Routing
import Settings
import Store
import Web

/// The running gateway as the web and the command line see it: takes events in, answers about them, and changes its ways on request.
final class FrontDesk: Acceptor, Insight, Operator, Visits {
  let ledger: Ledger
  let courier: Courier
  let metrics: Metrics
  let logger: Logger
  let path: String
  private let wall: @Sendable () -> Timestamp
  private let current: Guarded<Assembly>
  private let isOpen = Guarded(false)
  private let obstacle: Guarded<(@Sendable () -> String?)?> = Guarded(nil)
  private let adopted: Guarded<(@Sendable (Assembly) -> Void)?> = Guarded(nil)
  private let reloading = SerialQueue()
  private let loading = PatientLoading()
  /// What cannot change while it runs is as this says.
  private let started: Configuration

  init(
    path: String, assembly: Assembly, ledger: Ledger, courier: Courier, metrics: Metrics, logger: Logger,
    wall: @escaping @Sendable () -> Timestamp
  ) {
    self.path = path
    self.ledger = ledger
    self.courier = courier
    self.metrics = metrics
    self.logger = logger
    self.wall = wall
    started = assembly.configuration
    current = Guarded(assembly)
  }

  /// What others are to do with a new configuration.
  func onReload(_ act: @escaping @Sendable (Assembly) -> Void) { adopted.withLock { $0 = act } }

  var assembly: Assembly { current.withLock { $0 } }

  var history: any History { ledger }

  func open() { isOpen.withLock { $0 = true } }
  func shut() { isOpen.withLock { $0 = false } }

  /// Whom to ask why nothing can be kept just now; the answer is nil when it can be, and else in words that everybody may read.
  func askBeforeReady(_ ask: @escaping @Sendable () -> String?) { obstacle.withLock { $0 = ask } }

  func ready() async -> String? {
    guard isOpen.withLock({ $0 }) else { return "starting or stopping" }
    return obstacle.withLock { $0 }?()
  }

  func accept(_ events: [Event], then: @escaping @Sendable (Result<[Acceptance], SpoolError>) -> Void) {
    ledger.commit(Batch(arrivals: arrivals(of: events))) { [self] result in
      if case .success(let answers) = result { warn(of: answers, events) }
      then(result)
    }
  }

  private func warn(of answers: [Acceptance], _ events: [Event]) {
    for (event, answer) in zip(events, answers) where answer.differs {
      logger.warning(
        "the same event id came again with another body; the first one stands",
        metadata: ["sender": .string(event.sender), "id": .string(event.id)])
    }
  }

  private func arrivals(of events: [Event]) -> [Arrival] {
    let decider = current.withLock { $0.decider }
    let now = wall()
    return events.map { Arrival(event: $0, wish: decider.wish($0, at: now)) }
  }

  /// Keeps an event of Bellhop's own, also while others are refused for want of room.
  func tell(_ event: Event) async throws(SpoolError) {
    _ = try await ledger.commit(Batch(arrivals: arrivals(of: [event]), isTrouble: true))
  }

  func refused(route: String, status: Int) { metrics.refused(route: route, status: status) }

  func retry(_ ids: [Int64]) async throws(SpoolError) -> [Int64] {
    let router = current.withLock { $0.router }
    return try await ledger.retry(ids) { router.refill($0, of: $1, role: $2) }
  }

  func visited(_ name: String) -> (any Visited)? { assembly.visited[name] }

  func welcome(_ name: String) async { await courier.wake(name) }

  func explain(_ event: Event, at time: Timestamp?) async -> JSON {
    let explanation = assembly.router.explain(event, at: time ?? wall())
    guard case .object(var object) = explanation.json else { return explanation.json }
    object["text"] = .string(explanation.text)
    return .object(object)
  }

  func lanes() async -> JSON { ["lanes": .array(await courier.lanes().map(\.json))] }

  func lane(_ name: String, _ action: LaneAction) async -> Result<JSON, OperationFault> {
    do throws(CourierError) {
      switch action {
      case .pause(let until, let why): try await courier.pause(name, why: why ?? "", until: until)
      case .resume: try await courier.resume(name)
      case .drop: return .success(["lane": .string(name), "dropped": .int(Int64(try await courier.drop(name)))])
      }
      return .success(["lane": .string(name)])
    } catch {
      return .failure(OperationFault(error))
    }
  }

  func ring(_ name: String, text: String?) async -> Result<JSON, OperationFault> {
    let assembly = assembly
    let answer = await Ringing.ring(name, text: text, roster: assembly.roster, at: wall())
    if let error = answer["error"]?.string {
      return .failure(OperationFault(.unknown, error))
    }
    return .success(answer)
  }

  func forget(_ subject: String, limit: Int) async -> Result<Int, SpoolError> {
    do throws(SpoolError) { return .success(try await ledger.forget(subject: subject, limit: limit)) } catch { return .failure(error) }
  }

  func metrics() async -> String {
    metrics.render(
      lanes: await courier.lanes(), remotes: assembly.visited.mapValues(\.isVisited), storeBytes: ledger.size(), ready: await ready() == nil
    )
  }

  /// Reads the file anew. A bad one changes nothing: its mistakes are the answer, and an event of their own.
  func reload() async -> Result<JSON, OperationFault> {
    await reloading.pass { [self] in
      let loaded: Loaded
      switch await loading.load(path) {
      case .read(let read): loaded = read
      case .hangs:
        return .failure(
          OperationFault(.later, "the configuration was not read in time: a file that it names does not answer; nothing changed"))
      case .underWay: return .failure(OperationFault(.later, "a reload is under way: a file that the configuration names does not answer"))
      }
      guard let configuration = loaded.configuration else {
        logger.error("the new configuration is rejected; the old one stays in force", metadata: ["mistakes": "\(loaded.mistakes.count)"])
        try? await tell(Trouble.configurationRejected(loaded.mistakes, at: wall()))
        return .failure(
          OperationFault(.wrong, "the new configuration is rejected; the old one stays in force", mistakes: loaded.mistakes))
      }
      let old = assembly
      let new = Assembly(configuration, generation: old.generation + 1, socket: loaded.socket)
      // In the writer's turn: what was decided by the old tables reaches the courier before it takes the new configuration, what is decided by
      // the new ones after it, and what was wished under the old ones in between is wished anew.
      await ledger.adopt(new.decider) { [courier, current] in
        courier.take(new.roster)
        current.withLock { $0 = new }
      }
      let report = await courier.report(on: new.roster)
      ledger.adopt(configuration.store.ledgerOptions)
      adopted.withLock { $0 }?(new)
      let difference = Difference(from: old.configuration, to: configuration, started: started, report: report)
      logger.info("the new configuration is in force", metadata: ["changes": "\(difference.lines.count)"])
      return .success(["text": .string(difference.text), "warnings": .array(loaded.warnings.map(JSON.string))])
    }
  }
}

/// Lets one reload through at a time; others wait their turn.
actor SerialQueue {
  private var last: Task<Void, Never>?

  func pass<Answer: Sendable>(_ work: @escaping @Sendable () async -> Answer) async -> Answer {
    let before = last
    let task = Task {
      await before?.value
      return await work()
    }
    last = Task { _ = await task.value }
    return await task.value
  }
}

extension OperationFault {
  /// Why a lane was not paused, resumed or dropped.
  init(_ error: CourierError) {
    switch error {
    case .unknownLane: self.init(.unknown, error.description)
    case .beingDropped: self.init(.conflict, error.description)
    case .notRunning, .spool(.full), .spool(.failing), .spool(.overLimit), .spool(.busy), .spool(.slow):
      self.init(.later, error.description)
    case .spool(.broken): self.init(.failed, error.description)
    }
  }
}

extension LaneReport {
  var json: JSON {
    var object: JSON.Object = [
      "lane": .string(name), "transport": .string(transport), "kind": .string(kind), "waiting": .int(Int64(waiting)),
      "in_flight": .int(Int64(inFlight)), "state": .string(pause == nil ? (breaker == "closed" ? "open" : "broken") : "paused"),
    ]
    if let pause {
      if let until = pause.until, until.microseconds != .max { object["until"] = .string(until.rfc3339) }
      object["why"] = .string(pause.why)
    }
    if let oldest { object["oldest"] = .string(oldest.rfc3339) }
    if let lastFault { object["last_fault"] = .string(lastFault.description) }
    return .object(object)
  }
}
