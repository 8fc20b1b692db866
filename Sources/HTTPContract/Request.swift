import Bellhop

/// One HTTP request. What is not said is refused: redirects, private addresses for hosts that came out of an event, endless answers.
public struct Request: Sendable {
  /// `POST`, `GET` … in capitals.
  public var method: String
  /// Absolute, `http` or `https`.
  public var url: String
  /// In the order they are sent. `Content-Length` and `Transfer-Encoding` are the engine's own business and refused here.
  public var headers: [Header]
  /// Empty for none.
  public var body: [UInt8]
  /// From the moment it is given to curl to the last byte of the answer. Waiting for a place on a busy host does not count.
  public var timeout: Duration
  /// For the name, the connection and TLS together.
  public var connectTimeout: Duration
  /// Offer HTTP/2 over TLS. Off by default: with libcurl 7.88 it stalls for servers that answer before reading the body.
  public var http2: Bool
  /// Talk to this unix socket instead of the URL's host.
  public var unixSocket: String?
  /// Bytes of the answer's body that are read: a longer one is cut there (``Response/isCut``) and its connection closed.
  public var maximumAnswer: Int
  /// How many redirects to follow, to `http(s)` and to public addresses only, and never from `https` to `http`. Beyond that the
  /// redirect itself is the answer. Another origin gets none of the headers but those that describe the content.
  public var redirects: Int
  /// The host was written by ops: private and loopback addresses are fine. False for hosts templated from events.
  public var trusted: Bool
  /// Requests under way to one host and port at a time; more wait their turn, uncounted.
  public var perHost: Int
  /// A PEM file of certificates that TLS servers must be signed by, instead of the system's.
  public var caFile: String?

  /// Goes out over a connection of its own. On one that was kept and turns out to be closed, libcurl would send the request a second time
  /// by itself, though the server may have read the first: https://everything.curl.dev/transfers/conn/reuse.html
  public var once: Bool

  /// The answer goes on and on, and is taken as it comes: an event stream. Of an answer other than 2xx the body is collected as usual.
  public var endless: Endless?

  /// How an answer without an end is taken.
  public struct Endless: Sendable {
    /// How long nothing may come before the connection is given up; whole seconds. It stands in for ``Request/timeout``.
    public var silence: Duration
    /// Called on the engine's thread with each piece, in order: it must be quick. False ends the transfer.
    public var take: @Sendable ([UInt8]) -> Bool

    /// An answer that is over when nothing came for so long.
    public init(silence: Duration, take: @escaping @Sendable ([UInt8]) -> Bool) {
      self.silence = silence
      self.take = take
    }
  }

  /// One header line. A line break in it makes the request ``Fault/Kind/misconfigured``; it is never sent.
  public struct Header: Sendable, Hashable {
    /// In any case.
    public var name: String
    /// Sent as it is, in UTF-8.
    public var value: String

    /// Whether this is its name, in any case.
    package func isNamed(_ other: StaticString) -> Bool {
      guard name.utf8.count == other.utf8CodeUnitCount else { return false }
      let bytes = UnsafeBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount)
      var name = name
      // Bit 5 is the case of a letter; among the other characters of names it makes no two alike that matter here.
      return name.withUTF8 { own in own.indices.allSatisfy { own[$0] | 0x20 == bytes[$0] | 0x20 } }
    }

    /// Checked when the request is sent.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Nothing is checked here: what cannot be sent is answered ``Fault/Kind/misconfigured``.
  public init(
    _ method: String = "POST", _ url: String, headers: [Header] = [], body: [UInt8] = [], timeout: Duration = .seconds(15),
    connectTimeout: Duration = .seconds(5), http2: Bool = false, unixSocket: String? = nil, maximumAnswer: Int = 1 << 20,
    redirects: Int = 0, trusted: Bool = true, perHost: Int = 256, caFile: String? = nil, once: Bool = false
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
    self.caFile = caFile
    self.once = once
  }
}
