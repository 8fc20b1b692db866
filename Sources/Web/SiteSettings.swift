import Bellhop
import Senders

/// What the web side of a configuration says.
public struct SiteSettings: Sendable {
  /// The address to listen at; needs a restart to change.
  public var host: String
  /// 0 takes a free one; needs a restart to change.
  public var port: Int
  /// The unix socket for the local command line; nil for none. Needs a restart to change.
  public var socketPath: String?
  /// Who may post. None: only this machine may, as `local`.
  public var senders: [Sender]
  /// Any of these opens the history. Without a token only callers from this machine read it, and those only while neither senders, a
  /// public name nor a proxy that logs people in let others be expected.
  public var readers: ReaderAccounts
  /// Proxies that are believed when they tell who asks.
  public var proxies = TrustedProxies()
  /// What the TCP listener speaks TLS with; nil is plain HTTP.
  public var identity: ListenerIdentity?
  /// The gateway has an address for others (`public_url`), so a proxy of this machine may stand before it.
  public var hasPublicName: Bool
  /// How much is taken.
  public var limits: SiteLimits

  /// Settings; by default those of a configuration that says nothing.
  public init(
    host: String = "127.0.0.1", port: Int = 8484, socketPath: String? = nil, senders: [Sender] = [],
    readers: ReaderAccounts = ReaderAccounts(),
    hasPublicName: Bool = false, limits: SiteLimits = SiteLimits()
  ) {
    self.host = host
    self.port = port
    self.socketPath = socketPath
    self.senders = senders
    self.readers = readers
    self.hasPublicName = hasPublicName
    self.limits = limits
  }
}

/// How much the web side takes before it says no.
public struct SiteLimits: Sendable, Hashable {
  /// Bytes of a body.
  public var body: Int
  /// Bytes of an NDJSON body.
  public var lines: Int
  /// Of the events inside.
  public var events: EventLimits
  /// Connections at a time on each listener. When all are taken, the one that has idled longest is ended; where none idles, further ones wait
  /// in the backlog of the system.
  public var connections: Int
  /// How long a request may take to arrive, head or body, and an answer to be taken. A body gets four more seconds for each MiB of it that
  /// has come.
  public var bodyTime: Duration
  /// How long a connection may stay open without a request.
  public var idleTime: Duration
  /// So many wrong tokens, keys and signatures may come from one address before it is told to wait.
  public var wrongProofs = Rate(20, per: .seconds(60))
  /// Bytes of larger bodies and answers (over 64 KiB) held at a time by all connections together.
  public var memory: Int

  /// The limits, by default those of the manual.
  public init(
    body: Int = 1 << 20, lines: Int = 16 << 20, events: EventLimits = EventLimits(), connections: Int = 1_024,
    bodyTime: Duration = .seconds(30), idleTime: Duration = .seconds(75), memory: Int = 64 << 20
  ) {
    self.body = body
    self.lines = lines
    self.events = events
    self.connections = connections
    self.bodyTime = bodyTime
    self.idleTime = idleTime
    self.memory = memory
  }
}
