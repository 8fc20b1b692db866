import Senders

/// The section `server`.
public struct ServerSettings: Sendable, Hashable {
  /// Default `127.0.0.1:8484`.
  public var listen = Listen(host: "127.0.0.1", port: 8484)
  /// What people reach this gateway at, without a slash at its end: links to cut messages lead there.
  public var publicURL: String?
  /// Proxies that are believed when they tell who asks.
  public var proxies = TrustedProxies()
  /// What the listener speaks TLS with; nil is plain HTTP.
  public var tls: TLSFiles?
  /// What one request may bring.
  public var limits = RequestLimits()
  /// The form of log lines.
  public var log = LogSettings.text

  /// The form of log lines.
  public enum LogSettings: String, Sendable, CaseIterable {
    /// For people.
    case text
    /// One object a line.
    case json
  }

  /// Where the certificate and its key are, in PEM.
  public struct TLSFiles: Sendable, Hashable {
    /// The path of the certificate, with those that sign it behind it.
    public var certificate: String
    /// The path of its key.
    public var key: String

    /// Two paths.
    public init(certificate: String, key: String) {
      self.certificate = certificate
      self.key = key
    }
  }

  /// What one request may bring.
  public struct RequestLimits: Sendable, Hashable {
    /// Bytes of a body other than NDJSON; default 1 MiB.
    public var body = 1 << 20
    /// Events in one request, of NDJSON too; default 1,000.
    public var batch = 1_000
    /// Bytes of an NDJSON body; default 16 MiB.
    public var ndjson = 16 << 20
    /// Connections at a time; default 1,024.
    public var connections = 1_024

    /// The defaults.
    public init() {}
  }

  /// The defaults.
  public init() {}
}
