/// One request as the server read it.
public struct Recorded: Sendable {
  /// `POST`, in the client's own letters.
  public var method: String
  /// The request target as sent: path and query, or a whole URL where the client took the server for a proxy.
  public var path: String
  /// In the order they were sent.
  public var headers: [(name: String, value: String)]
  /// The raw bytes, with any chunking removed.
  public var body: [UInt8]
  /// 1 for the first connection that the server accepted.
  public var connection: Int
  /// When the request had been read to its end.
  public var at: ContinuousClock.Instant

  /// The first header of that name, in any case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The body as UTF-8.
  public var text: String { String(decoding: body, as: UTF8.self) }
}
