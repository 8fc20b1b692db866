import Bellhop
import Testing

@testable import Senders

/// What pages may do, and what becomes of what they say.
@Suite struct BrowserDialectTests {
  static func sender(_ more: [String: Value] = [:]) -> Sender {
    var values = [
      "key": Value.list([.string("pk_live_1"), .string("pk_live_0")]),
      "origins": .list([.string("https://shop.example.com"), .string("https://*.shop.example")]),
      "types": .list([.string("ui.*"), .string("cart.abandoned")]),
    ]
    for (name, value) in more { values[name] = value }
    return DialectTests.sender(.browser, values)
  }

  static func head(
    _ path: [String] = ["pk_live_1"], origin: String? = "https://shop.example.com", _ type: String = "application/json",
    method: String = "POST", _ more: [PostHead.Pair] = []
  ) -> PostHead {
    PostHead(method: method, path: path, headers: (origin.map { [.init("origin", $0)] } ?? []) + [.init("content-type", type)] + more)
  }

  static func events(_ body: String, _ head: PostHead = head(), _ sender: Sender = sender()) throws -> [Event] {
    try sender.receive(Array(body.utf8), head, at: noon).get()
  }

  static func status(_ body: [UInt8], _ head: PostHead = head()) -> Int {
    switch sender().receive(body, head, at: noon) {
    case .success: 204
    case .failure(let refusal): refusal.status
    }
  }

  // MARK: Who may

  @Test(
    arguments: [
      (["pk_live_1"], "https://shop.example.com", true), (["pk_live_0"], "https://shop.example.com", true),
      (["pk_live_1"], "https://eu.shop.example", true), (["pk_live_1"], "https://shop.example", false),
      (["pk_live_1"], "https://a.b.shop.example", false), (["pk_live_1"], "https://evilshop.example", false),
      (["pk_live_1"], "http://shop.example.com", false), (["pk_live_1"], "https://shop.example.com:8443", false),
      (["pk_live_1"], "https://shop.example.com.evil.example", false), (["pk_live_1"], "https://evil.example#.shop.example", false),
      (["pk_live_1"], "https://evil.example:1@x.shop.example", false), (["pk_live_1"], "https://Shop.example.com", false),
      (["pk_live_1"], "https://shop.example.com/", false), (["pk_live_1"], "null", false), (["pk_live_1"], "", false),
      (["pk_live_1"], nil, false), (["pk_live_2"], "https://shop.example.com", false), ([], "https://shop.example.com", false),
      (["s3cret-of-shop"], "https://shop.example.com", false),
    ] as [([String], String?, Bool)])
  func keyAndOriginProve(path: [String], origin: String?, isRight: Bool) {
    let head = Self.head(path, origin: origin)
    #expect((Self.sender().proof(of: head, at: Timestamp(seconds: 0)) == .proven) == isRight)
    let names = Self.sender().headers(to: head).map(\.name)
    #expect(names.contains("Vary"))
    #expect(names.contains("Access-Control-Allow-Origin") == isRight, "who may not post is told of nobody's pages")
  }

  /// A key may end; who still has it is told so, where the page may hear it.
  @Test func aKeyMayEnd() {
    let end = Timestamp(seconds: 1_000)
    let sender = Self.sender(["key": .list([.dated(.string("pk_live_1"), until: end), .string("pk_live_0")])])
    #expect(sender.proof(of: Self.head(), at: end - .seconds(1)) == .proven)
    #expect(sender.proof(of: Self.head(), at: end) == .refused(.expired(end)))
    #expect(sender.proof(of: Self.head(["pk_live_0"]), at: end) == .proven)
    #expect(sender.proof(of: Self.head(origin: "https://evil.example"), at: end) == .refused(.wrong), "strangers learn nothing")
    #expect(sender.headers(to: Self.head()).map(\.name).contains("Access-Control-Allow-Origin"))
    let told = sender.answer(.refused(PostRefusal(status: 401, title: "it expired", fault: .expired(end))), to: Self.head())
    #expect(told.map { $0.status == 403 && String(decoding: $0.body, as: UTF8.self).contains("it expired") } == true)
    #expect(sender.dialect.publicKeys(sender.values) == [Secret("pk_live_1"), Secret("pk_live_0")])
  }

  @Test func anOriginThatStandsTwiceProvesNothing() {
    let head = Self.head(["pk_live_1"], "application/json", [.init("origin", "https://shop.example.com")])
    #expect(Self.sender().proof(of: head, at: Timestamp(seconds: 0)) != .proven)
  }

