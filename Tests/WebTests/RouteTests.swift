import Bellhop
import Senders
import Store
import Testing

@testable import Web

@Suite struct RouteTests {
  static let time = Timestamp(seconds: 1_795_521_600)

  static func delivery(_ id: Int64, _ state: DeliveryState = .dead, to transport: String = "chat") -> HistoryDelivery {
    HistoryDelivery(
      id: id, sequence: 3, destination: Destination(channel: "money", among: ["chat"], transport: transport), role: "ops", row: "all",
      alert: .loud,
      state: state, note: nil, fault: "timeout", due: nil,
      attempts: [
        HistoryAttempt(
          number: 1, at: time, took: .milliseconds(1_500), lane: "chat #m", outcome: "postponed", line: "late", fault: "timeout")
      ])
  }

  @Test func events() async throws {
    try await withSite { running in
      let event = Event(id: "a/b", sender: "shop", source: "web", type: "x.y", time: Self.time)
      running.desk.set {
        $0.pages = [HistoryEvent(sequence: 3, received: Self.time, event: event, fate: .planned, note: nil, deliveries: [Self.delivery(7)])]
      }
      try await onThread {
        let wire = try Wire(port: running.port)
        let page = try wire.ask("GET", "/v1/events?q=two+words&type=x.%2A&since=2026-11-23T00:00:00Z&fate=unrouted&limit=9&cursor=40")
        #expect(
          page?.body
            == #"{"events":[{"sequence":3,"received":"2026-11-24T12:00:00.000Z","sender":"shop","id":"a/b","source":"web","type":"x.y","#
            + #""severity":"info","time":"2026-11-24T12:00:00.000Z","text":"x.y","fate":"planned"}]}"#)
        let one = try wire.ask("GET", "/v1/events/a%2Fb")?.body ?? ""
        #expect(
          one.hasSuffix(
            #""deliveries":[{"id":7,"event":3,"destination":"money","channel":"money","transport":"chat","role":"ops","row":"all","alert":"loud","#
              + #""state":"dead","fault":"timeout","attempts":[{"number":1,"at":"2026-11-24T12:00:00.000Z","took_ms":1500.0,"lane":"chat #m","#
              + #""outcome":"postponed","line":"late","fault":"timeout"}]}]}"#), "\(one)")
        #expect(try wire.ask("GET", "/v1/events/3")?.status == 200)
        #expect(try wire.ask("GET", "/v1/events/4")?.status == 404)
        let head = try wire.ask("HEAD", "/v1/events/3")
        #expect(head?.status == 200 && head?.body == "" && head?.headers["content-length"] == String(one.utf8.count))
        #expect(try wire.ask("GET", "/healthz")?.body == #"{"status":"ok"}"#)
      }
      #expect(running.desk.calls == [#"search two words x.* 2026-11-23T00:00:00.000Z unrouted 9 40"#])
    }
  }

  @Test(arguments: [
    ("limit=0", "limit", "must be a whole number from 1 to 1000"), ("limit=x", "limit", "must be a whole number from 1 to 1000"),
    ("since=yesterday", "since", "must be a time like 2026-11-23T09:30:00Z, or how long ago, like 24h"),
    ("fate=x", "fate", "must be one of planned, unrouted, unplannable"),
    ("tpye=x", "tpye", "is not known here; known are q, type, subject, role, fate, since, until, cursor, limit, format"),
  ])
  func wrongQueries(query: String, field: String, detail: String) async throws {
    try await withSite { running in
      let answer = try await onThread { try Wire(port: running.port).ask("GET", "/v1/events?" + query) }
      #expect(answer?.status == 422 && answer?.body.hasSuffix(#""errors":[{"field":"\#(field)","detail":"\#(detail)"}]}"#) == true)
    }
  }

  @Test func deadLettersAndTheirSecondChance() async throws {
    try await withSocket { running, path in
      running.desk.set { state in
        state.deliveries =
          (1...1_200).reversed().map { Self.delivery($0, to: $0 % 2 == 0 ? "chat" : "mail") } + [Self.delivery(9_001, .delivered)]
      }
      try await onThread {
        let wire = try Wire(path: path)
        let page = try wire.ask("GET", "/v1/deliveries?limit=2")?.body ?? ""
        #expect(page.hasPrefix(#"{"deliveries":[{"id":1200,"#) && page.hasSuffix(#""next":"1199"}"#))
        #expect(try wire.ask("GET", "/v1/deliveries?state=delivered")?.body.contains("9001") == true)
        #expect(try wire.ask("GET", "/v1/deliveries/7")?.status == 200 && wire.ask("GET", "/v1/deliveries/77777")?.status == 404)
        #expect(try wire.ask("POST", "/v1/deliveries/7/retry")?.body == #"{"count":1,"retried":[7]}"#)
        #expect(try wire.ask("POST", "/v1/deliveries/7/retry")?.status == 409)
        #expect(try wire.ask("POST", "/v1/deliveries/77777/retry")?.status == 404)
        #expect(try wire.ask("POST", "/v1/deliveries/retry", [:], #"{"ids":[8,7,9]}"#)?.body == #"{"count":2,"retried":[9,8]}"#)
        #expect(
          try wire.ask("POST", "/v1/deliveries/retry", [:], #"{"state":"dead"}"#)?.body.hasPrefix(#"{"count":1197,"retried":[1200,"#)
            == true)
        for body in ["{}", #"{"ids":["x"]}"#, #"{"state":"delivered"}"#, #"{"stat":"dead"}"#, #"{"state":"dead","limit":0}"#] {
          #expect(try wire.ask("POST", "/v1/deliveries/retry", [:], body)?.status == 422)
        }
        #expect(try wire.ask("POST", "/v1/deliveries/retry", [:], "[")?.status == 400)
      }
    }
  }

  /// Long work in pages, so that whoever asks sees it get on.
  @Test func retriesInPages() async throws {
    try await withSocket { running, path in
      running.desk.set { $0.deliveries = (1...1_200).reversed().map { Self.delivery($0) } }
      try await onThread {
        let wire = try Wire(path: path)
        let first = try wire.ask("POST", "/v1/deliveries/retry", [:], #"{"state":"dead","limit":1000}"#)?.body ?? ""
        #expect(first.hasPrefix(#"{"count":1000,"#) && first.hasSuffix(#""next":201}"#), "\(first.suffix(40))")
        let last = try wire.ask("POST", "/v1/deliveries/retry", [:], #"{"state":"dead","limit":1000,"before":201}"#)?.body ?? ""
        #expect(last.hasPrefix(#"{"count":200,"#) && !last.contains("next"))
      }
    }
  }

  @Test func lanesAndExplain() async throws {
    try await withSocket { running, path in
      try await onThread {
        let wire = try Wire(path: path)
        #expect(try wire.ask("GET", "/v1/lanes")?.body == #"{"lanes":["chat #money"]}"#)
        #expect(
          try wire.ask("POST", "/v1/lanes/pause", [:], ##"{"lane":"chat #m","until":"2026-11-24T12:00:00Z","why":"calm"}"##)?.status == 200)
        #expect(try wire.ask("POST", "/v1/lanes/resume", [:], #"{"lane":"chat"}"#)?.status == 200)
        #expect(try wire.ask("POST", "/v1/lanes/drop", [:], #"{"lane":"gone"}"#)?.status == 404)
        #expect(try wire.ask("POST", "/v1/lanes/drop", [:], #"{"lane":"chat","until":"1h"}"#)?.status == 422)
        #expect(try wire.ask("POST", "/v1/lanes/drop", [:], "{}")?.status == 422)
        let explained = try wire.ask("POST", "/v1/explain", [:], #"{"event":{"type":"a.b"},"at":"2026-11-24T12:00:00Z"}"#)
        #expect(explained?.body == #"{"text":"local a.b 2026-11-24T12:00:00.000Z"}"#)
        #expect(try wire.ask("POST", "/v1/explain", [:], #"{"event":{"typ":"a.b"}}"#)?.status == 422)
      }
      #expect(
        running.desk.calls == [
          "chat #m pause(until: Optional(Bellhop.Timestamp(microseconds: 1795521600000000)), why: Optional(\"calm\"))", "chat resume",
          "gone drop",
        ])
      #expect(running.desk.refusals == ["other 404", "other 422", "other 422", "other 422"])
    }
  }

  @Test func silences() async throws {
    try await withSocket { running, path in
      try await onThread {
        let wire = try Wire(path: path)
        #expect(try wire.ask("GET", "/v1/silences")?.body == #"{"silences":[]}"#)
        let whole = #"{"filter":"type:a","for":"2h","who":"jane","why":"calm","role":"ops"}"#
        #expect(try wire.ask("POST", "/v1/silences", [:], whole)?.status == 201)
        #expect(try wire.ask("PATCH", "/v1/silences/3", [:], #"{"extend":"1h","role":null}"#)?.body == #"{"id":3}"#)
        #expect(try wire.ask("DELETE", "/v1/silences/3")?.status == 200)
        #expect(try wire.ask("DELETE", "/v1/silences/404")?.status == 404)
        let wrong = try wire.ask("POST", "/v1/silences", [:], #"{"filter":"tpye:a","for":"2h","who":"jane","why":"calm"}"#)
        #expect(wrong?.status == 422)
        let error = try JSON(parsing: wrong?.body ?? "")["errors"]?.array?.first
        #expect(error == ["field": "/filter", "detail": "there is no key tpye", "offset": 0, "caret": "tpye:a\n^^^^"])
        for (body, field) in [
          ("{}", "/filter"), (#"{"filter":"a","why":"b"}"#, "/who"), (#"{"filter":"a","who":"b"}"#, "/why"), (#"{"filter":1}"#, "/filter"),
          (#"{"filter":"a","until":"noon"}"#, "/until"), (#"{"filter":"a","for":"noon"}"#, "/for"), (#"{"extend":"1h"}"#, "/extend"),
          (#"{"all":1}"#, "/all"), (#"{"from":2}"#, "/from"),
        ] {
          let answer = try wire.ask("POST", "/v1/silences", [:], body)
          #expect(answer?.status == 422 && answer?.body.contains("\"\(field)\"") == true, "\(body): \(answer?.body ?? "")")
        }
        #expect(try wire.ask("PATCH", "/v1/silences/3", [:], "{}")?.status == 422)
        for (method, route) in [("DELETE", "silences"), ("PATCH", "silences"), ("POST", "silences/3"), ("GET", "silences/3")] {
          #expect(try wire.ask(method, "/v1/\(route)")?.status == 405, "\(method) \(route)")
        }
        #expect(try wire.ask("DELETE", "/v1/silences/x")?.status == 404)
        #expect(try wire.ask("DELETE", "/v1/lanes/pause")?.status == 405)
      }
      #expect(running.desk.calls.count == 5)
      #expect(running.desk.calls[1].contains("role: Optional(\"\")") && running.desk.calls[2] == "end(3)")
    }
  }

  @Test func refusedPostsAreCountedApart() async throws {
    try await withSite { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        #expect(try wire.ask("POST", "/v1/events", [:], "{")?.status == 400)
        #expect(try wire.ask("POST", "/v1/events", [:], #"{"typ":"a.b"}"#)?.status == 422)
        #expect(try wire.ask("POST", "/v1/events", [:], #"{"type":"a.b"}"#)?.status == 202)
        #expect(try wire.ask("GET", "/v1/events/none")?.status == 404)
      }
      #expect(running.desk.refusals == ["events 400", "events 422", "other 404"])
    }
  }

  @Test func aQuestionThatTookTooLongIsToldSo() async throws {
    try await withSite { running in
      running.desk.set { $0.fault = .slow("the question took too long: narrow it, by subject, type or since") }
      try await onThread {
        let answer = try Wire(port: running.port).ask("GET", "/v1/events?q=x")
        #expect(answer?.status == 503 && answer?.headers["retry-after"] == "1" && answer?.body.contains("narrow it") == true)
      }
    }
  }

  @Test func pathsAndMethods() async throws {
    try await withSite { running in
      running.desk.set { $0.why = "the store is opening" }
      try await onThread {
        let wire = try Wire(port: running.port)
        for path in [
          "/nothing", "/v1", "/v1/event", "/v1/events/", "/v1/events/a/b", "/v1/deliveries/x", "/v1/lanes/x", "//", "/v1/events/%ff",
        ] {
          #expect(try wire.ask("GET", path)?.status == 404, "\(path)")
        }
        let wrong = try wire.ask("DELETE", "/v1/events")
        #expect(wrong?.status == 405 && wrong?.headers["allow"] == "GET, HEAD, POST")
        #expect(
          try wire.ask("POST", "/healthz")?.headers["allow"] == "GET, HEAD" && wire.ask("GET", "/v1/ring")?.headers["allow"] == "POST")
        let ready = try wire.ask("GET", "/readyz")
        #expect(ready?.status == 503 && ready?.body.contains("the store is opening") == true)
        running.desk.set { $0.why = nil }
        #expect(try wire.ask("GET", "/readyz")?.status == 200)
        let metrics = try wire.ask("GET", "/metrics")
        #expect(
          metrics?.body.hasSuffix("bellhop_up 1\n") == true
            && metrics?.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      }
    }
  }

  @Test func datesOfHeaders() {
    #expect(HTTPDate.text(Timestamp(seconds: 784_111_777)) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(HTTPDate.text(Timestamp(seconds: 0)) == "Thu, 01 Jan 1970 00:00:00 GMT")
  }
}
