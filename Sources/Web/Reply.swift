import Bellhop
import NIOCore
import NIOHTTP1
import Senders
import Streaming

/// An answer: whole, or a stream of events.
struct Reply: Sendable {
  var status: Int
  var contentType: String
  var body: [UInt8]
  var headers: [(name: StaticString, value: String)] = []
  /// Headers with names of others' choice.
  var more: [PostHead.Pair] = []
  /// Events, each whole; they stand in for the body.
  var stream: AsyncStream<[UInt8]>?
  /// The body, page by page; it stands in for ``body``.
  var pages: ReplyPages?
  /// What says that so many pieces of the stream were left out, as its listener did not take them fast enough; nil where none may be.
  var leftOut: (@Sendable (Int) -> [UInt8])?
  /// Somebody who follows what happens; what is put in for it stands in for the body.
  var follower: Follower?
  /// The room that a large body takes, held until it is written.
  var share: PurseShare?

  /// How long it is is not known when it begins.
  var isOpen: Bool { stream != nil || pages != nil || follower != nil }

  init(status: Int, contentType: String, body: [UInt8]) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }

  /// https://html.spec.whatwg.org/multipage/server-sent-events.html; a proxy must not gather it.
  init(stream: AsyncStream<[UInt8]>) {
    self.init(status: 200, contentType: "text/event-stream", body: [])
    self.stream = stream
    headers = [("Cache-Control", "no-store"), ("X-Accel-Buffering", "no")]
  }

  /// The same, of what happens. A proxy must neither gather nor compress it.
  init(following follower: Follower) {
    self.init(status: 200, contentType: "text/event-stream", body: [])
    self.follower = follower
    headers = [("Cache-Control", "no-cache, no-transform"), ("X-Accel-Buffering", "no")]
  }

  static func json(_ json: JSON, status: Int = 200) -> Reply {
    Reply(status: status, contentType: "application/json", body: json.bytes)
  }

  static func problem(_ problem: ProblemDocument) -> Reply {
    var reply = Reply(status: problem.status, contentType: "application/problem+json", body: problem.json.bytes)
    if let seconds = problem.retryAfter { reply.headers.append(("Retry-After", String(seconds))) }
    if let allow = problem.allow { reply.headers.append(("Allow", allow)) }
    if problem.challenge {
      reply.headers.append(("WWW-Authenticate", problem.asksForPassword ? "Basic realm=\"bellhop\"" : "Bearer realm=\"bellhop\""))
    }
    return reply
  }

  /// Writes the head, and the body where there is one. https://www.rfc-editor.org/rfc/rfc9112#section-4
  func write(to out: inout ByteBuffer, date: String, _ manner: Manner) {
    let code = HTTPResponseStatus(statusCode: status)
    out.writeString("HTTP/1.1 \(status) \(code.reasonPhrase)\r\nDate: \(date)\r\n")
    if !contentType.isEmpty { out.writeString("Content-Type: \(contentType)\r\n") }
    if status == 204 || status == 304 {
      // It has no body, and says nothing of one. https://www.rfc-editor.org/rfc/rfc9110#section-8.6
    } else if !isOpen {
      out.writeString("Content-Length: \(body.count)\r\n")
    } else if !manner.isOld {
      out.writeStaticString("Transfer-Encoding: chunked\r\n")
    }
    for header in headers {
      out.writeStaticString(header.name)
      out.writeString(": \(header.value)\r\n")
    }
    for header in more { out.writeString("\(header.name): \(header.value)\r\n") }
    out.writeStaticString(manner.connection)
    out.writeStaticString("\r\n")
    if !manner.isBare { out.writeBytes(body) }
  }
}

/// How an answer is written, whatever it says.
struct Manner: Sendable {
  /// The connection ends with it.
  var isLast: Bool
  /// Without its body: to `HEAD`.
  var isBare: Bool
  /// To HTTP/1.0.
  var isOld: Bool

  /// The header that tells whether the connection stays, with its line end; empty where that goes without saying.
  var connection: StaticString { isLast ? "Connection: close\r\n" : isOld ? "Connection: keep-alive\r\n" : "" }

  /// Nothing but what the answer says, on a connection that stays.
  var isPlain: Bool { !isLast && !isBare && !isOld }
}
