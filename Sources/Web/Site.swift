import Bellhop
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The HTTP side of the gateway: a TCP listener for apps, readers and monitoring, and a unix socket for the local command line.
public final class Site: Sendable {
  private let settings: SiteSettings
  private let desk: any Desk
  private let logger: Logger
  private let state: SiteState
  private let bound = Guarded<Int?>(nil)

  /// A site that does not listen yet. `now` is the wall clock.
  public init(settings: SiteSettings, desk: any Desk, logger: Logger, now: (@Sendable () -> Timestamp)? = nil) {
    self.settings = settings
    self.desk = desk
    self.logger = logger
    state = SiteState(settings, now: now ?? wallClock)
  }

  /// Swaps senders, readers and limits at once; requests under way end under the old ones. Where it listens stays.
  public func adopt(_ settings: SiteSettings) {
    var settings = settings
    settings.host = self.settings.host
    state.adopt(settings)
  }

  /// The port that it listens at; nil before it does.
  public var port: Int? { bound.withLock { $0 } }

  /// Bytes of larger bodies in memory now.
  var heldBytes: Int { state.heldBytes }

  /// Serves until a graceful shutdown (requests under way are answered) or until it is cancelled. `ready` is called once,
  /// when all listeners are open. Throws ``SiteError`` when it cannot listen.
  public func run(ready: @escaping @Sendable (_ port: Int) async -> Void = { _ in }) async throws {
    let file = try settings.socketPath.map { path throws(SiteError) in try SocketFile(path) }
    defer { file?.remove() }
    let opened = AsyncStream<Int?>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
      let address = BindAddress.hostname(settings.host, port: settings.port)
      group.addTask {
        try await self.serve(.tcp, at: address, named: "\(self.settings.host):\(self.settings.port)") { channel throws(SiteError) in
          opened.continuation.yield(channel.localAddress?.port)
        }
      }
      if let file {
        group.addTask {
          try await self.serve(.unix, at: .unixDomainSocket(path: file.birthplace), named: file.path) { _ throws(SiteError) in
            try file.publish()
            opened.continuation.yield(nil)
          }
        }
      }
      let listeners = file == nil ? 1 : 2
      group.addTask {
        var count = 0
        for await port in opened.stream {
          if let port { self.bound.withLock { $0 = port } }
          count += 1
          if count == listeners { break }
        }
        // Cancelled before: there is nothing to be ready for.
        if count == listeners, let port = self.port { await ready(port) }
      }
      // One that cannot listen ends the others.
      while try await group.next() != nil {}
    }
  }

  private func serve(
    _ door: Door, at address: BindAddress, named name: String, opened: @escaping @Sendable (any Channel) throws(SiteError) -> Void
  ) async throws {
    let responder = Responder(state: state, desk: desk, logger: logger, door: door)
    let limits: @Sendable () -> SiteLimits = { [state] in state.current.limits }
    let failure = Guarded<SiteError?>(nil)
    let nursery = Nursery()
    // Its own lines tell of every listener and connection; the gateway tells what matters.
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let server = Server(
      childChannelSetup: Doorway(
        responder: { request, writer, _ in try await responder.respond(request, writer) }, limits: limits, nursery: nursery),
      configuration: ServerConfiguration(address: address, backlog: 1_024, availableConnectionsDelegate: ConnectionCap(limits: limits)),
      onServerRunning: { channel in
        do throws(SiteError) {
          try opened(channel)
        } catch {
          failure.withLock { $0 = error }
          channel.close(promise: nil)
        }
      },
      eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup,
      logger: quiet)
    let ended: Result<Void, any Error>
    do { ended = .success(try await server.run()) } catch { ended = .failure(error) }
    await nursery.close()
    switch ended {
    case .failure(let error as IOError): throw SiteError("cannot listen at \(name): \(String(cString: strerror(error.errnoCode)))")
    case .failure(is CancellationError), .success: break
    case .failure(let error): throw SiteError("cannot listen at \(name): \(error)")
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
