/// The bounds of a client. The defaults suit a server that tells of what people do with it.
public struct ClientOptions: Sendable {
  /// Events that may wait; those that come when so many do are dropped and counted.
  public var maximumWaiting = 10_000
  /// Bytes of JSON that may wait.
  public var maximumBytes = 8 << 20
  /// Bytes of one event. A gateway takes 1 MiB unless it is told otherwise (`server.limits.body`).
  public var maximumEvent = 512 << 10
  /// Events in one request. A gateway takes 1,000 unless it is told otherwise (`server.limits.batch`).
  public var batch = 100
  /// For a connection, TLS with it.
  public var connectTimeout = Duration.seconds(5)
  /// From a request's beginning to the end of its answer.
  public var timeout = Duration.seconds(15)
  /// The first pause behind a failure; each is twice the one before, and half of it is luck.
  public var firstPause = Duration.milliseconds(500)
  /// The longest of these pauses. What a gateway asks for with `Retry-After` is waited for as it is, an hour at most.
  public var longestPause = Duration.seconds(60)
  /// `source` of all events; nil for the sender's name.
  public var source: String?
  /// A PEM file of certificates that the gateway's must be signed by, instead of the system's.
  public var certificates: String?

  /// The defaults.
  public init() {}
}

/// How events fared.
public struct ClientCounts: Sendable, Hashable {
  /// Not yet taken, in the order they came.
  public var waiting = 0
  /// Taken by the gateway.
  public var sent = 0
  /// Never sent: there was no room, they were too large, the client was shut down, or nobody waited for them any more.
  public var dropped = 0
  /// The gateway did not take them: they are no events, or too large.
  public var refused = 0
}
