import NIOCore

/// What came of one request.
enum IngestAnswer: Sendable, Hashable {
  /// A status, `Retry-After`, and the beginning of the body.
  case status(Int, retryAfter: Duration?, body: String)
  /// No whole answer, for this reason.
  case failed(String)
}

/// A request on its way into a connection.
struct PostCall: Sendable {
  var body: [UInt8]
  var answer: EventLoopPromise<IngestAnswer>
}
