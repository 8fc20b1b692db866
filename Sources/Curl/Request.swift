import Bellhop

/// One HTTP request. What is not said is refused: redirects, private addresses for hosts that came out of an event, endless answers.
public struct Request: Sendable {
  public var method: String
  /// Absolute, `http` or `https`.
  public var url: String
  public var headers: [Header]
  public var body: [UInt8]
  /// From the moment it is given to curl to the last byte of the answer. Waiting for a place on a busy host does not count.
  public var timeout: Duration
  public var connectTimeout: Duration
  /// Offer HTTP/2 over TLS. Off by default: with libcurl 7.88 it stalls for servers that answer before reading the body.
  public var http2: Bool
  /// Talk to this unix socket instead of the URL's host.
  public var unixSocket: String?
  /// Bytes of the answer that are read; more is ``Fault/Kind/oversized``.
  public var maximumAnswer: Int
  /// How many redirects to follow, to `http(s)` and to public addresses only.
  public var redirects: Int
  /// The host was written by ops: private and loopback addresses are fine. False for hosts templated from events.
  public var trusted: Bool
  /// Requests under way to one host and port at a time; more wait their turn, uncounted.
  public var perHost: Int

  public struct Header: Sendable, Hashable {
    public var name: String
    public var value: String
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(
    _ method: String = "POST", _ url: String, headers: [Header] = [], body: [UInt8] = [], timeout: Duration = .seconds(15),
    connectTimeout: Duration = .seconds(5), http2: Bool = false, unixSocket: String? = nil, maximumAnswer: Int = 1 << 20,
    redirects: Int = 0, trusted: Bool = true, perHost: Int = 256
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.connectTimeout = connectTimeout
    self.http2 = http2
    self.unixSocket = unixSocket
    self.maximumAnswer = maximumAnswer
    self.redirects = redirects
    self.trusted = trusted
    self.perHost = perHost
  }
}

/// What came of a request.
public enum Answer: Sendable {
  case response(Response)
  /// No whole answer. `sent`: the request may have reached the server.
  case failed(Fault, sent: Bool)
}

public struct Response: Sendable {
  public var status: Int
  public var headers: [Request.Header]
  public var body: [UInt8]
  /// `Retry-After` in seconds or as a date, from now on; nil where the server said nothing.
  public var retryAfter: Duration?

  public init(status: Int, headers: [Request.Header] = [], body: [UInt8] = [], retryAfter: Duration? = nil) {
    self.status = status
    self.headers = headers
    self.body = body
    self.retryAfter = retryAfter
  }

  /// The first header of that name, in any case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}
