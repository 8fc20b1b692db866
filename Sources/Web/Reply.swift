import Bellhop
import Hummingbird
import HummingbirdCore
import NIOCore

/// An answer: whole, or a stream of events.
struct Reply {
  var status: Int
  var contentType: String
  var body: [UInt8]
  var headers: [HTTPField] = []
  /// Events, each whole; they stand in for the body.
  var stream: AsyncStream<[UInt8]>?

  init(status: Int, contentType: String, body: [UInt8], headers: [HTTPField] = []) {
    self.status = status
    self.contentType = contentType
    self.body = body
    self.headers = headers
  }

  /// https://html.spec.whatwg.org/multipage/server-sent-events.html; a proxy must not gather it.
  init(stream: AsyncStream<[UInt8]>) {
    self.init(status: 200, contentType: "text/event-stream", body: [])
    self.stream = stream
    headers = [HTTPField(name: .cacheControl, value: "no-store")]
    if let buffering = HTTPField.Name("X-Accel-Buffering") { headers.append(HTTPField(name: buffering, value: "no")) }
  }

  static func json(_ json: JSON, status: Int = 200) -> Reply {
    Reply(status: status, contentType: "application/json", body: json.bytes)
  }

  static func problem(_ problem: ProblemDocument) -> Reply {
    var reply = Reply(status: problem.status, contentType: "application/problem+json", body: problem.json.bytes)
    if let seconds = problem.retryAfter { reply.headers.append(HTTPField(name: .retryAfter, value: String(seconds))) }
    if let allow = problem.allow { reply.headers.append(HTTPField(name: .allow, value: allow)) }
    if problem.challenge { reply.headers.append(HTTPField(name: .wwwAuthenticate, value: "Bearer realm=\"bellhop\"")) }
    return reply
  }

  /// Writes it; `close` says that the connection ends with it, `bare` leaves the body out (HEAD).
  func write(to writer: consuming ResponseWriter, date: String, close: Bool, bare: Bool) async throws {
    var fields = HTTPFields()
    fields.reserveCapacity(4 + headers.count)
    fields.append(HTTPField(name: .contentType, value: contentType))
    if stream == nil { fields.append(HTTPField(name: .contentLength, value: String(body.count))) }
    fields.append(HTTPField(name: .date, value: date))
    for header in headers { fields.append(header) }
    if close { fields.append(HTTPField(name: .connection, value: "close")) }
    let head = HTTPResponse(status: .init(code: status), headerFields: fields)
    if bare { return try await writer.writeResponse(head) }
    if let stream {
      let out = try await writer.writeHead(head)
      return try await EventStreamWriter.write(stream, to: out)
    }
    try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
