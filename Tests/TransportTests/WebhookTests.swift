import Bellhop
import Curl
import Loopback
import Testing

@testable import Webhook

@Suite struct WebhookTests {
  private let engine = Engine()

  /// The vector of the specification's own libraries: `TestWebhookSign` in
  /// https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/go/webhook_test.go
  @Test func signsLikeTheSpecification() throws {
    let signature = try #require(Signature(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")))
    let header = signature.header(
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: "1614265330", body: Array(#"{"test": 2432232314}"#.utf8))
    #expect(header == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  /// Made with Python: `base64.b64encode(hmac.new(b"raw key", b"a.1.{}", "sha256").digest())`.
  @Test func signsWithAnyText() throws {
    let signature = try #require(Signature(Secret("raw key")))
    #expect(signature.header(id: "a", timestamp: "1", body: Array("{}".utf8)) == "v1,+rhpwMxa1SMBPBA/ajLDz9hzg5iS5xvhESwrSlvemh0=")
    #expect(Signature(Secret("whsec_")) == nil && Signature(Secret("whsec_%")) == nil && Signature(Secret("")) == nil)
  }

  @Test func putsPathsBehindTheAddress() {
    #expect(TargetAddress.append(nil, to: "https://a/b?c") == "https://a/b?c")
    #expect(TargetAddress.append("d e/é?x#y%2f", to: "https://a/b/?k=1") == "https://a/b/d%20e/%C3%A9%3Fx%23y%252f?k=1")
    #expect(TargetAddress.append("/x", to: "https://a") == "https://a/x")
    for path in ["..", "a/../../b", "./a", "a\\..\\b"] { #expect(TargetAddress.append(path, to: "https://a/b") == nil, "\(path)") }
  }

  @Test func ownCertificatesAreTrusted() throws {
    var values = Subject.webhook.values("https://crm.example.com", engine)
    let kind = WebhookKind.kind(engine)
    func file() throws -> String? {
      let transport = try #require(kind.make(values) as? WebhookTransport)
      return try transport.request(Samples.quiet, to: Target(), Attempt(at: Samples.time)).get().caFile
    }
    #expect(kind.settings.contains { $0.name == "ca" })
    #expect(try file() == nil)
    values.entries["ca"] = .string("/etc/own.pem")
    #expect(try file() == "/etc/own.pem")
  }

  @Test func aHostThatCannotBeIsAMistake() {
    let kind = WebhookKind.kind(engine)
    #expect(kind.check(Values(["url": .secret(Secret("http://ü\u{200E}x.example/"))])).map(\.path) == [["url"]])
    #expect(kind.check(Values(["url": .secret(Secret("http://bücher.example/"))])).isEmpty)
  }

  @Test func optionsReachTheEngine() async throws {
    let socket = "/tmp/bellhop-hook-\(UInt32.random(in: 0...UInt32.max)).sock"
    let server = try LoopbackServer.start(unixSocket: socket) { _ in .ok }
    defer { server.stop() }
    var values = Subject.webhook.values("http://elsewhere.invalid", engine)
    values.entries["unix_socket"] = .string(socket)
    let outcome = await WebhookKind.kind(engine).make(values).send(Samples.quiet, to: Target(), Attempt(at: Samples.time))
    #expect(outcome.word == "delivered" && server.requests.first?.header("host") == "elsewhere.invalid", "\(outcome)")

    let transport = WebhookTransport(carrier: engine, values)
    #expect(try transport.request(Samples.quiet, to: Target(), Attempt(at: Samples.time)).get().http2 == false)
    values.entries["http2"] = .bool(true)
    let attempt = Attempt(at: Samples.time, timeout: .seconds(7))
    let request = try WebhookTransport(carrier: engine, values).request(Samples.quiet, to: Target(), attempt).get()
    #expect(request.http2 && request.timeout == .seconds(7) && request.redirects == 0 && request.unixSocket == socket)
  }

  @Test func aPathThatClimbsOutIsRefusedUnsent() async throws {
    let server = try LoopbackServer.start { _ in .ok }
    let outcome = await Subject.webhook.transport(server.url, engine).send(
      Samples.quiet, to: Target(["path": "../admin"]), Attempt(at: Samples.time))
    #expect(outcome.word == "refused" && outcome.fault?.kind == .misconfigured && server.requests.isEmpty)
  }

  @Test(arguments: [
    ("body", Value.string("{{#open}}"), ["body"]),
    ("content_type", .string("json"), ["content_type"]),
    ("content_type", .string("a/b\r\nX: y"), ["content_type"]),
    ("secret", .secret(Secret("whsec_%%%")), ["secret"]),
    ("unix_socket", .string("crm.sock"), ["unix_socket"]),
    ("headers", .map([.init("Content-Length", .secret(Secret("1")))]), ["headers", "Content-Length"]),
    ("headers", .map([.init("Content-Type", .secret(Secret("a/b")))]), ["headers", "Content-Type"]),
    ("headers", .map([.init("Webhook-Id", .secret(Secret("1")))]), ["headers", "Webhook-Id"]),
    ("headers", .map([.init("X Y", .secret(Secret("1")))]), ["headers", "X Y"]),
    ("headers", .map([.init("X", .secret(Secret("a\r\nY: b")))]), ["headers", "X"]),
  ]) func mistakes(_ field: String, _ value: Value, _ path: [String]) {
    var values = Subject.webhook.values("http://127.0.0.1:1", engine)
    values.entries[field] = value
    let problems = WebhookKind.kind(engine).check(values)
    #expect(problems.map(\.path) == [path] && !problems[0].isWarning)
    #expect(!"\(problems)".contains("%%%") && !"\(problems)".contains("Y: b"))
  }

  @Test func formsAreEscapedAsForms() async throws {
    let server = try LoopbackServer.start { _ in .ok }
    var values = Subject.webhook.values(server.url, engine)
    values.entries["body"] = .string("text={{text}}")
    values.entries["content_type"] = .string("application/x-www-form-urlencoded")
    let message = Samples.message(.normal, .info, text: "a&b=c d")
    _ = await WebhookKind.kind(engine).make(values).send(message, to: Target(), Attempt(at: Samples.time))
    #expect(server.requests.first?.text == "text=a%26b%3Dc%20d")
  }
}
