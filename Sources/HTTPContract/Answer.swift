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
  /// The final answer's head as it came, its status line left out where a test made it up. Few ask for headers: they are taken apart then.
  private let head: HeadForm
  /// As it came: nothing is decompressed.
  public var body: [UInt8]
  /// The body went on beyond ``Request/maximumAnswer``: this is its beginning.
  public var isCut: Bool
  /// `Retry-After` in seconds or as a date, from now on; nil where the server said nothing. A date in the past is zero.
  /// https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
  public var retryAfter: Duration?

  private enum HeadForm: Sendable {
    case raw([UInt8])
    case fields([Request.Header])
  }

  /// An answer as a test makes it up.
  public init(status: Int, headers: [Request.Header] = [], body: [UInt8] = [], isCut: Bool = false, retryAfter: Duration? = nil) {
    self.status = status
    head = .fields(headers)
    self.body = body
    self.isCut = isCut
    self.retryAfter = retryAfter
  }

  /// An answer as a server gave it. `head` is the status line and the header lines, with their ends.
  package init(status: Int, head: [UInt8], body: [UInt8], isCut: Bool, retryAfter: Duration?) {
    self.status = status
    self.head = .raw(head)
    self.body = body
    self.isCut = isCut
    self.retryAfter = retryAfter
  }

  /// In the order they came; of the final answer only.
  public var headers: [Request.Header] {
    switch head {
    case .raw(let bytes): HeaderLines(bytes).all
    case .fields(let headers): headers
    }
  }

  /// The first header of that name, in any case.
  public func header(_ name: String) -> String? {
    let name = name.lowercased()
    return headers.first { $0.name.lowercased() == name }?.value
  }
}