  @Test func preflight() throws {
    let sender = Self.sender()
    let head = Self.head(method: "OPTIONS", [.init("access-control-request-method", "POST")])
    let answer = try #require(sender.reply(to: head, isProven: true))
    #expect(answer.status == 204 && answer.body.isEmpty && answer.contentType.isEmpty)
    #expect(
      answer.headers == [
        .init("Access-Control-Allow-Methods", "POST"), .init("Access-Control-Allow-Headers", "Content-Type"),
        .init("Access-Control-Max-Age", "7200"),
      ])
    #expect(sender.reply(to: head, isProven: false) == nil && sender.reply(to: Self.head(), isProven: true) == nil)
    #expect(sender.headers(to: head).first { $0.name == "Access-Control-Allow-Origin" }?.value == "https://shop.example.com")
  }

  // MARK: What they say

  @Test func whatAnEventHolds() throws {
    let body = """
      {"type":"ui.disconnected","subject":"cart 7","severity":"notice","text":"gone","id":"v1-3","time":"2026-11-24T11:59:00Z",
       "data":{"attempt":3},"plan":"pro","sender":"billing","source":"https://evil.example"}
      """
    let more = [PostHead.Pair("user-agent", "Mozilla/5.0"), .init("referer", "https://shop.example.com/cart?token=x#y")]
    let event = try #require(try Self.events(body, Self.head(["pk_live_1"], "application/json", more)).first)
    #expect(event.type == "ui.disconnected" && event.subject == "cart 7" && event.severity == .notice && event.text == "gone")
    #expect(event.id == "v1-3" && event.time == noon - .seconds(60))
    #expect(event.sender == "shop" && event.source == "https://shop.example.com", "a page chooses neither")
    #expect(event.data["attempt"] == 3 && event.data["plan"] == "pro" && event.data["agent"] == "Mozilla/5.0")
    #expect(event.data["url"] == "https://shop.example.com/cart", "the query may hold secrets")
  }

  @Test func formsOfABody() throws {
    let text = "text/plain;charset=UTF-8"
    for (body, type, expected) in [
      (#"{"type":"ui.a"}"#, "application/json", ["ui.a"]), (#"{"type":"ui.a"}"#, text, ["ui.a"]), (#"{"type":"ui.a"}"#, "", ["ui.a"]),
      (#"[{"type":"ui.a"},"hello"]"#, text, ["ui.a", "ui.message"]), ("the cart is gone", text, ["ui.message"]),
      ("{oops", text, ["ui.message"]),
      ("42", text, ["ui.message"]), (#""hello""#, "application/json", ["ui.message"]), ("{}", "application/json", ["ui.message"]),
      ("", text, []), (" \n", "application/json", []), ("[]", "application/json", []),
    ] {
      #expect(try Self.events(body, Self.head(["pk_live_1"], type)).map(\.type) == expected, "\(body) as \(type)")
    }
    #expect(try Self.events("the cart is gone", Self.head(["pk_live_1"], text)).first?.text == "the cart is gone")
  }

  @Test func refusals() {
    let twenty = "[" + Array(repeating: "{}", count: 20).joined(separator: ",")
    for (body, type, status) in [
      ("{", "application/json", 400), ("7", "application/json", 422), ("null", "application/json", 422), ("[1]", "text/plain", 422),
      (#"{"type":"order.paid"}"#, "text/plain", 422), (#"{"type":"ui.a.b"}"#, "text/plain", 422),
      (#"[{"type":"ui.a"},{"type":"order.paid"}]"#, "text/plain", 422), (#"{"type":"bellhop.store.low"}"#, "text/plain", 422),
      (twenty + "]", "text/plain", 204), (twenty + ",{}]", "text/plain", 413), ("a=b", "application/x-www-form-urlencoded", 415),
    ] {
      #expect(Self.status(Array(body.utf8), Self.head(["pk_live_1"], type)) == status, "\(body.prefix(60)) as \(type)")
    }
    #expect(Self.status([0xFF, 0xFE], Self.head(["pk_live_1"], "text/plain")) == 400)
  }

  @Test func noPatternLetsBellhopsOwnTypesIn() {
    let sender = Self.sender(["types": .list([.string("**")])])
    for type in ["bellhop.store.low", "Bellhop.x", "bellhop"] {
      guard case .failure(let refusal) = sender.receive(Array(#"{"type":"\#(type)"}"#.utf8), Self.head(), at: noon) else {
        Issue.record("\(type) was taken")
        continue
      }
      #expect(refusal.status == 422)
    }
  }

  @Test(arguments: [
    ("warning", "critical", "warning"), ("warning", "notice", "notice"), ("debug", "error", "debug"), ("critical", "critical", "critical"),
    ("warning", "loud", "info"), ("debug", "", "debug"),
  ]) func severityHasALimit(cap: String, said: String, becomes: String) throws {
    let sender = Self.sender(["severity": .string(cap)])
    #expect(try Self.events(#"{"type":"ui.a","severity":"\#(said)"}"#, Self.head(), sender).first?.severity.word == becomes)
  }

  @Test func whatComesWithoutATypeIsAMessage() throws {
    for (types, usual) in [(["ui.*"], "ui.message"), (["ui.error", "ui.*"], "ui.error"), (["**"], "message"), (["a.**"], "a.message")] {
      let sender = Self.sender(["types": .list(types.map { .string($0) })])
      #expect(try Self.events("x", Self.head(["pk_live_1"], "text/plain"), sender).first?.type == usual)
    }
  }

  @Test func oddValuesLeaveATrace() throws {
    let body = #"{"type":"ui.a","severity":"loud","time":"2020-01-01T00:00:00Z","id":"a b","subject":7,"text":{"a":1},"data":"x"}"#
    let event = try #require(try Self.events(body).first)
    #expect(event.time == noon && event.id != "a b" && event.subject == nil)
    #expect(event.data["severity"] == "loud" && event.data["time"] == "2020-01-01T00:00:00Z" && event.data["id"] == "a b")
    #expect(event.data["subject"] == 7 && event.data["text"]?["a"] == 1 && event.data["data"] == "x")
  }

  @Test func theSameIdTwiceIsOneEvent() throws {
    let events = try Self.events(#"[{"type":"ui.a","id":"1"},{"type":"ui.b","id":"1"},{"type":"ui.c"},{"type":"ui.d"}]"#)
    #expect(events.map(\.type) == ["ui.a", "ui.c", "ui.d"] && Set(events.map(\.id)).count == 3)
  }

  @Test func whatIsDeepOrLongIsCut() throws {
    let deep = String(repeating: #"{"a":"#, count: 30) + "1" + String(repeating: "}", count: 30)
    let more = [PostHead.Pair("user-agent", String(repeating: "é", count: 500))]
    let event = try #require(try Self.events(#"{"type":"ui.a","data":\#(deep)}"#, Self.head(["pk_live_1"], "application/json", more)).first)
    var (levels, at) = (0, event.data["a"])
    while let next = at?["a"] { (levels, at) = (levels + 1, next) }
    #expect(levels == 7 && at == "… (nested too deep)")
    #expect(event.data["agent"]?.string?.utf8.count ?? .max <= 259)
  }

  // MARK: Answers

  @Test func answers() throws {
    let sender = Self.sender()
    #expect(sender.answer(.kept([]), to: Self.head()) == PostAnswer(204, "", ""))
    func answer(_ status: Int) throws -> PostAnswer {
      try #require(sender.answer(.refused(PostRefusal(status: status, title: "because")), to: Self.head()))
    }
    let no = try answer(401)
    #expect(no.status == 403 && no.contentType == "application/problem+json")
    #expect(
      String(decoding: no.body, as: UTF8.self)
        == #"{"type":"about:blank","title":"no page of this origin may post with this key","status":403}"#)
    #expect(try answer(422).status == 422 && answer(413).status == 413 && answer(503).status == 429)
  }

  // MARK: Settings

  @Test func mistakes() {
    func told(_ entries: [String: Value]) -> [String] {
      Dialect.browser.check(Values(entries)).map { "\($0.path.joined(separator: ".")): \($0.text); \($0.hint ?? "")" }
    }
    func list(_ texts: String...) -> Value { .list(texts.map { .string($0) }) }
    #expect(told(["key": list("pk_live_1"), "origins": list("https://a.example", "http://localhost:3000", "http://[::1]:80800")]) == [])
    #expect(
      told(["key": list("a/b", "abc")]) == [
        "key.0: this key cannot stand in an address; 4 to 64 letters, digits, - or _",
        "key.1: this key cannot stand in an address; 4 to 64 letters, digits, - or _",
      ])
    for (text, hint) in [
      ("https://Shop.example.com/", "did you mean \"https://shop.example.com\"?"),
      ("shop.example.com", "did you mean \"https://shop.example.com\"?"),
      ("https://shop.example.com:443", "did you mean \"https://shop.example.com\"?"),
      ("*", "write scheme, host and port as browsers do: https://shop.example.com"),
      ("https://*", "write scheme, host and port as browsers do: https://shop.example.com"),
      ("https://*.com", "write scheme, host and port as browsers do: https://shop.example.com"),
      ("https://a.*.example.com", "write scheme, host and port as browsers do: https://shop.example.com"),
    ] {
      #expect(told(["origins": list(text)]) == ["origins.0: \"\(text)\" is not the origin of a page; \(hint)"])
    }
    #expect(told(["types": list("ui.*", "bellhop.*")]) == ["types.1: types of \"bellhop\" are Bellhop's own; begin it with another word"])
    #expect(told(["types": list("ui errors")]) == ["types.0: \"ui errors\" is not a type; write it like ui.error, or ui.*"])
    #expect(
      told(["proxies": list("10.0.0.0/33")]) == [
        "proxies.0: \"10.0.0.0/33\" is no address; write an address such as 127.0.0.1, or many as 10.0.0.0/8"
      ])
  }
}
