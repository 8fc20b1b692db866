import Bellhop

/// What came of a request.
public enum Answer: Sendable {
  case response(Response)
  /// No whole answer. `sent`: the request may have reached the server.
  case failed(Fault, sent: Bool)
}

/// An answer, whole but for a body that was too long.
public struct Response: Sendable {
  /// 200 to 599.
  public var status: Int
  /// In the order they came; of the final answer only.
  public var headers: [Request.Header]
  /// As it came: nothing is decompressed.
  public var body: [UInt8]
  /// The body went on beyond ``Request/maximumAnswer``: this is its beginning.
  public var isCut: Bool
  /// `Retry-After` in seconds or as a date, from now on; nil where the server said nothing. A date in the past is zero.
  /// https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
  public var retryAfter: Duration?

  /// An answer as a server gave it, or as a test makes it up.
  public init(status: Int, headers: [Request.Header] = [], body: [UInt8] = [], isCut: Bool = false, retryAfter: Duration? = nil) {
    self.status = status
    self.headers = headers
    self.body = body
    self.isCut = isCut
    self.retryAfter = retryAfter
  }

  /// The first header of that name, in any case.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}
