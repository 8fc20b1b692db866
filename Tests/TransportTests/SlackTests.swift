import Bellhop
import Curl
import Loopback
import Testing

@testable import Slack

@Suite struct SlackTests {
  private let engine = Engine()
  private var kind: Kind { SlackKind.kind(engine) }

  private func strings(_ json: JSON) -> [String] {
    switch json {
    case .string(let text): [text]
    case .array(let array): array.flatMap(strings)
    case .object(let object): object.members.flatMap { strings($0.value) }
    default: []
    }
  }

  @Test func ownCertificatesAreTrusted() throws {
    let values = Values(["url": .secret(Secret("https://hooks.example.com/x")), "ca": .string("/etc/own.pem")])
    let transport = try #require(kind.make(values) as? SlackTransport)
    #expect(kind.settings.contains { $0.name == "ca" })
    #expect(try transport.request(Samples.quiet, to: Target(), Attempt(at: Samples.time)).get().caFile == "/etc/own.pem")
  }

  @Test func hostsThatCannotBeAreMistakes() {
    let url = Value.secret(Secret("http://ü\u{200E}x.example/"))
    #expect(kind.check(Values(["url": url])).map(\.path) == [["url"]])
    #expect(kind.check(Values(["urls": .map([.init("#a", url)])])).map(\.path) == [["urls", "#a"]])
    #expect(kind.check(Values(["token": .secret(Secret("x")), "api": .string("http://a b/")])).map(\.path) == [["api"]])
  }

  // Markup

  @Test(arguments: [
    ("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;"),
    ("snake_case 2 * 3 ~ a_b", "snake_case 2 * 3 ~ a_b"),
    ("*b* _i_", "<!date^00000000^{_}|*>b<!date^00000000^{_}|*> <!date^00000000^{_}|_>i<!date^00000000^{_}|_>"),
    ("a`b", "a<!date^00000000^{_}|`>b"),
    ("*_~", "<!date^00000000^{_}|*_~>"),
    (":tada: 10:30 :no pe:", "<!date^00000000^{_}|:>tada: 10:30 :no pe:"),
    ("<\u{303}!channel> `\u{301}x", "&lt;\u{303}!channel&gt; <!date^00000000^{_}|`>\u{301}x"),
    ("https://a.example/|\u{301}b", "<https://a.example/>|\u{301}b"),
    ("@everyone x@Here.com @bob", "@\u{2060}everyone x@\u{2060}Here.com @bob"),
    ("> quote", "\u{AD}&gt; quote"),
    ("https://a.example/Foo_(bar)) x", "<https://a.example/Foo_(bar)>) x"),
    ("a\u{202e}b\u{7}", "ab"),
    ("see https://a.example/x_y_?a=1&b=2.", "see <https://a.example/x_y_?a=1&amp;b=2>."),
    ("http:// and https://<!channel>", "http:// and https://&lt;!channel&gt;"),
  ]) func outsideTextIsLiteral(_ text: String, _ printed: String) {
    #expect(Mrkdwn.escaped(text) == printed)
  }

  @Test(arguments: [
    (Text.Node.bold([.text("a"), .line, .text(" b ")]), "*a*\n *b* "),
    (.bold([.italic([.text("x")])]), "*_x_*"),
    (.bold([.text("x "), .bold([.text("y")])]), "*x y*"),
    (.bold([]), ""),
    (.code("a`<b>"), "`aˋ&lt;b&gt;`"),
    (.codeBlock("a\n```<!here>"), "```\na\nˋˋˋ&lt;!here&gt;\n```"),
    (.link([.text("l|*<b>")], url: "https://x/?a=<b|c>&d"), "<https://x/?a=%3Cb%7Cc%3E&amp;d|l∣∗&lt;b&gt;>"),
    (.link([.text("click")], url: "javascript:alert(1)"), "click (javascript:alert(1))"),
    (.link([.text("click")], url: "!channel"), "click (!channel)"),
    (.list([[.text("a")], [.bold([.text("b")])]]), "• a\n• *b*"),
    (.emoji("tada"), ":tada:"),
    (.emoji("a> b"), ":a&gt; b:"),
  ]) func nodes(_ node: Text.Node, _ printed: String) {
    #expect(Mrkdwn.print([node]) == printed)
  }

  @Test func valuesCannotFormatTogether() {
    #expect(!Mrkdwn.print([.text("*"), .text("evil"), .text("*")]).contains("*evil"))
  }

