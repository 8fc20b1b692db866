import Bellhop
import Curl
import Testing
import YAML

@testable import Catalogue

/// A vendor that gives tokens and takes messages, without a network.
private final class TokenVendor: Carrier {
  struct Desk: Sendable {
    var requests: [Request] = []
    /// The token that is good now.
    var good = 1
    var lasts = 3_600
    /// What it answers instead of a token.
    var trouble: Response?
  }

  let desk = Guarded(Desk())
  var host: (any Host)? { nil }

  func carry(_ errands: [Errand]) {}
  func cancel(_ number: Int, of owner: ObjectIdentifier) {}

  func send(_ request: Request) async -> Answer {
    desk.withLock { desk in
      desk.requests.append(request)
      if request.url.hasSuffix("/token") {
        if let trouble = desk.trouble { return .response(trouble) }
        let token = #"{"access_token":"n33dle-\#(desk.good)","expires_in":\#(desk.lasts)}"#
        return .response(Response(status: 200, body: Array(token.utf8)))
      }
      let isGood = request.headers.contains { $0.name == "Authorization" && $0.value == "Bearer n33dle-\(desk.good)" }
      let given = request.headers.first { $0.name == "Authorization" }?.value ?? ""
      return isGood
        ? .response(Response(status: 200, body: Array(#"{"id":"7"}"#.utf8)))
        : .response(Response(status: 401, body: Array(#"{"error":"\#(given) has expired"}"#.utf8)))
    }
  }

  var paths: String {
    desk.withLock { $0.requests.map { $0.url.split(separator: "/").last.map(String.init) ?? "" } }.joined(separator: " ")
  }
}

@Suite struct TokenTests {
  private static let text = """
    name: mailer
    doc: A mailer.
    link: https://mailer.example.com
    settings:
      client: { type: string, required: true, doc: "The app.", example: app }
      secret: { type: secret, required: true, doc: "Its secret.", example: x }
    token:
      request:
        url: "https://login.example.com/token"
        form: { grant_type: client_credentials, client_id: "{{settings.client}}", client_secret: "{{settings.secret}}" }
      is: access_token
      for: expires_in
    request:
      url: "https://mailer.example.com/send"
      headers: { Authorization: "Bearer {{token}}" }
      json: { text: "{{text}}" }
    answer: { id: id, says: error }
    """

  private let values = Values(["client": .string("app"), "secret": .secret(Secret("s3cret"))])
  private let vendor = TokenVendor()

  private func transport() throws -> TokenTransport {
    let (page, mistakes) = PageReader.read(Document(parsing: Array(Self.text.utf8)))
    #expect(mistakes.isEmpty, "\(mistakes)")
    let read = try #require(page)
    return TokenTransport(CatalogueTransport(page: read, values: values, carrier: vendor), try #require(read.token))
  }

  private func send(_ transport: TokenTransport) async -> Outcome {
    let event = Event(id: "e", sender: "s", source: "s", time: Timestamp(seconds: 1), text: "x")
    return await transport.send(Message(id: "m", event: event), to: Target(), Attempt(at: Timestamp(seconds: 7)))
  }

  @Test func oneTokenServesManyMessages() async throws {
    let transport = try transport()
    for _ in 0..<3 { #expect(await send(transport).word == "delivered") }
    #expect(vendor.paths == "token send send send")
    let asked = try #require(vendor.desk.withLock { $0.requests.first })
    #expect(String(decoding: asked.body, as: UTF8.self) == "grant_type=client_credentials&client_id=app&client_secret=s3cret")
    #expect(!asked.headers.contains { $0.name == "Webhook-Id" })
  }

  @Test func aTokenThatEndsIsFetchedAnew() async throws {
    let transport = try transport()
    vendor.desk.withLock { $0.lasts = 0 }
    for _ in 0..<2 { #expect(await send(transport).word == "delivered") }
    #expect(vendor.paths == "token send token send")
  }

  /// Taken back before its time: the message has not been read, and is sent once more with a new one.
  @Test func aTokenThatIsRefusedIsFetchedOnceMore() async throws {
    let transport = try transport()
    #expect(await send(transport).word == "delivered")
    vendor.desk.withLock { $0.good = 2 }
    #expect(await send(transport).word == "delivered")
    #expect(vendor.paths == "token send send token send")
  }

  @Test func aFreshTokenThatIsRefusedIsAnEnd() async throws {
    vendor.desk.withLock { $0.trouble = Response(status: 200, body: Array(#"{"access_token":"n33dle-old"}"#.utf8)) }
    let outcome = await send(try transport())
    #expect(outcome.word == "refused" && outcome.fault?.kind == .unauthorized && vendor.paths == "token send")
    #expect(outcome.fault?.line.contains("has expired") == true && !"\(outcome)".contains("n33dle"), "\(outcome)")
  }

  @Test(arguments: [
    (401, "refused", Fault.Kind.unauthorized), (400, "refused", .unauthorized), (200, "refused", .unauthorized),
    (503, "postponed", .unavailable),
    (429, "postponed", .throttled),
  ]) func withoutATokenNothingIsSent(_ status: Int, _ word: String, _ kind: Fault.Kind) async throws {
    vendor.desk.withLock { $0.trouble = Response(status: status, body: Array("{}".utf8), retryAfter: status == 429 ? .seconds(9) : nil) }
    let outcome = await send(try transport())
    #expect(outcome.word == word && outcome.fault?.kind == kind && vendor.paths == "token", "\(outcome)")
    if status == 429 { #expect("\(outcome)".contains("9.0 seconds")) }
  }

  @Test func aTokenKnowsNoMessage() {
    let text = Self.text.replacing("client_credentials", with: "\"{{text}}\"")
    let (_, mistakes) = PageReader.read(Document(parsing: Array(text.utf8)))
    #expect(mistakes.map(\.problem) == ["{{text}} is not a value here"])
    let unused = Self.text.replacing("Bearer {{token}}", with: "x")
    #expect(PageReader.read(Document(parsing: Array(unused.utf8))).mistakes.map(\.isWarning) == [true])
    let bare = Self.text.replacing("  is: access_token\n", with: "")
    #expect(PageReader.read(Document(parsing: Array(bare.utf8))).mistakes.first?.problem == "\"request\" and \"is\" are needed")
  }

  @Test func aTrialShowsNoToken() throws {
    let event = Event(id: "e", sender: "s", source: "s", time: Timestamp(seconds: 1), text: "x")
    let trial = Catalogue.trial(
      Array(Self.text.utf8), settings: ["client": "app", "secret": "s3cret"], message: Message(id: "m", event: event),
      at: Timestamp(seconds: 1))
    #expect(trial.request?.head.contains("Authorization: Bearer •••") == true, "\(trial)")
  }
}
