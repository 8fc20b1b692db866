import Bellhop
import Senders
import Store
import Testing
import Web

@Suite struct AcceptTests {
  @Test func anEventIsAcceptedAndRedacted() async throws {
    try await withSite { running in
      let answer = try await onThread { try Wire(port: running.port).post(#"{"id":"a","type":"x.y","data":{"token":"t"}}"#) }
      #expect(answer?.status == 202 && answer?.body == #"{"accepted":[{"id":"a","duplicate":false}]}"#)
      #expect(answer?.headers["content-type"] == "application/json" && answer?.headers["date"]?.hasSuffix(" GMT") == true)
      #expect(running.desk.events.map(\.sender) == ["local"] && running.desk.events[0].data == ["token": "•••"])
    }
  }

  @Test func keepAliveAndPipelining() async throws {
    try await withSite { running in
      let ids = try await onThread {
        let wire = try Wire(port: running.port)
        func one(_ id: Int) -> String {
          let body = #"{"id":"\#(id)","text":"x"}"#
          return "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        wire.send((0..<20).map(one).joined())
        var bodies: [String] = []
        for _ in 0..<20 { bodies.append(try wire.answer()?.body ?? "") }
        wire.send(one(0))
        bodies.append(try wire.answer()?.body ?? "")
        return bodies
      }
      #expect(
        ids == (0..<20).map { #"{"accepted":[{"id":"\#($0)","duplicate":false}]}"# } + [#"{"accepted":[{"id":"0","duplicate":true}]}"#])
    }
  }

  @Test func everyForm() async throws {
    try await withSite { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        let json = try wire.post(#"[{"text":"a"},{"text":"b"}]"#, ["Idempotency-Key": "k"])
        #expect(json?.body == ##"{"accepted":[{"id":"k#0","duplicate":false},{"id":"k#1","duplicate":false}]}"##)
        #expect(try wire.post("{\"text\":\"c\"}\n{\"text\":\"d\"}\n", ["Content-Type": "application/x-ndjson"])?.status == 202)
        #expect(try wire.post("plain words", ["Content-Type": "text/plain"])?.status == 202)
        #expect(
          try wire.post(#"{"specversion":"1.0","id":"1","source":"s","type":"t"}"#, ["Content-Type": "application/cloudevents+json"])?
            .status == 202)
        #expect(
          try wire.post(#"{"a":1}"#, ["CE-SpecVersion": "1.0", "ce-id": "2", "ce-source": "s", "ce-type": "t.u", "ce-tenant": "x%20y"])?
            .status == 202)
      }
      #expect(running.desk.events.map(\.text) == ["a", "b", "c", "d", "plain words", "t", "t.u"])
      #expect(running.desk.events.last?.data == ["a": 1, "ext": ["tenant": "x y"]])
    }
  }

  @Test func aMistakeIsAProblemDocumentAndNothingIsTaken() async throws {
    try await withSite { running in
      let answer = try await onThread { try Wire(port: running.port).post(#"[{"text":"a"},{"text":"b","severity":"bad","x":1}]"#) }
      #expect(answer?.status == 422 && answer?.headers["content-type"] == "application/problem+json")
      #expect(
        answer?.body
          == #"{"type":"about:blank","title":"the request has 2 mistakes, so nothing of it was accepted","status":422,"errors":["#
          + #"{"index":1,"field":"/severity","detail":"\"bad\" is not one of debug, info, notice, warning, error, critical"},"#
          + #"{"index":1,"field":"/x","detail":"unknown key \"x\"; keys of your own belong under \"data\""}]}"#)
      #expect(running.desk.events.isEmpty)
    }
  }

  @Test(
    arguments: [
      (SpoolError.full("/dev/sda"), 503, "30"), (.failing("/dev/sda"), 503, "30"), (.overLimit("9 GB"), 503, "60"),
      (.busy("4 GB in RAM"), 503, "1"),
      (.broken("page 7"), 500, nil),
    ] as [(SpoolError, Int, String?)])
  func troubleOfTheStore(error: SpoolError, status: Int, retryAfter: String?) async throws {
    try await withSite { running in
      running.desk.set { $0.fault = error }
      let answer = try await onThread { try Wire(port: running.port).post(#"{"text":"a"}"#) }
      #expect(answer?.status == status && answer?.headers["retry-after"] == retryAfter)
      #expect(answer?.body.contains(error.description) == false)
    }
  }

  @Test func ratesCountEvents() async throws {
    let sender = Sender(name: "shop", secrets: [Secret("s1")], rate: Rate(3, per: .seconds(3_600)))
    let other = Sender(name: "other", secrets: [Secret("s2")])
    let settings = SiteSettings(senders: [sender, other])
    try await withSite(settings) { running in
      let answers = try await onThread {
        let wire = try Wire(port: running.port)
        let batch = #"[{"text":"a"},{"text":"b"}]"#
        let mine = ["Authorization": "Bearer s1"]
        return [
          try wire.post(batch, mine), try wire.post(batch, mine), try wire.post(#"{"text":"a"}"#, mine),
          try wire.post(#"{"text":"a"}"#, mine),
          try wire.post(batch, ["Authorization": "Bearer s2"]),
        ]
      }
      #expect(answers.map { $0?.status } == [202, 429, 202, 429, 202])
      #expect((1_100...1_200).contains(Int(answers[1]?.headers["retry-after"] ?? "") ?? 0))
      #expect(running.desk.events.count == 5)
      // A reload does not refill the bucket.
      running.site.adopt(settings)
      let later = try await onThread { try Wire(port: running.port).post(#"{"text":"a"}"#, ["Authorization": "bearer  s1"]) }
      #expect(later?.status == 429)
    }
  }
}
