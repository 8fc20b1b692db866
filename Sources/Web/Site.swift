import Bellhop
import Logging
import NIOCore
import ServiceLifecycle

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The HTTP side of the gateway: a TCP listener for apps, readers and monitoring, and a unix socket for the local command line.
public final class Site: Sendable {
  private let settings: SiteSettings
  private let state: SiteState
  private let responder: @Sendable (Door) -> Responder
  private let bound = Guarded<Int?>(nil)

  /// A site that does not listen yet. `now` is the wall clock.
  public convenience init(settings: SiteSettings, desk: some Desk, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
    self.init(settings: settings, acceptor: desk, insight: desk, hands: desk, visits: desk, logger: logger, now: now)
  }

  /// A site whose parts have one owner each. One that discards throws what it has read away and tells the acceptor of nothing: for measuring.
  package init(
    settings: SiteSettings, acceptor: any Acceptor, insight: any Insight, hands: any Operator, visits: any Visits, logger: Logger,
    now: @escaping @Sendable () -> Timestamp, discards: Bool = false
  ) {
    self.settings = settings
    let state = SiteState(settings, now: now)
    self.state = state
    responder = { door in
      Responder(
        state: state, acceptor: acceptor, insight: insight, hands: hands, visits: visits, logger: logger, door: door, discards: discards)
    }
  }

  /// Swaps senders, readers and limits at once; requests under way end under the old ones. Where it listens stays, and so does its identity.
  public func adopt(_ settings: SiteSettings) {
    var settings = settings
    settings.host = self.settings.host
    state.adopt(settings)
  }

  /// Lets connections that come from now on speak TLS with this, or plain HTTP; those that are open go on as they are.
  public func adopt(identity: ListenerIdentity?) { state.adopt(identity) }

  /// The port that it listens at; nil before it does.
  public var port: Int? { bound.withLock { $0 } }

  /// Bytes of larger bodies and answers in memory now.
  var heldBytes: Int { state.heldBytes }

  /// Serves until a graceful shutdown (requests under way are answered) or until it is cancelled. `ready` is called once,
  /// when all listeners are open. Throws ``SiteError`` when it cannot listen.
  public func run(ready: @escaping @Sendable (_ port: Int) async -> Void = { _ in }) async throws {
    let file = try settings.socketPath.map { path throws(SiteError) in try SocketFile(path) }
    defer { file?.remove() }
    let stop = AsyncStream<Void>.makeStream()
    try await withGracefulShutdownHandler {
      let listeners = try await open(file)
      if let port, !Task.isCancelled { await ready(port) }
      // Ends when it is told to, or at once where the task is cancelled.
      for await _ in stop.stream { break }
      await withTaskCancellationHandler {
        if Task.isCancelled { for listener in listeners { listener.cut() } }
        await withTaskGroup(of: Void.self) { group in
          for listener in listeners { group.addTask { await listener.close() } }
        }
      } onCancel: {
        for listener in listeners { listener.cut() }
      }
    } onGracefulShutdown: {
      stop.continuation.yield()
    }
  }

  /// Opens all listeners, or none.
  private func open(_ file: SocketFile?) async throws(SiteError) -> [Listener] {
    let tcp = try await open(.tcp, .tcp(host: settings.host, port: settings.port), named: "\(settings.host):\(settings.port)")
    var listeners = [tcp]
    do throws(SiteError) {
      if let file {
        listeners.append(try await open(.unix, .unix(path: file.birthplace), named: file.path))
        try file.publish()
      }
    } catch {
      for listener in listeners {
        listener.cut()
        await listener.close()
      }
      throw error
    }
    if let port = tcp.port { bound.withLock { $0 = port } }
    return listeners
  }

  private func open(_ door: Door, _ address: Listener.BindTarget, named name: String) async throws(SiteError) -> Listener {
    do {
      return try await Listener.open(address, responder(door))
    } catch let error as IOError {
      throw SiteError("cannot listen at \(name): \(String(cString: strerror(error.errnoCode)))")
    } catch {
      throw SiteError("cannot listen at \(name): \(error)")
    }
  }
}
