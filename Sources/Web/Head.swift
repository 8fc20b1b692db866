import NIOHTTP1
import Senders

/// What the site wants to know of a request's head, gathered in one look at each header.
struct Head: Sendable {
  let method: HTTPMethod
  /// Without the query.
  private(set) var path: String
  /// Behind the question mark; nil without one.
  private(set) var query: String?
  /// Whom the request is meant for: the `Host`, or what an absolute target says, which counts more.
  /// https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
  private(set) var authority: String?
  private(set) var authorization: String?
  private(set) var origin: String?
  /// `Sec-Fetch-Site`: what a browser says of the page that asks. https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
  private(set) var fetchSite: String?
  private(set) var contentEncoding: String?
  private(set) var expectsContinue = false
  /// A proxy passed it on.
  private(set) var isForwarded = false
  /// It would like another protocol, which the parser takes for what comes behind this request: nothing can follow it.
  private(set) var wantsUpgrade = false
  /// `X-Bellhop-Sender`, the unix socket's way to say who is speaking.
  private(set) var sender: String?
  private(set) var envelope = Envelope()
  /// All of them, for who wants others than are gathered here.
  let headers: HTTPHeaders
  /// The declared length of the body, 0 without one; nil where it comes in chunks.
  private(set) var length: Int? = 0
  /// The connection may serve another request.
  let keepsAlive: Bool
  /// HTTP/1.0: knows no chunks, and must be told that the connection stays.
  let isOld: Bool
  /// Who connected; nil for a unix socket.
  let peer: PeerAddress?
  /// Who asks: who connected, or whom a proxy of ours tells of; nil for a unix socket.
  let client: PeerAddress?

  private var hosts = 0
  private var transferEncoding: String?
  private var contentLength: String?

  /// Events are posted, or would be.
  var isPost: Bool { if case .POST = method { path.hasPrefix("/v1/events") } else { false } }
  /// Its answer is to come without a body.
  var isBare: Bool { if case .HEAD = method { true } else { false } }
  // By pattern, as `==` compares the words of methods.
  var isReading: Bool {
    switch method {
    case .GET, .HEAD: true
    default: false
    }
  }

  init(_ request: HTTPRequestHead, from peer: PeerAddress? = nil, behind proxies: TrustedProxies = TrustedProxies()) {
    self.peer = peer
    client = proxies.client(of: peer) { request.headers[$0] }
    method = request.method
    headers = request.headers
    path = request.uri
    keepsAlive = request.isKeepAlive
    isOld = request.version.major == 1 && request.version.minor == 0
    if case .CONNECT = method { wantsUpgrade = true }
    for (name, value) in request.headers { take(name, value) }
    if path != "/v1/events" { split() }
    if transferEncoding != nil {
      length = nil
    } else if let contentLength {
      length = Int(contentLength) ?? .max
    }
  }

  /// Why the request cannot be trusted to mean one thing; nil where it does.
  var flaw: ProblemDocument? {
    // https://www.rfc-editor.org/rfc/rfc9112#section-3.2
    if hosts > 1 { return ProblemDocument(400, "the request has more than one Host") }
    if hosts == 0, !isOld { return ProblemDocument(400, "the request has no Host") }
    if let transferEncoding {
      if isOld || contentLength != nil { return ProblemDocument(400, "the length of the body is not clear") }
      // https://www.rfc-editor.org/rfc/rfc9112#section-6.1
      guard transferEncoding.isSpelt("chunked") else {
        return ProblemDocument(501, "bodies are taken plain or chunked, not in another transfer coding")
      }
    }
    return nil
  }

