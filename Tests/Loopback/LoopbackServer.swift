import Glibc

/// A misbehaving HTTP/1.1 server on 127.0.0.1 or on a unix socket, with a thread per connection. It stops when it is let go.
public final class LoopbackServer: Sendable {
  let core: Core
  /// `http://127.0.0.1:PORT`; `http://localhost` on a unix socket.
  public let url: String
  /// 0 on a unix socket.
  public let port: Int

  private init(core: Core, url: String, port: Int) {
    self.core = core
    self.url = url
    self.port = port
  }

  deinit { core.stop() }

  /// Listens on a port of the system's choice; `behave` is asked about every request, on the thread of its connection.
  public static func start(_ behave: @escaping @Sendable (Recorded) -> Behaviour) throws -> LoopbackServer {
    let (listener, port) = try Socket.listen()
    return LoopbackServer(core: Core(listener, behave), url: "http://127.0.0.1:\(port)", port: port)
  }

  /// Listens on a unix socket. The file is removed by ``stop()``.
  public static func start(unixSocket path: String, _ behave: @escaping @Sendable (Recorded) -> Behaviour) throws -> LoopbackServer {
    let listener = try Socket.listen(unix: path)
    return LoopbackServer(core: Core(listener, path: path, behave), url: "http://localhost", port: 0)
  }

  /// Accepts every connection and closes it at once.
  public static func closingOnAccept() throws -> LoopbackServer {
    let (listener, port) = try Socket.listen()
    return LoopbackServer(core: Core(listener, nil), url: "http://127.0.0.1:\(port)", port: port)
  }

  /// Every request so far, in the order they were read.
  public var requests: [Recorded] { core.state.withLock { $0.requests } }

  /// How many connections were accepted so far.
  public var connections: Int { core.state.withLock { $0.accepted } }

  /// Comes back once `count` requests were read in all, or with what there is after `limit`, so that a test fails instead of hanging.
  @discardableResult
  public func waitFor(_ count: Int, within limit: Duration = .seconds(10)) async -> [Recorded] {
    await core.wait(limit) { $0.requests.count >= count }
    return requests
  }

  /// Comes back once so many connections are open, or after `limit`.
  @discardableResult
  public func waitForOpenConnections(_ count: Int, within limit: Duration = .seconds(10)) async -> Int {
    await core.wait(limit) { $0.open.count == count }
    return core.state.withLock { $0.open.count }
  }

  /// Lets every ``Behaviour/held(_:)`` go on, those that come later too.
  public func release() { core.release() }

  /// Closes the door and every connection. Those who wait are let go.
  public func stop() { core.stop() }
}