  @Test func marksStandAtTheEdgesOfWords() {
    #expect(Mrkdwn.print([.text("a"), .bold([.text("b")]), .text("c")]) == "a\u{200B}*b*\u{200B}c")
    #expect(Mrkdwn.print([.text("a "), .bold([.text("b")]), .text(" c")]) == "a *b* c")
  }

  // Layout

  @Test func onlyConfigurationCanShout() throws {
    let quiet = strings(.object(Printer(Samples.quiet, mention: "").payload))
    let loud = strings(.object(Printer(Samples.loud, mention: "<!channel> ").payload))
    for text in quiet { #expect(text.ranges(of: "<!").count == text.ranges(of: "<!date^00000000^{_}|").count) }
    #expect(loud.filter { $0.contains("<!channel>") }.count == 1)
    #expect(!(quiet + loud).contains { $0.contains("<@") || $0.contains("@everyone") || $0.contains("<!here") || $0.contains("<script") })
  }

  @Test func staysWithinTheLimits() throws {
    var message = Samples.loud
    message.title = Text(literal: Samples.hostile)
    let hostile = String(Samples.hostile.prefix(1_600))
    message.fields = (0..<45).map { .init(name: hostile, value: Text(literal: "\($0) " + hostile)) }
    message.links = Array(repeating: .init(label: hostile, url: "https://x/"), count: 10)
    for alert in [Alert.quiet, .loud] {
      message.alert = alert
      let payload = Printer(message, mention: "").payload
      let blocks = (payload["blocks"]?.array ?? []) + (payload["attachments"]?.array?.first?["blocks"]?.array ?? [])
      #expect(blocks.count <= 50)
      for block in blocks {
        let texts = [block["text"]].compactMap { $0 } + (block["fields"]?.array ?? []) + (block["elements"]?.array ?? [])
        #expect(!texts.isEmpty)
        let limit = block["text"] != nil ? 3_000 : 2_000
        for text in texts {
          let length = text["text"]?.string?.utf16.count ?? 0
          #expect(length > 0 && length <= limit, "\(length)")
          #expect(text["verbatim"] == true)
        }
        #expect((block["fields"]?.array?.count ?? 0) <= 10)
      }
      #expect((payload["text"]?.string?.count ?? 0) <= 40_000)
      #expect(blocks.contains { strings($0).contains { $0.contains("<https://bellhop.example.com/events/42|read it all>") } })
    }
  }

  /// As Slack counts: accents are characters to it.
  @Test func accentsAndMarksCount() {
    for title in [
      "e" + String(repeating: "\u{301}", count: 20_000), String(repeating: "*", count: 5_000), String(repeating: "👩‍👩‍👧", count: 500),
    ] {
      for alert in [Alert.quiet, .loud] {
        let message = Message(id: "m", event: Samples.quiet.event, title: Text(literal: title), alert: alert)
        let payload = Printer(message, mention: "<!channel> ").payload
        let block = payload["blocks"]?.array?.first
        let text = block?["text"]?["text"]?.string ?? block?["elements"]?.array?.first?["text"]?.string ?? ""
        #expect((12...(alert == .quiet ? 2_000 : 3_000)).contains(text.utf16.count), "\(text.utf16.count)")
        #expect((payload["text"]?.string?.utf16.count ?? 0) <= 600)
      }
    }
  }

  @Test(arguments: [false, true]) func moreThanSlackTakesIsToldOf(_ leads: Bool) {
    var message = Samples.message(.normal, .info, text: "disk full")
    message.fields = (0..<20).map { .init(name: "n\($0)", value: Text(literal: String(repeating: "x", count: 1_000))) }
    message.links = (0..<12).map { .init(label: "l\($0)", url: "https://x.example/" + String(repeating: "y", count: 100 * $0)) }
    message.page = leads ? "https://bellhop.example.com/events/1" : nil
    let payload = Printer(message, mention: "").payload
    let texts = strings(payload["blocks"] ?? .null) + strings(payload["attachments"] ?? .null)
    #expect(texts.reduce(0) { $0 + $1.utf16.count } <= 13_600)
    let mores = texts.flatMap { $0.matches(of: /… and (\d+) more/).compactMap { Int($0.1) } }
    let shown = (0..<20).count { index in texts.contains { $0.contains("*n\(index)*") } }
    let links = (0..<12).count { index in texts.contains { $0.contains("|l\(index)>") } }
    #expect(shown < 20 && links < 12 && mores.sorted() == [20 - shown, 12 - links].sorted(), "\(shown) \(links) \(mores)")
    #expect(texts.contains { $0.contains("<https://bellhop.example.com/events/1|… and") } == leads)
  }

  @Test func aBlankTitleIsNone() {
    let message = Message(id: "m", event: Samples.message(.normal, .info, text: "disk full").event, title: Text(literal: " \u{200B}"))
    let blocks = Printer(message, mention: "").payload["blocks"]?.array ?? []
    #expect(blocks.map { $0["text"]?["text"] } == ["disk full"])
  }

  @Test func quietIsSmallAndLoudIsBold() {
    let quiet = Printer(Samples.quiet, mention: "").payload["blocks"]?.array ?? []
    #expect(!quiet.isEmpty && quiet.allSatisfy { $0["type"] == "context" })
    let loud = Printer(Samples.loud, mention: "<!channel> ").payload["blocks"]?.array ?? []
    #expect(loud.count == 1 && loud[0]["type"] == "section" && loud[0]["text"]?["text"]?.string?.hasPrefix("<!channel> *") == true)
  }

  @Test func anEmptyTextStillSaysSomething() {
    for text in ["", "\n\n", " "] {
      let blocks = Printer(Samples.message(.normal, .info, text: text), mention: "").payload["blocks"]?.array ?? []
      #expect(blocks.count == 1 && !(blocks[0]["text"]?["text"]?.string ?? "").isEmpty)
    }
  }

  @Test func whatDoesNotFitIsToldOf() {
    var message = Samples.message(.normal, .info)
    message.text = Text([.text("a"), .link([.text("b")], url: "https://x/" + String(repeating: "y", count: 5_000)), .text("c")])
    let blocks = Printer(message, mention: "").payload["blocks"]?.array ?? []
    #expect(blocks.map { $0["text"]?["text"]?.string?.prefix(6) } == ["a", "… (cut"])
  }

  @Test func cuttingKeepsTreesWhole() {
    let text = Text([.bold([.text(String(repeating: "word ", count: 100))]), .line, .list([[.text("a")], [.text("b")]]), .code("c")])
    var rest = text
    var plain = ""
    while !rest.isEmpty {
      let (head, tail) = rest.split(at: 60) { Mrkdwn.print($0).utf16.count }
      #expect(!head.isEmpty && Mrkdwn.print(head.nodes).utf16.count <= 60)
      #expect(Mrkdwn.print(head.nodes).count(where: { $0 == "*" }) % 2 == 0)
      plain += head.plain
      rest = tail
    }
    #expect(plain.filter { !$0.isWhitespace } == text.plain.filter { !$0.isWhitespace })
  }

  // Answers

  private func response(_ status: Int, _ body: String, after: Duration? = nil) -> Answer {
    .response(Response(status: status, body: Array(body.utf8), retryAfter: after))
  }

  @Test(arguments: Array(Answers.table.keys.sorted())) func everyWordMeansTheSameBothWays(_ word: String) throws {
    let (end, fault, _) = try #require(Answers.table[word])
    let outcomes = [
      Answers.method(response(200, #"{"ok":false,"error":"\#(word)"}"#), channel: "#a"), Answers.hook(response(404, word + "\n")),
      Answers.hook(response(200, word)),
    ]
    for outcome in outcomes {
      #expect(outcome.word == (end == .never ? "refused" : "postponed") && outcome.fault?.kind == fault)
      #expect(outcome.fault?.line.contains(word) == true)
    }
  }

  /// Chosen from Slack's tables by hand, so that the table above does not only agree with itself.
  @Test(arguments: [
    ("ratelimited", "postponed", Fault.Kind.throttled), ("internal_error", "postponed", .unavailable),
    ("fatal_error", "postponed", .unavailable), ("service_unavailable", "postponed", .unavailable),
    ("request_timeout", "postponed", .unavailable), ("channel_not_found", "refused", .unknownTarget),
    ("is_archived", "refused", .unknownTarget), ("not_in_channel", "refused", .unknownTarget),
    ("invalid_auth", "refused", .unauthorized), ("token_revoked", "refused", .unauthorized),
    ("account_inactive", "refused", .unauthorized), ("missing_scope", "refused", .unauthorized),
    ("msg_too_long", "refused", .rejected), ("a_word_of_tomorrow", "refused", .rejected),
  ]) func theWordsThatMatter(_ word: String, _ end: String, _ kind: Fault.Kind) {
    let outcome = Answers.method(response(200, #"{"ok":false,"error":"\#(word)"}"#), channel: "")
    #expect(outcome.word == end && outcome.fault?.kind == kind && outcome.fault?.line.contains(word) == true)
  }

  @Test func retryAfterStandsBesideAWord() {
    let outcome = Answers.method(response(200, #"{"ok":false,"error":"ratelimited"}"#, after: .seconds(30)), channel: "")
    guard case .postponed(_, .seconds(30)) = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test func aScopeIsNamed() {
    let outcome = Answers.method(response(200, #"{"ok":false,"error":"missing_scope","needed":"chat:write"}"#), channel: "")
    #expect(outcome.fault?.line == "Slack said missing_scope (needed: chat:write): give the app the scope and install it again")
  }

  @Test func theReceiptOpensAThread() {
    let outcome = Answers.method(response(200, #"{"ok":true,"ts":"1503435956.000247"}"#), channel: "#money")
    #expect(outcome == .delivered(Receipt(id: "1503435956.000247", note: "#money 1503435956.000247")))
  }

  // Configuration

  @Test func exactlyOneWayIn() {
    let token = Subject.secret("t")
    #expect(kind.check(Values()).map(\.path) == [[]])
    #expect(kind.check(Values(["token": token, "url": token])).map(\.path) == [["url"]])
    #expect(kind.check(Values(["urls": .map([])])).map(\.path) == [["urls"]])
    let ignored = kind.check(Values(["url": token, "username": .string("x"), "icon": .string(":bell:"), "api": .string("https://x")]))
    #expect(ignored.map(\.path) == [["username"], ["icon"], ["api"]] && ignored.allSatisfy(\.isWarning))
    #expect(kind.check(Values(["token": token, "icon": .string("bell")])).map(\.path) == [["icon"]])
    #expect(kind.check(Values(["token": token, "mention": .list([.string("bob"), .string("S0614TZR7")])])).map(\.path) == [["mention"]])
  }

  @Test func targetsFitTheWayIn() {
    let token = Values(["token": Subject.secret("t")])
    let url = Values(["url": Subject.secret("u")])
    let urls = Values(["urls": .map([.init("#a", Subject.secret("u")), .init("#b", Subject.secret("u"))])])
    #expect(kind.checkTarget(Target(), token).map(\.path) == [["channel"]])
    let ignored = kind.checkTarget(Target(["channel": "#a", "thread_by": "subject"]), url)
    #expect(ignored.map(\.path) == [["thread_by"], ["channel"]] && ignored.allSatisfy(\.isWarning))
    #expect(kind.checkTarget(Target(), url) == [])
    #expect(kind.checkTarget(Target(["channel": "#c"]), urls).first?.hint == "one of #a, #b")
    #expect(kind.checkTarget(Target(), urls).map(\.path) == [["channel"]])
    #expect(kind.checkTarget(Target(["channel": "{{data.channel}}"]), urls) == [])
    #expect(kind.checkTarget(Target(["channel": "#a", "mention": "@bob"]), urls).map(\.path) == [["mention"]])
  }

  @Test(
    arguments: [
      (nil, "<!here> "), ("none", ""), ("channel", "<!channel> "), (["U012AB3CD", "S0614TZR7"], "<@U012AB3CD> <!subteam^S0614TZR7> "),
    ] as [(JSON?, String)]) func theTargetSaysWhomALoudMessageCalls(_ mention: JSON?, _ markup: String) async throws
  {
    let server = try LoopbackServer.start { _ in .answer(200, body: "ok") }
    var target = JSON.Object([.init("channel", "#b")])
    target["mention"] = mention
    let transport = Subject.slackURLs.transport(server.url, engine)
    for alert in [Alert.loud, .normal] {
      _ = await transport.send(Samples.message(alert, .error, text: "hi"), to: Target(target), Attempt(at: Samples.time))
    }
    let texts = try server.requests.map { try JSON(parsing: $0.body)["blocks"]?.array?.first?["text"]?["text"]?.string }
    #expect(texts == [markup + "hi", "hi"])
  }

  @Test func aChannelWithoutAWebhookIsRefusedUnsent() async throws {
    let server = try LoopbackServer.start { _ in .ok }
    let transport = Subject.slackURLs.transport(server.url, engine)
    let outcome = await transport.send(Samples.quiet, to: Target(["channel": "#c"]), Attempt(at: Samples.time))
    #expect(outcome.word == "refused" && outcome.fault?.kind == .misconfigured && server.requests.isEmpty)
  }
}