  private mutating func take(_ name: String, _ value: String) {
    switch name.utf8.count {
    case 3 where name.isSpelt("via"): isForwarded = true
    case 4 where name.isSpelt("host"):
      hosts += 1
      authority = authority ?? value
    case 6 where name.isSpelt("expect"): expectsContinue = value.isSpelt("100-continue")
    case 6 where name.isSpelt("origin"): origin = Self.joined(origin, value)
    case 7 where name.isSpelt("upgrade"): wantsUpgrade = true
    case 12 where name.isSpelt("content-type"): envelope.contentType = Self.joined(envelope.contentType, value)
    case 13 where name.isSpelt("authorization"): authorization = Self.joined(authorization, value)
    case 14 where name.isSpelt("content-length"): contentLength = Self.joined(contentLength, value)
    case 14 where name.isSpelt("sec-fetch-site"): fetchSite = Self.joined(fetchSite, value)
    case 15 where name.isSpelt("idempotency-key"): envelope.idempotencyKey = Self.joined(envelope.idempotencyKey, value)
    case 16 where name.isSpelt("content-encoding"): contentEncoding = Self.joined(contentEncoding, value)
    case 16 where name.isSpelt("x-bellhop-sender"): sender = Self.joined(sender, value)
    case 17 where name.isSpelt("transfer-encoding"): transferEncoding = Self.joined(transferEncoding, value)
    default:
      if name.begins("ce-") {
        envelope.cloudEvent.append(.init(name.dropFirst(3).lowercased(), value))
      } else if Self.isOfProxies(name) {
        isForwarded = true
      }
    }
  }

  /// What proxies add in order to tell of the client behind them.
  private static func isOfProxies(_ name: String) -> Bool {
    name.isSpelt("forwarded") || name.begins("x-forwarded") || name.begins("x-original-") || name.begins("x-envoy-") || name.begins("cf-")
      || name.ends("real-ip") || name.ends("client-ip") || name.ends("connecting-ip") || name.ends("clientip")
  }

  /// A header that stands twice is one with a list: https://www.rfc-editor.org/rfc/rfc9110#section-5.3
  private static func joined(_ before: String?, _ value: String) -> String { before.map { "\($0), \(value)" } ?? value }

  /// Takes the target apart: an authority of its own, path, query.
  private mutating func split() {
    var target = path[...]
    if target.begins("http://") || target.begins("https://"), let mark = target.firstIndex(of: ":") {
      target = target[mark...].dropFirst(3)
      let end = target.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? target.endIndex
      authority = String(target[..<end])
      target = target[end...]
    }
    let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
    query = mark.map { String(target[target.utf8.index(after: $0)...]) }
    path = String(mark.map { target[..<$0] } ?? target)
  }
}

extension StringProtocol {
  /// The same word whatever its case; `word` is in lower-case ASCII.
  func isSpelt(_ word: StaticString) -> Bool { utf8.count == word.utf8CodeUnitCount && begins(word) }

  /// Begins with the word, whatever its case; `word` is in lower-case ASCII.
  func begins(_ word: StaticString) -> Bool { Self.same(utf8, word) }

  /// Ends with the word, whatever its case; `word` is in lower-case ASCII.
  func ends(_ word: StaticString) -> Bool {
    let surplus = utf8.count - word.utf8CodeUnitCount
    return surplus >= 0 && Self.same(utf8.dropFirst(surplus), word)
  }

  private static func same(_ bytes: some Collection<UInt8>, _ word: StaticString) -> Bool {
    bytes.withContiguousStorageIfAvailable { $0.begins(word) } ?? Array(bytes).withUnsafeBufferPointer { $0.begins(word) }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The same word whatever its case; `word` is in lower-case ASCII.
  func isSpelt(_ word: StaticString) -> Bool { count == word.utf8CodeUnitCount && begins(word) }

  /// Begins with the word, whatever its case; `word` is in lower-case ASCII.
  func begins(_ word: StaticString) -> Bool {
    guard count >= word.utf8CodeUnitCount else { return false }
    for index in 0..<word.utf8CodeUnitCount {
      let byte = self[index]
      let lower = byte &- 65 < 26 ? byte | 0x20 : byte
      if lower != word.utf8Start[index] { return false }
    }
    return true
  }
}
