import Bellhop
import Store
import Testing

@testable import Courier
@testable import Gateway

/// What `explain`, `tests:` and the backtest say of rules and watches before they are live.
@Suite struct ExplainRulesTests {
  private static let yaml = """
    server: { public_url: "https://bellhop.example.com" }
    transports: { chat: { use: stdout }, boss: { use: stdout } }
    roles:
      ops:
        - name: orders
          match: { type: "order.*" }
          to: chat
          alert: loud
          until_ack: { every: 5m, max: 3, then: [boss] }
        - { match: { type: "watch.*" }, to: boss }
        - { name: problems, match: { type: ["db.firing", "db.resolved"] }, to: chat, settle: 1m }
    watches:
      - { name: unsent, after: order.paid, expect: order.sent, by: [subject, data.shop], within: 1h, emit: { type: watch.unsent } }
      - { name: life, expect: order.sent, every: 1d, grace: 2h, emit: { type: watch.silent } }
      - { name: pair, sequence: [order.paid, order.sent], within: 5m, emit: { type: watch.pair } }
      - { name: many, count: { type: order.sent, at_least: 3 }, within: 10m, emit: { type: watch.many } }
    tests:
      - name: nobody sent it
        event: { type: order.paid, subject: "7" }
        within: 1h
        expect: { ops: [chat, boss] }
      - name: it was sent, and both are a pair
        after: [{ event: { type: order.paid, subject: "7" }, ago: 4m }]
        event: { type: order.sent, subject: "7" }
        expect: { ops: [chat, boss] }
      - name: a little later they are none
        after: [{ event: { type: order.paid, subject: "7" }, ago: 6m }]
        event: { type: order.sent, subject: "7" }
        expect: { ops: [chat] }
    """

  private func loaded() throws -> (Loaded, GatewayFixture) {
    let fixture = try GatewayFixture(Self.yaml)
    let loaded = Gateway.load(fixture.path)
    #expect(loaded.isUsable, "\(loaded.mistakes)")
    return (loaded, fixture)
  }

  private func explained(_ event: JSON.Object) throws -> (text: String, json: JSON) {
    let (loaded, fixture) = try loaded()
    return try #require(Gateway.explain(loaded, event: event, from: nil, at: fixture.wall())).get()
  }

  @Test func whatAnEventIsToWatchesIsSaid() throws {
    let paid = try explained(["type": "order.paid", "subject": "7"])
    #expect(
      paid.text.contains(
        """

        watches that it touches
          unsent: opens a follow-up, to be followed within 1h, of subject 7, data.shop (none); may emit watch.unsent
          pair: is step 1 of 2 within 5m, of the one matter; may emit watch.pair

        """), "\(paid.text)")
    let sent = try explained(["type": "order.sent", "subject": "7", "data": ["shop": 3]])
    #expect(
      sent.text.contains(
        """

        watches that it touches
          unsent: satisfies a follow-up that is open, of subject 7, data.shop 3; may emit watch.unsent
          life: beats; the next is overdue 26h later, of the one matter; may emit watch.silent
          pair: is step 2 of 2, of the one matter; may emit watch.pair
          many: counts; 3 within 10m are too many, of the one matter; may emit watch.many

        """), "\(sent.text)")
    #expect(
      sent.json["watches"]?.array?.first
        == [
          "watch": "unsent", "does": "satisfies a follow-up that is open", "emits": "watch.unsent",
          "by": ["subject": "7", "data.shop": "3"],
        ])
    let other = try explained(["type": "user.new"])
    #expect(!other.text.contains("watches") && other.json["watches"] == nil)
  }

  @Test func whoIsToldInTheEndIsSaid() throws {
    let paid = try explained(["type": "order.paid", "subject": "7"])
    #expect(paid.text.contains("ops, orders: until_ack every 5m, up to 3 times, then boss"), "\(paid.text)")
  }

  @Test func testsExpectWhatWatchesEmit() throws {
    let report = try #require(Gateway.test(try loaded().0))
    #expect(report.failed == 0 && report.passed == 3, "\(report.lines.joined(separator: "\n"))")
  }

  // MARK: Backtest

  private func backtest(silences: [JSON]) throws -> Backtest {
    let (loaded, _) = try loaded()
    var past = Past()
    past.add(
      [("db.firing", "x", 300), ("db.firing", "y", 200)].map { type, subject, at in
        [
          "received": .string(Timestamp(seconds: at).rfc3339), "sender": "shop", "id": .string("\(at)"), "source": "web",
          "type": .string(type), "subject": .string(subject), "severity": "error", "time": .string(Timestamp(seconds: at).rfc3339),
          "text": "words",
        ]
      })
    return try #require(
      Gateway.backtest(past, from: Timestamp(seconds: 100), to: Timestamp(seconds: 9_000), silences: silences, loaded, with: nil))
  }

  @Test func silencesOfThatTimeHoldBack() throws {
    let without = try backtest(silences: [])
    #expect(without.missed.isEmpty && without.limits.count == 2, "\(without.limits)")
    let silence: JSON = [
      "id": 3, "filter": "subject:x", "from": .string(Timestamp(seconds: 250).rfc3339), "until": .string(Timestamp(seconds: 350).rfc3339),
      "who": "ann", "why": "work", "made": .string(Timestamp(seconds: 250).rfc3339), "state": "ended", "hits": 1,
    ]
    let with = try backtest(silences: [silence])
    #expect(with.missed.map(\.subject) == ["x"] && with.missed[0].then?.contains("silence 3") == true, "\(with.missed)")
    #expect(with.limits.last == "1 silence of that time held back as it did.")
    #expect(with.limits.contains("Nobody acknowledges anything here: rows with until_ack tell it as often as they may."))
  }

  /// A loud message has the way to a silence, where the gateway has an address.
  @Test func theRosterAddsTheLink() throws {
    let (loaded, _) = try loaded()
    let assembly = Assembly(try #require(loaded.configuration))
    let event = Event(id: "1", sender: "shop", source: "shop", type: "order.paid", subject: "7", time: Timestamp(seconds: 0))
    let delivery = Delivery(
      id: 1, sequence: 1, destinationID: 1, destination: Destination(transport: "chat"), event: event, received: event.time, role: "ops",
      alert: .loud)
    let url = try #require(assembly.roster.publicURL)
    #expect(
      assembly.roster.links(delivery, url)
        == [Message.Link(label: "Silence", url: "https://bellhop.example.com/silences/new?filter=type%3Aorder.paid%20subject%3A7")])
  }
}
