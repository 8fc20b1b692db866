import Bellhop
import Courier
import Ledger
import Logging
import Settings
import Store
import Web

/// Puts the file as it stands now in force, or tells what that would change.
final class Reloading: Sendable {
  private let path: String
  private let ledger: Ledger
  private let courier: Courier
  private let inForce: InForce
  private let acceptor: GatewayAcceptor
  private let logger: Logger
  private let wall: @Sendable () -> Timestamp
  private let loading: PatientLoading
  private let turn = SerialQueue()
  /// What cannot change while it runs is as this says.
  private let started: Configuration
  private let adopted: Guarded<(@Sendable (Assembly) -> Void)?> = Guarded(nil)

  init(
    path: String, ledger: Ledger, courier: Courier, inForce: InForce, acceptor: GatewayAcceptor, logger: Logger,
    loading: PatientLoading = PatientLoading(), wall: @escaping @Sendable () -> Timestamp
  ) {
    self.path = path
    self.ledger = ledger
    self.courier = courier
    self.inForce = inForce
    self.acceptor = acceptor
    self.logger = logger
    self.loading = loading
    self.wall = wall
    started = inForce.assembly.configuration
  }

  /// What others are to do with a new configuration.
  func onReload(_ act: @escaping @Sendable (Assembly) -> Void) { adopted.withLock { $0 = act } }

  /// Reads the file anew. A bad one changes nothing: its mistakes are the answer, and an event of their own.
  func reload() async -> Result<JSON, OperationFault> {
    await turn.pass { [self] in
      switch await read() {
      case .failure(let fault):
        if !fault.mistakes.isEmpty {
          logger.error("the new configuration is rejected; the old one stays in force", metadata: ["mistakes": "\(fault.mistakes.count)"])
          try? await acceptor.tell(Trouble.configurationRejected(fault.mistakes, at: wall()))
        }
        return .failure(fault)
      case .success(let (loaded, configuration)):
        let difference = await adopt(configuration, socket: loaded.socket)
        logger.info("the new configuration is in force", metadata: ["changes": "\(difference.lines.count)"])
        return .success(["text": .string(difference.text), "warnings": .array(loaded.warnings.map(JSON.string))])
      }
    }
  }

  /// `{"file": …, "changes": […]}`, or `mistakes` in place of changes: what ``reload()`` would say, a line each. Nothing is changed, kept or
  /// logged.
  func difference() async -> Result<JSON, OperationFault> {
    let file = JSON.string(SocketNote.whole(path))
    return await turn.pass { [self] in
      switch await read() {
      case .failure(let fault):
        if fault.mistakes.isEmpty { return .failure(fault) }
        return .success(["file": file, "mistakes": .array(fault.mistakes.map(JSON.string))])
      case .success(let (_, configuration)):
        let difference = Difference(
          from: inForce.assembly.configuration, to: configuration, started: started, report: await report(on: configuration.directory),
          isTrial: true)
        return .success(["file": file, "changes": .array(difference.lines.map(JSON.string))])
      }
    }
  }

  private func read() async -> Result<(Loaded, Configuration), OperationFault> {
    switch await loading.load(path) {
    case .read(let loaded):
      if let configuration = loaded.configuration { return .success((loaded, configuration)) }
      return .failure(OperationFault(.wrong, "the new configuration is rejected; the old one stays in force", mistakes: loaded.mistakes))
    case .hangs:
      return .failure(
        OperationFault(.later, "the configuration was not read in time: a file that it names does not answer; nothing changed"))
    case .underWay: return .failure(OperationFault(.later, "a reload is under way: a file that the configuration names does not answer"))
    }
  }

  private func adopt(_ configuration: Configuration, socket: String) async -> Difference {
    let old = inForce.assembly
    let new = Assembly(configuration, generation: old.generation + 1, socket: socket)
    // In the writer's turn: what was decided by the old tables reaches the courier before it takes the new configuration, what is decided by
    // the new ones after it, and what was wished under the old ones in between is wished anew.
    await ledger.adopt(new.decider) { [courier, inForce] in
      courier.take(new.roster)
      inForce.adopt(new)
    }
    let report = await courier.report(on: new.roster)
    ledger.adopt(configuration.store.ledgerOptions)
    adopted.withLock { $0 }?(new)
    return Difference(from: old.configuration, to: configuration, started: started, report: report)
  }

  /// What the courier would report, without making a transport: that may take hold of something.
  private func report(on directory: Directory) async -> ReloadReport {
    var report = ReloadReport()
    do throws(SpoolError) {
      try await ledger.eachBacklog { page in
        for entry in page {
          report.waiting += entry.count
          if case .failure = directory.place(of: entry.destination) {
            report.misconfigured[entry.destination.description, default: 0] += entry.count
          }
        }
      }
    } catch {
      report.uncounted = error
    }
    return report
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
