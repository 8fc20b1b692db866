import Bellhop
import Courier
import Glibc
import Ledger
import Logging
import ServiceLifecycle
import Settings
import UnixSignals
import Web

extension Gateway {
  /// Runs the gateway until SIGTERM or SIGINT, then drains: no new events, what is in flight ends or is handed back. SIGHUP reloads.
  public static func serve(_ path: String) async throws(LaunchError) {
    // A reader of the log, a vendor or an app that goes away is an error of a write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    Descriptors.raise()
    let loaded = load(path)
    guard let configuration = loaded.configuration else {
      throw LaunchError("\(path) cannot be run: mend the lines above", findings: loaded.findings)
    }
    let logger = Log.logger(configuration.server.log)
    for warning in loaded.warnings { logger.warning("\(warning)") }
    let wall = Timepiece.system.wall
    let metrics = Metrics()
    let book = ActivityBook(wall: wall)
    let trouble = TroubleReporter(logger: logger, wall: wall)
    let relay = Relay()
    let windows = Guarded<WindowClock?>(nil)
    let assembly = Assembly(configuration, socket: loaded.socket)

    let ledger: Ledger
    do {
      ledger = try Ledger.open(
        path: loaded.folder, options: configuration.store.ledgerOptions, decider: assembly.decider, now: wall,
        observe: { committed in
          metrics.note(committed)
          book.note(committed)
          trouble.note(committed)
          if committed.window != nil { windows.withLock { $0 }?.note(committed) }
          relay.pass(committed)
        })
    } catch { throw LaunchError("\(error)") }
    await book.load(ledger)
    let courier = Courier(spool: ledger, roster: assembly.roster, host: engine.host) { trouble.report($0) }
    relay.connect(courier)

    let parts = GatewayParts(
      path: path, assembly: assembly, ledger: ledger, courier: courier, metrics: metrics, book: book, logger: logger, wall: wall)
    relay.connect(parts.intake)
    relay.connect(parts.hub)
    relay.connect(parts.search)
    trouble.serve(parts.acceptor)
    let windowClock = WindowClock(ledger: ledger, inForce: parts.inForce, logger: logger, wall: wall)
    windows.withLock { $0 = windowClock }
    let certificates = CertificateKeeper(trouble: trouble)
    var settings = assembly.site
    settings.identity = certificates.begin(with: configuration.server.tls)
    if configuration.server.tls != nil, settings.identity == nil {
      throw LaunchError("the certificate or its key changed while it was read")
    }
    let site = Site(
      settings: settings, acceptor: parts.acceptor, insight: parts.insight, hands: parts.hands, visits: parts.visits, logger: logger,
      now: wall)
    let upstream = UpstreamService(configuration.upstream, intake: parts.intake, metrics: metrics, logger: logger)
    certificates.serve { site.adopt(identity: $0) }
    parts.reloading.onReload { assembly in
      site.adopt(assembly.site)
      certificates.adopt(assembly.configuration.server.tls)
      upstream.adopt(assembly.configuration.upstream)
      windowClock.stir()
    }

    // Stopped in the reverse order: listeners first, then the courier, and last who keeps what it has to tell.
    let group = ServiceGroup(
      configuration: .init(
        services: [
          .init(service: trouble),
          .init(service: SearchService(search: parts.search)),
          .init(service: CourierService(courier: courier)),
          .init(service: Keeper(ledger: ledger, inForce: parts.inForce, trouble: trouble)),
          .init(service: windowClock),
          .init(service: upstream),
          .init(service: certificates),
          .init(service: Reloader(reloading: parts.reloading, audit: parts.audit, logger: logger)),
          .init(service: SiteService(site: site, readiness: parts.readiness, logger: logger)),
        ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    let note = SocketNote(of: path)
    note.write(loaded.socket)
    defer { note.remove(loaded.socket) }
    do { try await group.run() } catch {
      await parts.search.close()
      await ledger.close()
      throw LaunchError("\(error)")
    }
    await parts.search.close()
    await ledger.close()
    await engine.close()
    logger.notice("stopped; what was accepted and not delivered waits in \(loaded.folder)")
  }
}

/// Runs the courier, and drains it before the process ends.
struct CourierService: Service {
  let courier: Courier

  func run() async throws {
    await withGracefulShutdownHandler {
      await courier.run()
    } onGracefulShutdown: {
      // The handler is synchronous; `run` comes back when the drain is over.
      Task { await courier.drain(within: .seconds(10)) }
    }
  }
}

/// Runs the listeners and says when events are taken.
struct SiteService: Service {
  let site: Site
  let readiness: Readiness
  let logger: Logger

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await site.run { [readiness, logger] port in
        readiness.open()
        logger.notice("ready", metadata: ["port": "\(port)"])
        ServiceManager.tell("READY=1", "STATUS=takes events on port \(port)")
      }
    } onGracefulShutdown: { [readiness] in
      ServiceManager.tell("STOPPING=1", "STATUS=finishes what is under way")
      readiness.shut()
    }
  }
}

/// SIGHUP reads the configuration anew.
struct Reloader: Service {
  let reloading: Reloading
  let audit: AuditDesk
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      let signals = await UnixSignalsSequence(trapping: .sighup)
      if EarlyHangup.cameIn() { await reload() }
      for await _ in signals { await reload() }
    }
  }

  private func reload() async {
    let outcome = await reloading.reload()
    var entry = AuditEntry(who: "local", by: "signal", what: "reload", result: "done")
    if case .failure(let fault) = outcome { entry.result = fault.line }
    await audit.note(entry)
    guard case .failure(let fault) = outcome else { return }
    // Of a file with mistakes that much is in the log already.
    if fault.mistakes.isEmpty { logger.error("\(fault.line)") }
    for mistake in fault.mistakes { logger.error("\(mistake)") }
  }
}
