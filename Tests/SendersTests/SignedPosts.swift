import Bellhop
import Crypto
import Testing

@testable import Senders

/// How posts of a dialect are signed, as its vendor does it.
struct SignedPosts: Sendable, CustomTestStringConvertible {
  var name: String
  var settings: [String: Value] = [:]
  /// The header with the signature.
  var header: String
  /// Which times are refused.
  var time = Time.none
  /// Whether the head says which delivery it is.
  var hasID = true
  /// What `SECRET` is.
  var secrets = ["s3cret-of-shop", "s3cret-of-before"]
  /// The headers of a body, at a time in seconds, by a secret.
  var sign: @Sendable (_ body: [UInt8], _ secret: String, _ at: Int64) -> [(String, String)]

  enum Time: Sendable { case none, past, both }

  /// The header holds the code alone, in which the padding of base64 is no sign that anything needs.
  var isBare: Bool { ["x-signature", "sentry-hook-signature"].contains(header) || name == "gitea" || name == "shopify" }

  var testDescription: String { name }

  var sender: Sender {
    get throws {
      let dialect = try #require(Dialect.named(name))
      var values = Values()
      for field in dialect.settings { values.entries[field.name] = field.value }
      for (name, value) in settings { values.entries[name] = value }
      #expect(dialect.check(values).isEmpty)
      return Sender(name: "shop", dialect: dialect, secrets: secrets.map(Secret.init), values: values)
    }
  }

  func head(_ body: [UInt8], secret: String? = nil, at time: Int64 = noon.seconds, _ more: [(String, String)] = []) -> PostHead {
    let headers = sign(body, secret ?? secrets[0], time) + more
    return PostHead(headers: headers.map { PostHead.Pair($0.0, $0.1) })
  }

  /// What becomes of a post: its events, or the status of the refusal.
  static func judge(_ sender: Sender, _ body: [UInt8], _ head: PostHead, at now: Timestamp = noon) -> Result<[Event], PostRefusal> {
    if case .refused(let fault) = sender.proof(of: head, at: Timestamp(seconds: 0)) {
      return .failure(PostRefusal(status: 401, title: fault.line))
    }
    return sender.receive(body, head, at: now)
  }

  static func hex(_ body: [UInt8], _ secret: String) -> String {
    HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(secret.utf8))).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }.joined()
  }

  static func base64(_ body: [UInt8], _ key: [UInt8]) -> String {
    base64(Array(HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: key))))
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var out = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 { out += place <= group.count ? String(letters[bits >> (18 - 6 * place) & 63]) : "=" }
    }
    return out
  }

  static let stripe = SignedPosts(name: "stripe", header: "stripe-signature", time: .past, hasID: false) { body, secret, time in
    [("stripe-signature", "t=\(time),v1=\(hex(Array("\(time).".utf8) + body, secret)),v0=00")]
  }
  static let github = SignedPosts(name: "github", header: "x-hub-signature-256") { body, secret, _ in
    [
      ("x-hub-signature-256", "sha256=" + hex(body, secret)), ("x-github-event", "issues"),
      ("x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"),
    ]
  }
  static func standard(_ prefix: String) -> SignedPosts {
    SignedPosts(name: "standardwebhooks", header: "\(prefix)-signature", time: .both) { body, secret, time in
      [
        ("\(prefix)-id", "msg_1"), ("\(prefix)-timestamp", String(time)),
        ("\(prefix)-signature", "v1a,AAAA v1,\(base64(Array("msg_1.\(time).".utf8) + body, Array(secret.utf8)))"),
      ]
    }
  }
  static let hmac = SignedPosts(
    name: "hmac",
    settings: [
      "signature_header": .string("X-Acme-Signature"), "prefix": .string("v0="), "signed": .string("v0:{timestamp}:{body}"),
      "timestamp_header": .string("X-Acme-Time"), "id_header": .string("X-Acme-Id"),
    ], header: "x-acme-signature", time: .both
  ) { body, secret, time in
    [
      ("x-acme-id", "7"), ("x-acme-time", String(time)),
      ("x-acme-signature", "v0=" + hex(Array("v0:\(time):".utf8) + body, secret)),
    ]
  }
  static let plainHMAC = SignedPosts(
    name: "hmac", settings: ["event": .map([.init("id", .string("{{id}}"))])], header: "x-signature", hasID: false
  ) { body, secret, _ in
    [("x-signature", hex(body, secret))]
  }

  static let gitlab = SignedPosts(name: "gitlab", header: "webhook-signature", time: .both, sign: standard("webhook").sign)
  static func gitea(_ family: String) -> SignedPosts {
    SignedPosts(name: "gitea", header: "x-\(family)-signature") { body, secret, _ in
      // As their sources have it: in a form not the body is signed, but what it holds.
      let form = body.starts(with: "payload=".utf8) ? FormFields.pairs(body)?.first.map { Array($0.value.utf8) } : nil
      return [
        ("x-\(family)-signature", hex(form ?? body, secret)), ("x-\(family)-event", "issues"), ("x-\(family)-delivery", "f6266f16-1bf3"),
      ]
    }
  }
  static func shopify(_ prefix: String) -> SignedPosts {
    SignedPosts(name: "shopify", header: "\(prefix)shopify-hmac-sha256") { body, secret, _ in
      [
        ("\(prefix)shopify-hmac-sha256", base64(body, Array(secret.utf8))), ("\(prefix)shopify-topic", "orders/create"),
        ("\(prefix)shopify-webhook-id", "b54557e4"), ("\(prefix)shopify-shop-domain", "acme.myshopify.com"),
        ("\(prefix)shopify-triggered-at", "2026-11-24T11:59:30.123456789Z"),
      ]
    }
  }
  static let paddle = SignedPosts(name: "paddle", header: "paddle-signature", time: .both, hasID: false) { body, secret, time in
    [("paddle-signature", "ts=\(time);h1=00;h1=\(hex(Array("\(time):".utf8) + body, secret))")]
  }
  static let sentry = SignedPosts(name: "sentry", header: "sentry-hook-signature") { body, secret, _ in
    [("sentry-hook-signature", hex(body, secret)), ("sentry-hook-resource", "issue"), ("request-id", "a5b2")]
  }

  static let all = [
    stripe, github, gitlab, gitea("gitea"), gitea("forgejo"), gitea("gogs"), standard("webhook"), standard("svix"), shopify("x-"),
    shopify(""), paddle, sentry, hmac, plainHMAC,
  ]
}
