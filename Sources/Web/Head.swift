import Hummingbird
import Senders

/// What the site wants to know of a request's headers, gathered in one pass: looking them up one by one costs more than decoding.
struct Head {
  let method: HTTPRequest.Method
  let path: String
  /// The `Host`.
  let authority: String?
  private(set) var authorization: String?
  private(set) var origin: String?
  private(set) var contentLength: String?
  private(set) var contentEncoding: String?
  private(set) var isChunked = false
  private(set) var expectsContinue = false
  /// A proxy passed it on.
  private(set) var isForwarded = false
  /// `X-Bellhop-Sender`, the unix socket's way to say who is speaking.
  private(set) var sender: String?
  private(set) var envelope = Envelope()

  init(_ request: HTTPRequest) {
    method = request.method
    path = request.path ?? ""
    authority = request.authority
    for field in request.headerFields { take(field) }
  }

  private mutating func take(_ field: HTTPField) {
    switch field.name.canonicalName {
    case "authorization": authorization = Self.joined(authorization, field.value)
    case "content-type": envelope.contentType = Self.joined(envelope.contentType, field.value)
    case "content-length": contentLength = Self.joined(contentLength, field.value)
    case "content-encoding": contentEncoding = Self.joined(contentEncoding, field.value)
    case "transfer-encoding": isChunked = true
    case "expect": expectsContinue = field.value.lowercased() == "100-continue"
    case "origin": origin = Self.joined(origin, field.value)
    case "idempotency-key": envelope.idempotencyKey = Self.joined(envelope.idempotencyKey, field.value)
    case "x-bellhop-sender": sender = Self.joined(sender, field.value)
    case "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip": isForwarded = true
    case let name where name.hasPrefix("ce-"): envelope.cloudEvent.append(.init(String(name.dropFirst(3)), field.value))
    default: break
    }
  }

  /// A header that stands twice is one with a list: https://www.rfc-editor.org/rfc/rfc9110#section-5.3
  private static func joined(_ before: String?, _ value: String) -> String { before.map { "\($0), \(value)" } ?? value }
}
