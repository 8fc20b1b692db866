import Bellhop
import Senders
import Testing

@Suite struct FormTests {
  @Test func ownJSONWithEverything() throws {
    let body = #"""
      {"id":"a1","source":"web","type":"user.registered","subject":"a@b.c","severity":"notice","time":"2026-11-23T09:30:00+01:00",
       "text":"hello","data":{"plan":"pro","n":[1,2.5,null]}}
      """#
    let event = try #require(try decode(body, "application/json; charset=UTF-8").get().first)
    #expect(
      event
        == Event(
          id: "a1", sender: "shop", source: "web", type: "user.registered", subject: "a@b.c", severity: .notice,
          time: try #require(Timestamp(rfc3339: "2026-11-23T08:30:00Z")), text: "hello", data: ["plan": "pro", "n": [1, 2.5, .null]]))
  }

  @Test func defaults() throws {
    let typed = try #require(try decode(#"{"type":"job.failed","subject":"backup"}"#).get().first)
    #expect(typed.source == "shop" && typed.severity == .info && typed.time == noon && typed.text == "job.failed backup")
    let said = try #require(try decode(#"{"text":"hi","type":null,"subject":"","data":null}"#).get().first)
    #expect(said.type == "message" && said.text == "hi" && said.subject == nil && said.data.isEmpty)
    let plain = try #require(try decode(" hello\nworld \r\n", "text/plain").get().first)
    #expect(plain.text == " hello\nworld" && plain.type == "message")
  }

  @Test func givenIDsAreUUIDsInOrderOfTime() throws {
    let batch = try decode("[" + Array(repeating: #"{"text":"x"}"#, count: 900).joined(separator: ",") + "]").get().map(\.id)
    #expect(Set(batch).count == 900 && batch == batch.sorted())
    let id = Array(try #require(batch.first))
    #expect(id.count == 36 && [8, 13, 18, 23].allSatisfy { id[$0] == "-" } && id[14] == "7" && "89ab".contains(id[19]))
    #expect(String(id[0..<8] + id[9..<13]) == String(noon.seconds * 1_000, radix: 16).leftPadded(12))
    var luck = Seeded(2)
    let later = try Sender(name: "shop").decode(Array(#"{"text":"x"}"#.utf8), Envelope(), at: noon + .milliseconds(2), luck: &luck).get()
    #expect(try #require(later.first).id > batch[899])
  }

  @Test func idempotencyKeyStandsInForAnAbsentID() throws {
    #expect(try decode(#"{"text":"x"}"#, key: "k").get().map(\.id) == ["k"])
    #expect(try decode(#"[{"text":"x"},{"text":"y","id":"own"},{"text":"z"}]"#, key: "k").get().map(\.id) == ["k#0", "own", "k#2"])
    #expect(try decode("{\"text\":\"x\"}\n\n{\"text\":\"y\"}", "application/x-ndjson", key: "k").get().map(\.id) == ["k#0", "k#1"])
    #expect(decode(#"{"text":"x"}"#, key: "").mistakes == "422 Idempotency-Key: must be 1 to 248 printable bytes")
  }

  /// A batch and single events may have any keys: no two of their ids are the same.
  @Test func keysOfBatchesAndOfSingleEventsDoNotMeet() throws {
    let one = #"{"text":"x"}"#
    var ids: [String] = []
    for key in ["a", "a#", "a#1", "a#1#", "a#1#1", "a-1", "#", "1", "#1", "##"] {
      ids += try decode(one, key: key).get().map(\.id) + decode("[\(one),\(one)]", key: key).get().map(\.id)
    }
    #expect(Set(ids).count == ids.count, "\(ids)")
    #expect(try decode(one, key: "order-1").get().first?.id == "order-1" && decode(one, key: "a#1").get().first?.id == "a#1#")
  }

  @Test func aLineIsNoLargerThanABody() throws {
    let limits = EventLimits(line: 40)
    let fits = #"{"text":"\#(String(repeating: "x", count: 29))"}"#
    #expect(fits.utf8.count == 40)
    #expect(decode("\(fits)\n\n\(fits)", "application/x-ndjson", limits: limits).mistakes == nil)
    #expect(
      decode("\(fits)\n\n\(fits) ", "application/x-ndjson", limits: limits).mistakes
        == "413 line 3 is longer than 40 bytes, which is what one event may have")
  }

  @Test func aByteOrderMarkIsSkipped() throws {
    let mark = "\u{FEFF}"
    #expect(try decode(mark + #"{"text":"x"}"#).get().first?.text == "x" && decode(mark + #"[{"text":"x"}]"#).get().count == 1)
    #expect(try decode("\(mark){\"text\":\"x\"}\n\(mark){\"text\":\"y\"}\n", "application/x-ndjson").get().map(\.text) == ["x", "y"])
    #expect(
      try decode(mark + "hi", "text/plain").get().first?.text == "hi" && decode(mark, "text/plain").mistakes == "422 the text is empty")
    let event = #"{"specversion":"1.0","id":"1","source":"s","type":"t"}"#
    #expect(try decode(mark + event, "application/cloudevents+json").get().count == 1)
    let headers = [("specversion", "1.0"), ("id", "9"), ("source", "s"), ("type", "a.b")]
    #expect(try decode(mark + "hi", "text/plain", ce: headers).get().first?.data["value"] == "hi")
    #expect(try decode(mark + #"{"a":1}"#, "application/json", ce: headers).get().first?.data == ["a": 1])
  }

  /// What `JSON.stringify` writes for a string that was cut inside a character, anywhere.
  @Test func halfACharacterLosesNoEvent() throws {
    let event = try #require(try decode(#"{"type":"a.b","text":"cut here \ud83d","data":{"x":["\ud83d\ude00 \udc00"]}}"#).get().first)
    #expect(event.text == "cut here \u{FFFD}" && event.data == ["x": ["😀 \u{FFFD}"]])
    #expect(try decode("{\"text\":\"\\ud83d\"}\n{\"text\":\"y\"}", "application/x-ndjson").get().map(\.text) == ["\u{FFFD}", "y"])
  }

  @Test func numbersKeepTheirDigits() throws {
    let data = #"{"order":18446744073709551615,"share":0.12345678901234567890}"#
    let event = try #require(try decode(#"{"type":"a.b","data":\#(data)}"#).get().first)
    #expect(JSON.object(event.data).text == data)
    #expect(
      decode(#"{"type":18446744073709551615}"#).mistakes == "422 /type: must be a string, not a number | an event needs a type or a text")
  }

  /// Bellhop's own trouble wakes people: only Bellhop tells it.
  @Test func nobodySpeaksAsBellhop() throws {
    let type = "/type: types of \"bellhop\" are Bellhop's own trouble; begin yours with another word"
    let source = "/source: \"bellhop\" is Bellhop itself; say where in your own system it happened"
    for name in ["bellhop.store.low", "bellhop", "Bellhop.x", "BELLHOP.delivery.dead"] {
      #expect(decode(#"{"type":"\#(name)"}"#).mistakes == "422 \(type)")
    }
    for name in ["bellhop", "Bellhop", "bellhop.eu"] { #expect(decode(#"{"type":"a","source":"\#(name)"}"#).mistakes == "422 \(source)") }
    #expect(decode(#"[{"type":"a"},{"type":"bellhop.x","source":"bellhop"}]"#).mistakes == "422 1 \(source) | 1 \(type)")
    let event = #"{"specversion":"1.0","id":"1","source":"bellhop","type":"bellhop.x"}"#
    #expect(decode(event, "application/cloudevents+json").mistakes == "422 \(source) | \(type)")
    #expect(try decode(#"{"type":"bellhops.x","source":"/bellhop"}"#).get().count == 1)
    #expect(
      try Sender(name: "bellhop").decode(["type": "bellhop.store.low", "source": "bellhop"], at: noon).get().type == "bellhop.store.low")
  }

  @Test func lines() throws {
    let events = try decode("{\"type\":\"a.b\"}\r\n\n{\"text\":\"x\"}", "application/x-ndjson; charset=utf-8").get()
    #expect(events.map(\.text) == ["a.b", "x"])
    #expect(decode("{\"text\":\"x\"}\n{\"text\":", "application/x-ndjson").mistakes?.hasPrefix("422 1 line 2 line 2 is not JSON: ") == true)
    #expect(
      decode("\n{\"text\":\"x\"}\n{\"txt\":\"x\",\"type\":\"a\"}", "application/ndjson").mistakes
        == "422 1 line 3 /txt: unknown key \"txt\"; did you mean \"text\"?")
  }

  @Test func cloudEvents() throws {
    let one = #"""
      {"specversion":"1.0","id":"1","source":"/s","type":"com.x.y","time":"2026-11-23T08:30:00Z","severity":"ERROR","traceparent":"00-ab",
       "sequence":7,"datacontenttype":"application/json","data":{"a":1}}
      """#
    let event = try #require(try decode(one, "application/cloudevents+json").get().first)
    #expect(event.id == "1" && event.source == "/s" && event.type == "com.x.y" && event.severity == .error)
    #expect(event.data == ["a": 1, "ext": ["traceparent": "00-ab", "sequence": 7]])

    let batch =
      #"[{"specversion":"1.0","id":"1","source":"s","type":"t","data":"x"},{"specversion":"1.0","id":"2","source":"s","type":"t","data_base64":"AA=="}]"#
    #expect(try decode(batch, "application/cloudevents-batch+json").get().map(\.data) == [["value": "x"], ["base64": "AA=="]])

    let headers = [("specversion", "1.0"), ("id", "9"), ("source", "s"), ("type", "a.b"), ("subject", "caf%C3%A9"), ("tenant", "t1")]
    let binary = try #require(try decode(#"{"a":1}"#, "application/json", ce: headers).get().first)
    #expect(binary.subject == "café" && binary.data == ["a": 1, "ext": ["tenant": "t1"]])
    #expect(try decode("", ce: headers).get().first?.data == ["ext": ["tenant": "t1"]])
    #expect(try decode("hi", "text/plain", ce: headers).get().first?.data["value"] == "hi")
  }

  @Test(
    arguments: [
      (
        #"{"type":"a.b","sevrity":"info","x/y":1}"#, nil,
        #"422 /sevrity: unknown key "sevrity"; did you mean "severity"? | /x~1y: unknown key "x/y"; keys of your own belong under "data""#
      ),
      (#"{"type":"a","severity":"err"}"#, nil, #"422 /severity: "err" is not one of debug, info, notice, warning, error, critical"#),
      (
        #"{"type":"a","severity":"eror"}"#, nil,
        #"422 /severity: "eror" is not one of debug, info, notice, warning, error, critical; did you mean "error"?"#
      ),
      (#"{"type":"a","time":"yesterday"}"#, nil, "422 /time: is not a time of RFC 3339; write it like 2026-11-23T09:30:00Z"),
      (#"{"type":"a","time":1763890200}"#, nil, "422 /time: must be a string, not a number"),
      (
        #"{"type":7,"data":[]}"#, nil,
        "422 /type: must be a string, not a number | /data: must be an object, not an array | an event needs a type or a text"
      ),
      (#"{"subject":"x"}"#, nil, "422 an event needs a type or a text"),
      (#"{"text":""}"#, nil, "422 an event needs a type or a text"),
      (#"{"type":"a..b"}"#, nil, "422 /type: has an empty segment; write it like user.registered"),
      (#"{"type":"a b"}"#, nil, "422 /type: may hold only letters, digits and _ - / : between dots; write it like user.registered"),
      (#"{"type":""}"#, nil, "422 /type: must not be empty; leave it out for the default"),
      (#"{"type":"a","id":""}"#, nil, "422 /id: must not be empty; leave it out for the default"),
      (#"{"type":"a","subject":"x\ny"}"#, nil, "422 /subject: must not hold control characters"),
      (#"{"text":"x\u0000y"}"#, nil, "422 /text: must not hold the character NUL"),
      (
        #"{"type":"a","specversion":"1.0"}"#, nil,
        #"422 /specversion: unknown key "specversion"; send CloudEvents as application/cloudevents+json"#
      ),
      (
        #"[{"type":"a"},7,{"type":"a","data":1}]"#, nil,
        "422 1 an event is a JSON object, not a number | 2 /data: must be an object, not a number"
      ),
      ("[]", nil, "422 the batch holds no events"),
      ("\n \n", "application/x-ndjson", "422 the batch holds no events"),
      ("\"x\"", nil, "422 an event is a JSON object, not a string"),
      (" \n", "text/plain", "422 the text is empty"),
      (
        "{}", "application/x-www-form-urlencoded",
        "415 the content type \"application/x-www-form-urlencoded\" is not taken here: send application/json, application/x-ndjson, application/cloudevents+json, application/cloudevents-batch+json or text/plain; with curl, say -H 'Content-Type: application/json' beside -d"
      ),
      ("{}", "application/json; charset=latin1", "415 only UTF-8 is taken, not the charset \"latin1\""),
      (#"{"type":"a","id":"1","source":"s"}"#, "application/cloudevents+json", "422 /specversion: is missing; CloudEvents say \"1.0\""),
      (
        #"{"specversion":"0.3","type":"a"}"#, "application/cloudevents+json",
        "422 /specversion: only version 1.0 of CloudEvents is understood"
      ),
      (
        #"{"specversion":"1.0","type":"a","x":{}}"#, "application/cloudevents+json",
        "422 /x: an extension of a CloudEvent is a scalar, not an object; use data"
      ),
      ("{}", "application/cloudevents-batch+json", "422 a batch of CloudEvents is a JSON array, not an object"),
    ] as [(String, String?, String)])
  func mistakesAreNamed(body: String, type: String?, expected: String) {
    #expect(decode(body, type).mistakes == expected)
  }

  @Test func lengths() {
    func long(_ count: Int) -> String { String(repeating: "x", count: count) }
    #expect(
      decode(#"{"type":"\#(long(128))","id":"\#(long(256))","subject":"\#(long(512))","source":"\#(long(512))","text":"\#(long(65_536))"}"#)
        .mistakes == nil)
    #expect(
      decode(#"{"type":"\#(long(129))","id":"\#(long(257))","subject":"\#(long(513))","source":"\#(long(513))","text":"\#(long(65_537))"}"#)
        .mistakes
        == "422 /id: longer than 256 bytes | /source: longer than 512 bytes | /type: longer than 128 bytes | /subject: longer than 512 bytes"
        + " | /text: longer than 65536 bytes; put the rest into data")
  }

  @Test func tooManyEvents() {
    let limits = EventLimits(batch: 2)
    let one = #"{"text":"x"}"#
    #expect(decode("[\(one),\(one)]", limits: limits).mistakes == nil)
    #expect(decode("[\(one),\(one),\(one)]", limits: limits).mistakes == "413 3 events in one request; at most 2 are taken at a time")
    #expect(
      decode("\(one)\n\(one)\n\n\(one)", "application/x-ndjson", limits: limits).mistakes
        == "413 more than 2 events in one request; at most 2 are taken at a time")
  }

  @Test func onlyTheFirstTwentyMistakesAreTold() throws {
    guard case .failure(let rejection) = decode("[" + Array(repeating: "1", count: 50).joined(separator: ",") + "]") else {
      return #expect(Bool(false), "it was taken")
    }
    #expect(rejection.problems.count == 20 && rejection.total == 50)
    #expect(rejection.title == "the request has 50 mistakes, so nothing of it was accepted")
  }
}

extension String {
  func leftPadded(_ width: Int) -> String { String(repeating: "0", count: max(0, width - count)) + self }
}
