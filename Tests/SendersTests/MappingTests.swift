import Bellhop
import Testing

@testable import Senders

/// A sender whose `event:` has these templates.
private func mapped(_ event: [(String, String)], _ more: [String: Value] = [:]) throws -> Sender {
  var entries = more
  entries["event"] = .map(event.map { .init($0.0, .string($0.1)) } + (more["data"].map { [.init("data", $0)] } ?? []))
  entries["data"] = nil
  return DialectTests.sender(try #require(Dialect.named("json")), entries)
}

private func words(_ pairs: KeyValuePairs<String, String>) -> Value { .map(pairs.map { .init($0.key, .string($0.value)) }) }

private func events(
  _ sender: Sender, _ body: String, _ head: PostHead = PostHead()
) throws -> [Event] { try sender.receive(Array(body.utf8), head, at: noon).get() }

@Suite struct MappingTests {
  @Test func namesStandAtTheRoot() throws {
    let sender = try mapped([
      ("type", "deploy.{{status}}"), ("subject", "{{user.login}}"), ("severity", "{{level}}"), ("title", "{{app}} *is* out"),
      ("text", "by {{user.login}}, [log]({{url}})"), ("source", "{{host}}"), ("id", "{{delivery}}-{{n}}"), ("time", "{{at}}"),
    ])
    let body =
      #"{"status":"ok","user":{"login":"ada"},"level":"warn","app":"<!channel> **x**","url":"https://ci.example.com/1","host":"ci","delivery":"d","n":7,"at":1795521000}"#
    let event = try #require(try events(sender, body).first)
    #expect(event.type == "deploy.ok" && event.subject == "ada" && event.severity == .warning && event.source == "ci" && event.id == "d-7")
    #expect(event.time == Timestamp(seconds: 1_795_521_000))
    #expect(event.text == "<!channel> **x** is out\nby ada, log (https://ci.example.com/1)", "what comes from outside is no markup")
    #expect(event.body?.nodes.contains(.link([.text("log")], url: "https://ci.example.com/1")) == true)
    #expect(event.data["user"]?["login"] == "ada" && event.data["n"] == 7, "the whole request is kept")
  }

  @Test func bodiesOfEveryForm() throws {
    let sender = try mapped([("type", "a.{{status}}"), ("subject", "{{headers.x-kind}} {{query.z}} {{form.payload}}{{body.status}}")])
    func head(_ type: String) -> PostHead {
      PostHead(query: [.init("z", "26")], headers: [.init("content-type", type), .init("x-kind", "push")])
    }
    let json = #"{"status":"ok"}"#
    for type in ["application/json", "", "application/x-www-form-urlencoded", "text/plain"] {
      #expect(try events(sender, json, head(type)).map { "\($0.type) \($0.subject ?? "")" } == ["a.ok push 26 ok"], "\(type)")
    }
    #expect(try events(sender, "\u{FEFF}" + json, head("application/json")).map(\.type) == ["a.ok"])
    let form = try events(sender, "status=ok&tag=a&tag=b+c", head("application/x-www-form-urlencoded"))
    #expect(form.map(\.type) == ["a.ok"] && form.first?.data["tag"] == ["a", "b c"])
    let payload = try events(sender, "payload=%7B%22status%22%3A%22ok%22%7D", head("application/x-www-form-urlencoded"))
    #expect(payload.map { "\($0.type) \($0.subject ?? "")" } == [#"a.ok push 26 {"status":"ok"}ok"#])
    let text = try self.text("it broke")
    #expect(text?.data == ["body": "it broke"] && text?.subject == "it broke")
    #expect(try events(sender, "", head("")).map(\.type) == ["a"], "a body is not needed")
    for (body, type) in [("{", "application/json"), ("it broke", "application/json"), ("it broke", "")] {
      guard case .failure(let refusal) = sender.receive(Array(body.utf8), head(type), at: noon) else {
        Issue.record("\(body) was taken")
        continue
      }
      #expect(refusal.status == 400 && refusal.title == "the body is neither JSON nor a form")
    }
  }

  private func text(_ body: String) throws -> Event? {
    try events(try mapped([("type", "a"), ("subject", "{{body}}")]), body, PostHead(headers: [.init("content-type", "text/plain")])).first
  }

  /// These mean the same for every request, whatever a sender calls its own.
  @Test func commonNamesCannotBeTakenOver() throws {
    let sender = try mapped([("type", "a"), ("subject", "{{headers.x-kind}}|{{body.body}}|{{query.z}}")])
    let body = #"{"headers":{"x-kind":"forged"},"body":"own","query":{"z":1}}"#
    let event = try #require(try events(sender, body, PostHead(query: [.init("z", "2")], headers: [.init("x-kind", "true")])).first)
    #expect(event.subject == "true|own|2")
  }

  @Test func anEventForEach() throws {
    let sender = try mapped(
      [("type", "alert.{{status}}"), ("subject", "{{name}} of {{group}}"), ("id", "{{key}}")], ["each": .string("data.alerts")])
    let body =
      #"{"status":"firing","group":"g","data":{"alerts":[{"name":"a","key":1},{"name":"b","status":"ok","key":1},{"name":"c","key":1}]}}"#
    let found = try events(sender, body)
    #expect(found.map(\.type) == ["alert.firing", "alert.ok", "alert.firing"], "its own names stand before those around it")
    #expect(found.map(\.subject) == ["a of g", "b of g", "c of g"])
    #expect(found.map(\.id) == ["1", "1#1", "1#2"], "no two of one request are the same, and a repeat has the same ids")
    #expect(found[1].data == ["name": "b", "status": "ok", "key": 1])
    #expect(try events(sender, body).map(\.id) == found.map(\.id))
    #expect(try events(sender, #"{"data":{"alerts":[]}}"#).isEmpty, "nothing happened")
    #expect(try events(sender, #"{"test":true}"#).map(\.data) == [["test": true]], "a vendor's test has no list, and is seen")
    let scalars = try mapped([("type", "a"), ("subject", "{{item}}")], ["each": .string("body")])
    #expect(try events(scalars, #"["x",{"y":1}]"#).map(\.subject) == ["x", #"{"y":1}"#])
  }

  @Test func dataIsWhatItSays() throws {
    let sender = try mapped(
      [("type", "a")],
      ["data": words(["build": "{{build.number}}", "line": "{{user}}: {{build.number}}", "all": "{{build}}", "none": "{{nothing}}"])])
    let event = try #require(try events(sender, #"{"build":{"number":7},"user":"ada","rest":1}"#).first)
    #expect(event.data == ["build": 7, "line": "ada: 7", "all": ["number": 7]], "a tag alone keeps what its value is")
  }

  @Test func wordsForWords() throws {
    let sender = try mapped(
      [("type", "check.{{state}}"), ("severity", "{{p}}")],
      [
        "types": words(["*.down": "check.firing", "*.up": "check.resolved"]),
        "severities": words(["P1": "critical", "p*": "error", "*": "notice"]),
      ])
    func said(_ state: String, _ p: String) throws -> String {
      let event = try #require(try events(sender, #"{"state":"\#(state)","p":"\#(p)"}"#).first)
      return "\(event.type) \(event.severity.word)"
    }
    #expect(try said("DOWN", "p1") == "check.firing critical")
    #expect(try said("up", "P3") == "check.resolved error")
    #expect(try said("odd state", "x") == "check.odd_state notice")
    #expect(try said("up", "") == "check.resolved info")
  }

  @Test func severitiesAndTimes() {
    let words: [(String, Severity?)] = [
      ("ERROR", .error), ("warn", .warning), ("emerg", .critical), ("informational", .info), ("fatal", .critical), ("failed", .error),
      ("P1", .critical), ("high", .error), ("loud", nil),
    ]
    for (word, severity) in words { #expect(Severity(foreign: word) == severity, "\(word)") }
    let at = Timestamp(seconds: 1_795_521_600)
    for text in ["2026-11-24T12:00:00Z", "1795521600", "1795521600.0", "1795521600000", "1795521600000000", "1795521600000000000"] {
      #expect(Timestamp(foreign: text, now: at) == at, "\(text)")
    }
    for text in ["", "soon", "0", "-1", "nan", "inf", "1e300", "7", "0001-01-01T00:00:00Z", "99999999999999999999999"] {
      #expect(Timestamp(foreign: text, now: at) == nil, "\(text)")
    }
  }

  @Test func whatComesToNothingIsStillAnEvent() throws {
    let sender = try mapped([("type", "{{a}}"), ("text", "{{b}}"), ("id", "{{c}}"), ("source", " ")])
    let event = try #require(try events(sender, "{}").first)
    #expect(event.type == "message" && event.text == "(a message without words)" && !event.id.isEmpty && event.source == "shop")
    #expect(try events(sender, #"{"a":"bellhop.store.low","b":"x"}"#).map(\.type) == ["shop/bellhop.store.low"])
  }

  // MARK: Proof

  @Test func everyProof() throws {
    let basic = "Basic YTpzM2NyZXQtb2Ytc2hvcA=="  // a:s3cret-of-shop
    let heads: [(String, PostHead)] = [
      ("bearer", PostHead(headers: [.init("authorization", "Bearer s3cret-of-shop")])),
      ("basic", PostHead(headers: [.init("authorization", basic)])),
      ("path", PostHead(path: ["s3cret-of-before", "behind"])),
      ("header X-Token", PostHead(headers: [.init("x-token", "s3cret-of-shop")])),
      ("query key", PostHead(query: [.init("key", "s3cret-of-shop")])),
    ]
    for (word, _) in heads {
      let one = try mapped([("type", "a")], ["proof": .list([.string(word)])])
      for (other, head) in heads { #expect((one.proof(of: head, at: noon) == .proven) == (word == other), "\(word) \(other)") }
    }
    let usual = try mapped([("type", "a")])
    #expect(heads.map { usual.proof(of: $0.1, at: noon) == .proven } == [true, true, true, false, false])
    let twice = PostHead(headers: [.init("x-token", "s3cret-of-shop"), .init("x-token", "s3cret-of-shop")])
    let two = try mapped([("type", "a")], ["proof": .list([.string("header X-Token"), .string("path")])])
    #expect(two.proof(of: twice, at: noon) != .proven, "of a header that stands twice nothing is believed")
    #expect(two.proof(of: PostHead(path: ["wrong"]), at: noon) == .refused(.wrong))
  }

  /// Who brings nothing hears where this sender would look.
  @Test func whatIsMissingIsTold() throws {
    let usual = try mapped([("type", "a")]).proof(of: PostHead(), at: noon)
    #expect(usual == .refused(.missing("Authorization: Bearer or Authorization: Basic or a key behind the address")))
    let own = try mapped([("type", "a")], ["proof": .list([.string("header X-Token"), .string("query key")])])
      .proof(of: PostHead(), at: noon)
    #expect(own == .refused(.missing("the header x-token or key in the query")))
  }

  @Test func anIdempotencyKeyStandsForAnAbsentID() throws {
    let head = PostHead(headers: [.init("idempotency-key", "k")])
    let one = try mapped([("type", "a"), ("id", "{{id}}")])
    let first = try events(one, "{}", head).map(\.id)
    #expect(try first == events(one, #"{"other":1}"#, head).map(\.id) && first != events(one, "{}").map(\.id))
    #expect(try events(one, #"{"id":"own"}"#, head).map(\.id) == ["own"])
    let many = try mapped([("type", "a")], ["each": .string("body")])
    let ids = try events(many, "[1,2]", head).map(\.id)
    #expect(try Set(ids).count == 2 && ids == events(many, "[1,2]", head).map(\.id))
  }

  @Test func whatProvesIsNotSeenByTemplates() throws {
    let sender = try mapped(
      [("type", "a"), ("text", "[{{headers.x-key}}{{headers.authorization}}{{query.key}}{{headers.cookie}}]{{headers}}{{query}}")],
      ["proof": .list([.string("header X-Key"), .string("query key")])])
    let head = PostHead(
      query: [.init("key", "s3cret-of-shop")],
      headers: [.init("x-key", "s3cret-of-shop"), .init("authorization", "Bearer other"), .init("cookie", "c")])
    let text = try #require(try events(sender, "{}", head).first?.text)
    #expect(text == "[]{}{}")
  }

  // MARK: Bounds

  @Test func tenThousandItems() throws {
    let sender = try mapped([("type", "a"), ("text", "{{body}}")], ["each": .string("items")])
    let body = #"{"items":[\#(Array(repeating: #"{"n":1}"#, count: 10_000).joined(separator: ","))]}"#
    let found = try events(sender, body)
    let last = try #require(found.last)
    #expect(last.type == "json.truncated" && last.data["missing"] == .int(Int64(10_000 - (found.count - 1))))
    #expect(found.reduce(0) { $0 + $1.text.utf8.count + JSON.object($1.data).text.utf8.count } < 3 * MappingReceiver.room)
    let plain = try mapped([("type", "a")], ["each": .string("items")])
    let few = try events(plain, body)
    #expect(few.count == 1_001 && few.last?.data["missing"] == 9_000)
  }

  @Test func wideObjectsAreLookedThroughOnce() throws {
    let sender = try mapped([("type", "a.{{x}}"), ("subject", "{{y.z}}"), ("text", "{{p}}{{q}}{{r}}{{s}}")], ["each": .string("items")])
    let wide = (0..<40_000).map { "\"k\($0)\":1" }.joined(separator: ",")
    let body = "{\"items\":[\(Array(repeating: "{}", count: 1_000).joined(separator: ","))],\(wide),\"y\":{\(wide)}}"
    let clock = ContinuousClock()
    var count = 0
    let took = try clock.measure { count = try events(sender, body).count }
    #expect(count == 1_000 && took < .seconds(20), "\(took)")
  }

  @Test func largeDataIsCutAndSaysSo() throws {
    let sender = try mapped([("type", "a")])
    let long = String(repeating: "x", count: 200_000)
    let event = try #require(try events(sender, #"{"a":1,"long":"\#(long)","b":2}"#).first)
    #expect(event.data["a"] == 1 && event.data["truncated"] == true && event.data["b"] == nil)
    #expect(JSON.object(event.data).text.utf8.count <= EventMapping.dataRoom + 256)
  }

  // MARK: What check tells

  @Test func mistakes() {
    func told(_ event: [(String, String)], _ more: [String: Value] = [:]) -> [String] {
      var entries = more
      entries["event"] = .map(event.map { .init($0.0, .string($0.1)) } + (more["data"].map { [.init("data", $0)] } ?? []))
      return MappingFields.check(Values(entries)).map { "\($0.path.joined(separator: "/")): \($0.text); \($0.hint ?? "")" }
    }
    #expect(told([("type", "a.{{b}}"), ("subject", "x"), ("severity", "{{s}}")]).isEmpty)
    #expect(told([("type", "odd word")], ["types": words(["odd*": "a.b"])]).isEmpty, "types: gives it another word")
    let cases: [([(String, String)], [String: Value], String)] = [
      ([("subject", "{{x}}")], [:], "event: the event says neither type nor title nor text"),
      ([("type", "odd type")], [:], "event/type: \"odd type\" is not a type"),
      ([("type", "bellhop.{{x}}")], [:], "event/type: types of \"bellhop\" are Bellhop's own"),
      ([("type", "bellhop.x")], [:], "event/type: types of \"bellhop\" are Bellhop's own"),
      ([("type", "a"), ("severity", "eror")], [:], "event/severity: there is no severity \"eror\"; did you mean \"error\"?"),
      ([("type", "a"), ("id", "delivery")], [:], "event/id: every event would have this id"),
      ([("type", "a"), ("time", "now")], [:], "event/time: every event would have this time"),
      (
        [("type", "a"), ("text", "{{headers.X-Kind}}")], [:],
        "event/text: {{headers.X-Kind}} is always empty: headers are named in lower case; write {{headers.x-kind}}"
      ),
      (
        [("type", "a"), ("text", "{{header.X-Kind}}")], [:],
        "event/text: {{header.X-Kind}} is a name of the request's own; for its headers, write {{headers.x-kind}}"
      ),
      ([("type", "a")], ["data": words(["a.b": "{{x}}"])], "event/data/a.b: \"a.b\" is no name that rows could ask for"),
      ([("type", "a")], ["types": words(["*": "odd type"])], "types/*: \"odd type\" is not a type"),
      (
        [("type", "a")], ["each": .string("{{data.items}}")],
        "each: \"{{data.items}}\" is no path to a list; write it without braces and brackets: data.items"
      ),
      ([("type", "a")], ["proof": .list([.string("bearrer")])], "proof: \"bearrer\" is no place for a secret; did you mean \"bearer\"?"),
      (
        [("type", "a")], ["proof": .list([.string("header")])],
        "proof: \"header\" is no place for a secret; say of which name: \"header X-Token\""
      ),
    ]
    for (event, more, line) in cases {
      let found = told(event, more)
      #expect(found.count == 1 && found[0].hasPrefix(line), "\(found)")
    }
  }
}
