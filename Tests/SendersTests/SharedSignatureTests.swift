import Bellhop
import Testing

@testable import Senders

/// Standard Webhooks, and senders that sign in a way of their own.
@Suite struct SharedSignatureTests {
  private static let body = Array(#"{"id": "evt_1"}"#.utf8)

  private static func isTaken(
    _ secret: String, _ headers: [(String, String)], _ values: Values = Values(), _ dialect: Dialect = .standardWebhooks
  )
    -> Bool
  {
    let sender = Sender(name: "x", dialect: dialect, secrets: [Secret(secret)], values: values)
    let head = PostHead(headers: headers.map { PostHead.Pair($0.0, $0.1) })
    return (try? SignedPosts.judge(sender, body, head).get()) != nil
  }

  /// The code is the one that PyPI's `standardwebhooks` made, the signature of `v1a` one of libsodium's.
  @Test func vectors() {
    let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    func headers(_ signature: String, _ id: String = id) -> [(String, String)] {
      [("webhook-id", id), ("webhook-timestamp", "1795521600"), ("webhook-signature", signature)]
    }
    let right = "v1,sb/1IWezgGd3GQjRGYP6TaXvLrTFwQsOQ12YDyxn+TU="
    let secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    #expect(Self.isTaken("whsec_" + secret, headers(right)) && Self.isTaken(secret, headers(right)))
    #expect(Self.isTaken("whsec_" + secret, headers("v2,x v1,AAAA \(right) v1a,zz")))
    #expect(!Self.isTaken("whsec_" + secret, headers(right.replacing("v1,", with: "v0,"))))
    #expect(
      !Self.isTaken("whsec_" + secret, headers(right, "msg_other"))
        && !Self.isTaken("whsec_" + secret, headers("v1, \(right)".dropFirst(9).description)))
    #expect(!Self.isTaken("whsec_***", headers(right)))

    let key = "whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
    let signed = "v1a,wwv1IdpjDZk1LJSSRDEshHfMEbea2Btnc7vtnUFeNlqdT8z0SY3bXO6MDQ349IEV4Avn9Wr7EsIJqCSuFIiXDQ=="
    #expect(Self.isTaken(key, headers(signed, "msg_1")) && Self.isTaken(key, headers("v1,AAAA v1a,AAAA \(signed)", "msg_1")))
    #expect(!Self.isTaken(key, headers(signed)) && !Self.isTaken(key, headers(signed.replacing("v1a", with: "v1"), "msg_1")))
    #expect(!Self.isTaken("whpk_AAAA", headers(signed, "msg_1")))
    #expect(StandardSignature.mistake(Secret("whpk_AAAA")) != nil && StandardSignature.mistake(Secret("whsec_*")) != nil)
    for fine in ["whsec_" + secret, key, "any text", secret] { #expect(StandardSignature.mistake(Secret(fine)) == nil, "\(fine)") }
  }

  @Test func aMessage() throws {
    let posts = SignedPosts.standard("webhook")
    let body = Array(
      #"{"type": "contact.created", "timestamp": "2026-11-24T11:00:00.123456Z", "data": {"id": "1f81eb52", "email": "a@b.c", "plan": "pro"}}"#
        .utf8)
    let event = try #require(try SignedPosts.judge(posts.sender, body, posts.head(body)).get().first)
    #expect(event.type == "contact.created" && event.id == "msg_1" && event.time.rfc3339 == "2026-11-24T11:00:00.123456Z")
    #expect(event.data == ["id": "1f81eb52", "email": "a@b.c", "plan": "pro"])
  }

  @Test func fieldsAreTakenFromTheBody() throws {
    var posts = SignedPosts.hmac
    posts.settings["event"] = .map([
      .init("type", .string("deploy.{{status}}")), .init("subject", .string("{{ user.login }}")), .init("severity", .string("{{level}}")),
      .init("text", .string("{{user.login}} deployed {{versions.0}} to {{nowhere}}prod")),
    ])
    let body = Array(#"{"status": "went wrong", "user": {"login": "ada"}, "versions": ["v7"], "level": "FATAL", "time": 1795521000}"#.utf8)
    let event = try #require(try SignedPosts.judge(posts.sender, body, posts.head(body)).get().first)
    #expect(event.type == "deploy.went_wrong" && event.subject == "ada" && event.severity == .critical && event.id == "7")
    #expect(event.text == "ada deployed v7 to prod" && event.data["versions"] == ["v7"] && event.time.seconds == 1_795_521_000)
  }

  @Test(arguments: [
    ("type", "a b", "is not a type"), ("type", "bellhop.x", "own"), ("severity", "loud", "no severity"),
    ("id", "x", "every event would have this id"),
    ("time", "noon", "every event would have this time"), ("text", "{{headers.X-A}}", "always empty"),
  ])
  func mistakesOfFields(key: String, text: String, said: String) {
    let found = EventMapping.check(Values(["event": .map([.init(key, .string(text))])]))
    #expect(found.count == 1 && found.first?.text.contains(said) == true && found.first?.path == ["event", key], "\(found)")
  }

  /// The same may be said of a signed body as of any other.
  @Test func whatIsSaidIsWhatJSONSays() throws {
    var posts = SignedPosts.hmac
    posts.settings["event"] = .map([
      .init("title", .string("{{who}} is *out*")), .init("source", .string("{{host}}")), .init("time", .string("{{at}}")),
      .init("severity", .string("{{level}}")), .init("data", .map([.init("build", .string("{{build.number}}"))])),
    ])
    let body = Array(#"{"type": "a.b", "who": "*ada*", "host": "ci-1", "at": "1795521000123", "level": "P2", "build": {"number": 7}}"#.utf8)
    let event = try #require(try SignedPosts.judge(posts.sender, body, posts.head(body)).get().first)
    #expect(event.type == "a.b" && event.text == "*ada* is out" && event.source == "ci-1" && event.severity == .error)
    #expect(event.time.rfc3339 == "2026-11-24T11:50:00.123Z" && event.data == ["build": 7], "\(event)")
  }

  /// A small body cannot become a large event, however its fields repeat it.
  @Test func whatFieldsMakeHasAnEnd() {
    let mapping = EventMapping(Values(["event": .map([.init("text", .string("{{#items}}{{blob}}{{/items}}"))])]))
    let body: JSON.Object = [
      "items": .array(Array(repeating: 1, count: 20_000)), "blob": .string(String(repeating: "x", count: 50_000)),
    ]
    let text = mapping.draft(of: body, keeping: body, at: noon).text ?? ""
    #expect(text.hasSuffix("…") && text.utf8.count < 4 << 20, "\(text.utf8.count)")
  }

  @Test func formsOfASignature() {
    func values(_ pairs: [String: String]) -> Values { Values(pairs.mapValues(Value.string)) }
    func taken(_ settings: [String: String], _ headers: [(String, String)]) -> Bool {
      Self.isTaken("key", headers, values(settings), .hmac)
    }
    let hex = SignedPosts.hex(Self.body, "key")
    #expect(taken([:], [("x-signature", hex)]) && taken([:], [("x-signature", hex.uppercased())]))
    #expect(taken(["signature_header": "X-A", "prefix": "sha256="], [("x-a", "sha256=\(hex)")]))
    #expect(taken(["prefix": "v1="], [("x-signature", "t=1, v1=00; v1=\(hex)")]))
    #expect(taken(["prefix": "HMAC "], [("x-signature", "HMAC \(hex)")]))
    #expect(!taken(["prefix": "v1="], [("x-signature", hex)]) && !taken(["algorithm": "sha512"], [("x-signature", hex)]))
    #expect(taken(["encoding": "base64"], [("x-signature", SignedPosts.base64(Self.body, Array("key".utf8)))]))
    let around = SignedPosts.hex(Array("7/".utf8) + Self.body + Array("/2026-11-24T12:00:00Z".utf8), "key")
    let settings = ["signed": "{id}/{body}/{timestamp}", "id_header": "X-I", "timestamp_header": "X-T"]
    #expect(taken(settings, [("x-i", "7"), ("x-t", "2026-11-24T12:00:00Z"), ("x-signature", around)]))
    #expect(!taken(settings, [("x-t", "2026-11-24T12:00:00Z"), ("x-signature", around)]), "the id is signed and missing")
    let dotted = SignedPosts.hex(Array("1795521600.".utf8) + Self.body, "key")
    let both = ["prefix": "v1=", "signed": "{timestamp}.{body}", "timestamp_header": "X-Signature", "timestamp_prefix": "t="]
    #expect(taken(both, [("x-signature", "t=1795521600,v1=00,v1=\(dotted)")]) && !taken(both, [("x-signature", "v1=\(dotted)")]))
    #expect(!taken(both, [("x-signature", "t=1795521600,t=1,v1=\(dotted)")]), "two times")
    let millis = SignedPosts.hex(Array("1795521600000".utf8) + Self.body, "key")
    #expect(taken(["signed": "{timestamp}{body}", "timestamp_header": "X-T"], [("x-t", "1795521600000"), ("x-signature", millis)]))
  }

  @Test(arguments: [
    (["signed": "{timestamp}.{body}"], "signed"), (["signed": "{id}.{body}"], "signed"), (["signed": "body"], "signed"),
    (["signed": "{body}{body}"], "signed"), (["signed": "{time}.{body}"], "signed"), (["signature_header": "X Y"], "signature_header"),
    (["timestamp_header": "X-T"], "timestamp_header"), (["timestamp_prefix": "t="], "timestamp_prefix"),
  ])
  func mistakesOfForms(settings: [String: String], place: String) {
    let found = SignedForm.check(Values(settings.mapValues(Value.string)))
    #expect(found.map(\.path) == [[place]], "\(found)")
    #expect(found.first?.isWarning == (place == "timestamp_header"))
  }
}
