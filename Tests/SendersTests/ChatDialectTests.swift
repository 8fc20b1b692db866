import Bellhop
import Testing

@testable import Senders

/// Posts one body to a sender of that dialect.
private func receive(_ name: String, _ body: String, _ head: PostHead = PostHead(), _ entries: [String: Value] = [:]) throws -> Event {
  let sender = DialectTests.sender(try #require(Dialect.named(name)), entries)
  return try #require(try sender.receive(Array(body.utf8), head, at: noon).get().first)
}

private func refusal(_ name: String, _ body: String, _ head: PostHead = PostHead()) throws -> PostAnswer? {
  let sender = DialectTests.sender(try #require(Dialect.named(name)))
  guard case .failure(let refusal) = sender.receive(Array(body.utf8), head, at: noon) else {
    Issue.record("\(name) took \(body)")
    return nil
  }
  return sender.answer(.refused(refusal), to: head)
}

@Suite struct SlackMessageDialectTests {
  @Test func marksAttachmentsAndPings() throws {
    let event = try receive(
      "slack",
      ##"{"text":"<!channel> *down*: <https://a.example/1|the shop>","attachments":[{"color":"danger","title":"Why","text":"disk _full_"}]}"##
    )
    #expect(event.text == "@channel down: the shop (https://a.example/1)\nWhy\ndisk full")
    #expect(event.severity == .error && event.data["mention"] == ["channel"])
    #expect(event.body?.nodes.contains(.bold([.text("down")])) == true)
  }

  @Test func attachmentsWithoutText() throws {
    let event = try receive("slack", #"{"attachments":[{"fallback":"x is down","fields":[{"title":"Host","value":"db1","short":true}]}]}"#)
    #expect(event.text.contains("Host") && event.text.contains("db1"))
  }

  @Test func mattermostSpeaksMarkdown() throws {
    let event = try receive("slack", #"{"text":"**down** @here"}"#, PostHead(), ["markup": .string("markdown")])
    #expect(event.body?.nodes.first == .bold([.text("down")]) && event.data["mention"] == ["here"])
  }
}

@Suite struct DiscordDialectTests {
  @Test func contentAndEmbeds() throws {
    let event = try receive(
      "discord",
      ##"{"content":"**Down** <@&7>","username":"kuma","embeds":[{"title":"db1","url":"https://k.example/1","description":"no *answer*","color":16711680,"##
        + ##""fields":[{"name":"Since","value":"`12:00`","inline":true}],"footer":{"text":"Kuma 2"}}]}"##)
    #expect(
      event.text == "Down @7\ndb1 (https://k.example/1)\nno answer\nSince: 12:00\nKuma 2"
        || event.text.contains("db1 (https://k.example/1)"))
    #expect(event.severity == .error && event.data["username"] == "kuma")
  }

  @Test func answers() throws {
    let sender = DialectTests.sender(.discord)
    let event = Event(id: "e1", sender: "shop", source: "shop", time: noon, text: "hi")
    #expect(sender.answer(.kept([.init(event)]), to: PostHead()) == PostAnswer(204, "", ""))
    let waited = sender.answer(.kept([.init(event)]), to: PostHead(query: [.init("wait", "true")]))
    #expect(try waited?.status == 200 && JSON(parsing: waited?.body ?? [])["content"] == "hi")
    let limited = sender.answer(.refused(PostRefusal(status: 503, title: "x", retryAfter: 2)), to: PostHead())
    #expect(try limited?.status == 429 && JSON(parsing: limited?.body ?? [])["retry_after"] == 2.0)
    #expect(try refusal("discord", "{")?.status == 400)
    #expect(try refusal("discord", #"{"embeds":[{}]}"#).map { String(decoding: $0.body, as: UTF8.self) }?.contains("50006") == true)
  }

  @Test func slackBehindTheAddress() throws {
    let head = PostHead(path: ["1", "s3cret-of-shop", "slack"])
    #expect(DialectTests.sender(.discord).proof(of: head, at: Timestamp(seconds: 0)) == .proven)
    #expect(try receive("discord", #"{"text":"*down*"}"#, head).text == "down")
    #expect(DialectTests.sender(.discord).answer(.kept([]), to: head) == PostAnswer(200, "text/plain; charset=utf-8", "ok"))
  }

  @Test func aLookAtTheWebhook() {
    let sender = DialectTests.sender(.discord)
    #expect(sender.reply(to: PostHead(method: "GET"), isProven: true)?.status == 200)
    #expect(sender.reply(to: PostHead(method: "GET"), isProven: false) == nil)
  }
}

@Suite struct GotifyDialectTests {
  @Test func jsonAndForms() throws {
    let json = try receive(
      "gotify", #"{"title":"Backup","message":"done","priority":8,"extras":{"client::notification":{"click":{"url":"https://b.example"}}}}"#
    )
    #expect(json.text == "Backup\ndone\nhttps://b.example" && json.severity == .error && json.data["priority"] == 8)
    let form = PostHead(headers: [.init("content-type", "application/x-www-form-urlencoded")])
    let event = try receive("gotify", "title=Back+up&message=d%C3%B6ne&priority=5", form)
    #expect(event.text == "Back up\ndöne" && event.severity == .notice)
    let marked = try receive("gotify", ##"{"message":"**so**","extras":{"client::display":{"contentType":"text/markdown"}}}"##)
    #expect(marked.body?.nodes == [.bold([.text("so")])])
    #expect(try receive("gotify", ##"{"message":"**so**"}"##).text == "**so**")
  }

  @Test func proofAndAnswers() throws {
    let sender = DialectTests.sender(.gotify)
    for head in [
      PostHead(headers: [.init("x-gotify-key", "s3cret-of-shop")]), PostHead(query: [.init("token", "s3cret-of-before")]),
      PostHead(headers: [.init("authorization", "Bearer s3cret-of-shop")]),
    ] { #expect(sender.proof(of: head, at: Timestamp(seconds: 0)) == .proven) }
    #expect(sender.proof(of: PostHead(query: [.init("token", "x")]), at: Timestamp(seconds: 0)) == .refused(.wrong))
    #expect(try refusal("gotify", #"{"title":"x"}"#)?.status == 400)
    #expect(sender.answer(.refused(PostRefusal(status: 401, title: "x")), to: PostHead())?.status == 401)
    let event = Event(id: "e1", sender: "shop", source: "shop", time: noon, text: "hi", data: ["title": "T", "priority": 3])
    let answer = try JSON(parsing: try #require(sender.answer(.kept([.init(event)]), to: PostHead())).body)
    #expect(answer["message"] == "hi" && answer["title"] == "T" && answer["priority"] == 3 && answer["id"] != nil)
  }
}

@Suite struct NtfyDialectTests {
  @Test func headersSayTheRest() throws {
    let head = PostHead(
      path: ["alerts"],
      headers: [
        .init("title", "=?utf-8?B?RGlzayBmw7xsbA==?="), .init("priority", "urgent"), .init("tags", "warning,db1"),
        .init("click", "https://a.example/x"),
        .init("x-markdown", "yes"),
      ])
    let event = try receive("ntfy", "only **2 GB** left", head)
    #expect(event.text == "⚠️ Disk füll\nonly 2 GB left\nopen (https://a.example/x)", "\(event.text)")
    #expect(
      event.severity == .error && event.data["channel"] == "alerts" && event.data["tags"] == ["warning", "db1"]
        && event.data["priority"] == 5)
  }

  @Test func jsonQueryAndNothing() throws {
    let json = try receive("ntfy", #"{"topic":"a","message":"hi","title":"T","priority":4,"tags":["db1"]}"#)
    #expect(json.text == "T\nhi" && json.severity == .warning && json.data["channel"] == "a")
    let get = PostHead(method: "GET", path: ["a", "publish"], query: [.init("message", "from a browser"), .init("p", "1")])
    #expect(try receive("ntfy", "", get).text == "from a browser" && receive("ntfy", "", get).severity == .debug)
    #expect(try receive("ntfy", "", PostHead(path: ["a"])).text == "triggered")
    #expect(try refusal("ntfy", "{}")?.status == 400)
    #expect(try refusal("ntfy", "", PostHead(method: "GET", path: ["a"]))?.status == 400)
  }

  @Test func proof() {
    let sender = DialectTests.sender(.ntfy)
    // ":s3cret-of-shop" and "Basic OnMzY3JldC1vZi1zaG9w", each in base64.
    for head in [
      PostHead(headers: [.init("authorization", "Bearer s3cret-of-shop")]),
      PostHead(headers: [.init("authorization", "Basic OnMzY3JldC1vZi1zaG9w")]),
      PostHead(query: [.init("auth", "QmFzaWMgT25NelkzSmxkQzF2WmkxemFHOXc")]),
    ] { #expect(sender.proof(of: head, at: Timestamp(seconds: 0)) == .proven, "\(head)") }
    #expect(sender.proof(of: PostHead(path: ["s3cret-of-shop"]), at: Timestamp(seconds: 0)) != .proven, "a topic is no secret")
  }

  @Test(arguments: [
    ("plain", "plain"), ("=?UTF-8?Q?caf=C3=A9_au_lait?=", "café au lait"), ("=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=", "éé"),
    ("a =?x?y?z?= b", "a =?x?y?z?= b"),
    ("=?", "=?"), ("=?utf-8?B?!!?=", "=?utf-8?B?!!?="), ("=?utf-8?Q?100%_=3D?=", "100% ="), ("schön", "schön"),
  ])
  func encodedWords(header: String, text: String) { #expect(EncodedWords.decode(header) == text) }
}
