import Bellhop
import Testing

@testable import Senders

/// What those see who look on while requests come in.
@Suite struct SightTests {
  private static let outcome: Result<[Event], PostRefusal> = .success([
    Event(id: "1", sender: "shop", source: "shop", type: "a", time: noon, text: "key s3cret-of-shop", data: [:])
  ])

  private func sight(_ name: String, _ head: PostHead, _ body: String?, _ entries: [String: Value] = [:]) throws -> (JSON, String) {
    let sender = DialectTests.sender(try #require(Dialect.named(name)), entries)
    let sight = PostSight(
      of: head, at: "/hooks/shop", body: body.map { Array($0.utf8) }, from: sender, became: Self.outcome, at: noon)
    let text = String(decoding: sight.line, as: UTF8.self)
    #expect(!text.contains("\n"))
    return (try JSON(parsing: sight.line), text)
  }

  /// No secret is seen, wherever one may stand: right ones, those of before, and what was offered as one and is wrong.
  @Test func noSecretIsSeen() throws {
    let body =
      ##"{"status":"ok","token":"hunter2","nested":{"password":"hunter2","note":"s3cret-of-before"},"text":"key is s3cret-of-shop"}"##
    let headers: [PostHead.Pair] = [
      .init("authorization", "Bearer hunter2-wrong"), .init("cookie", "hunter2"), .init("x-gitlab-token", "hunter2"),
      .init("x-hub-signature-256", "sha256=hunter2"), .init("x-api-key", "hunter2"), .init("x-other", "s3cret-of-shop"),
      .init("content-type", "application/json"), .init("referer", "https://x.example/?password=hunter2"),
    ]
    for name in Dialect.all.filter({ !$0.isOwn }).map(\.name) {
      let head = PostHead(
        path: ["s3cret-of-before", "message"],
        query: [.init("token", "hunter2"), .init("auth", "hunter2"), .init("page", "s3cret-of-shop")],
        headers: headers)
      let (json, text) = try sight(name, head, body)
      #expect(!text.contains("hunter2") && !text.contains("s3cret"), "\(name): \(text)")
      #expect(json["headers"]?["content-type"] == "application/json" && json["body"]?["status"] == "ok" && json["method"] == "POST")
      #expect(json["path"]?.string?.contains("/•••") == true, "\(name): \(text)")
    }
    let (json, _) = try sight("json", PostHead(path: ["guess"], headers: [.init("authorization", "Bearer guess")]), nil)
    #expect(json["path"] == "/hooks/shop/•••" && json["headers"]?["authorization"] == "Bearer •••" && json["body"] == nil)
    #expect(json["events"]?.array?.first?["text"] == "key •••")
  }

  /// A wrong key may stand in what proxies add, and a short one may be a word of ours.
  @Test func wrongKeysAreNotSeenElsewhere() throws {
    let head = PostHead(path: ["key-of-before"], headers: [.init("x-original-uri", "/hooks/shop/key-of-before")])
    #expect(try !sight("json", head, nil).1.contains("key-of-before"))
    let (json, _) = try sight("json", PostHead(path: ["headers"]), nil)
    #expect(json["headers"] != nil && json["path"] == "/hooks/shop/•••")
    let sender = Sender(name: "shop", dialect: try #require(Dialect.named("json")), secrets: [Secret("path"), Secret("12345678")])
    let short = PostSight(
      of: PostHead(path: ["path"]), at: "/hooks/shop", body: Array(#"{"pin":12345678,"12345678":1}"#.utf8), from: sender,
      became: Self.outcome, at: noon)
    let shown = try JSON(parsing: short.line)
    #expect(shown["path"] == "/hooks/shop/•••" && shown["body"]?["pin"] == "•••" && shown["body"]?["•••"] == 1)
  }

  @Test func bodiesOfEveryForm() throws {
    let form = [PostHead.Pair("content-type", "application/x-www-form-urlencoded")]
    #expect(try sight("json", PostHead(headers: form), "a=1&password=hunter2").0["body"] == ["a": "1", "password": "•••"])
    #expect(try sight("json", PostHead(), "it broke").0["body"] == "it broke")
    let sender = DialectTests.sender(try #require(Dialect.named("json")))
    let binary = PostSight(of: PostHead(), at: "", body: [0xFF, 0xFE], from: sender, became: Self.outcome, at: noon)
    #expect(try JSON(parsing: binary.line)["body"] == "(2 bytes that are no text)")
  }

  @Test func nothingIsEndless() throws {
    let sender = DialectTests.sender(try #require(Dialect.named("json")))
    let long = String(repeating: "é", count: 300_000)
    let event = Event(
      id: "1", sender: "shop", source: "shop", type: "a", time: noon, text: String(long.prefix(30_000)), data: ["x": .string(long)])
    let sight = PostSight(
      of: PostHead(headers: [.init("x-long", long)]), at: "", body: Array("{\"x\":\"\(long)\"}".utf8), from: sender,
      became: .success(Array(repeating: event, count: 1_000)), at: noon)
    let json = try JSON(parsing: sight.line)
    #expect(sight.line.count < 160_000 && json["more"] == 990 && json["body"]?.string?.hasSuffix("… (600008 bytes in all)") == true)
  }
}
