import Bellhop
import Store
import Testing
import Web

@testable import Gateway

/// Acknowledging over a store: by hand and by a link.
@Suite struct AckTests {
  private static let yaml = """
    transports: { log: { use: stdout } }
    roles:
      ops:
        - { name: trouble, match: { type: "db.**" }, to: log, alert: loud, until_ack: { every: 5m, max: 6 } }
      dev:
        - { name: bugs, match: { type: "db.**" }, to: { log: {} }, alert: loud, until_ack: { every: 5m, max: 6 } }
      people: [{ match: { type: "user.*" }, to: log }]

    """

  private func link(_ event: Int64, _ role: String, _ parts: GatewayParts, end: Timestamp) -> String {
    AckLink(event: event, role: role, end: end).token(parts.ledger.pseudonym)
  }

  @Test func byHandForOneRoleAndForAll() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      _ = try await parts.accept([someEvent("1", type: "db.firing"), someEvent("2", type: "user.registered")])
      let one = try await parts.hands.acknowledge(AckRequest(event: "1", role: "dev", who: "ann")).get()
      #expect(one["acknowledged"] == [["role": "dev", "row": "bugs"]] && one["event"] == 1 && one["who"] == "ann")
      let rest = try await parts.hands.acknowledge(AckRequest(event: "1", who: "joe")).get()
      #expect(rest["acknowledged"] == [["role": "ops", "row": "trouble"]])
      // It is in the history.
      let said = try #require(try await parts.ledger.search(HistoryQuery(type: "bellhop.acknowledged", limit: 9)).events.last)
      #expect(said.event.text == "acknowledged by ann" && said.event.data["event"] == 1 && said.event.data["rows"] == ["dev/bugs"])
      func fault(_ request: AckRequest) async -> OperationFault? {
        if case .failure(let fault) = await parts.hands.acknowledge(request) { fault } else { nil }
      }
      let again = await fault(AckRequest(event: "1", role: "dev", who: "eve"))
      #expect(again?.kind == .conflict && again?.line.hasPrefix("ann acknowledged it already, at ") == true)
      #expect(await fault(AckRequest(event: "2", who: "ann"))?.kind == .conflict)
      #expect(await fault(AckRequest(event: "9", who: "ann"))?.kind == .unknown)
      #expect(await fault(AckRequest(event: "1", role: "opps", who: "ann"))?.line == "there is no role opps; did you mean ops?")
    }
  }

  /// What the page of an event asks, so that its button stands there only while it does something.
  @Test func whoWaitsForAnAnswer() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      _ = try await parts.accept([someEvent("1", type: "db.firing"), someEvent("2", type: "user.registered")])
      let (trouble, other) = (try #require(try await parts.ledger.event(id: "1")), try #require(try await parts.ledger.event(id: "2")))
      #expect(await parts.insight.awaiting(trouble, of: nil) == ["ops", "dev"])
      #expect(await parts.insight.awaiting(trouble, of: ["dev", "people"]) == ["dev"])
      #expect(await parts.insight.awaiting(other, of: nil) == [])
      _ = try await parts.hands.acknowledge(AckRequest(event: "1", role: "dev", who: "ann")).get()
      #expect(await parts.insight.awaiting(trouble, of: nil) == ["ops"])
      #expect(parts.insight.names() == ConfiguredNames(roles: ["ops", "dev", "people"], channels: ["log"]))
    }
  }

  @Test func whoSeesOneRoleAnswersForOne() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      _ = try await parts.accept([someEvent("1", type: "db.firing"), someEvent("2", type: "user.registered")])
      let done = try await parts.hands.acknowledge(AckRequest(event: "1", who: "ann", visible: ["dev"])).get()
      #expect(done["acknowledged"] == [["role": "dev", "row": "bugs"]])
      for request in [
        AckRequest(event: "1", role: "ops", who: "ann", visible: ["dev"]), AckRequest(event: "2", who: "ann", visible: ["dev"]),
      ] {
        guard case .failure(let fault) = await parts.hands.acknowledge(request) else {
          Issue.record("\(request)")
          continue
        }
        #expect(fault.kind == (request.role == nil ? .unknown : .wrong) && !fault.line.contains("there are ops"), "\(fault)")
      }
    }
  }

  @Test func byALink() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      _ = try await parts.accept([someEvent("1", type: "db.firing")])
      let token = link(1, "ops", parts, end: fixture.wall() + AckLink.lifetime)
      let shown = try await parts.hands.linked(token).get()
      #expect(shown.standing == .waiting && shown.event.type == "db.firing" && shown.role == "ops")
      // Looking is not acknowledging, and neither is a wrong proof.
      #expect(try await parts.hands.linked(token).get().standing == .waiting)
      for proof in ["", "x", String(repeating: "0", count: shown.proof.count)] {
        guard case .failure(let fault) = await parts.hands.acknowledge(link: token, proof: proof, who: nil) else {
          Issue.record("\(proof)")
          continue
        }
        #expect(fault.kind == .wrong)
      }
      guard case .answered(_, "Ann") = try await parts.hands.acknowledge(link: token, proof: shown.proof, who: "Ann").get().standing else {
        Issue.record("it was not acknowledged")
        return
      }
      guard case .answered(_, "Ann") = try await parts.hands.linked(token).get().standing else {
        Issue.record("it is not known")
        return
      }
      // The other role still waits.
      #expect(try await parts.hands.linked(link(1, "dev", parts, end: fixture.wall() + AckLink.lifetime)).get().standing == .waiting)
      #expect(try await parts.ledger.search(HistoryQuery(type: "bellhop.acknowledged", limit: 9)).events.count == 1)
    }
  }

  @Test func linksEndAndCannotBeMade() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      _ = try await parts.accept([someEvent("1", type: "db.firing"), someEvent("2", type: "db.other")])
      let end = fixture.wall() + .seconds(60)
      let token = link(1, "ops", parts, end: end)
      let pieces = token.split(separator: "-").map(String.init)
      let forged = [
        "", "x", "1", "2-\(pieces[1])-\(pieces[2])-ops", "1-\(pieces[1])9-\(pieces[2])-ops", "1-\(pieces[1])-\(pieces[2])-dev",
        "1-\(pieces[1])-\(pieces[2].dropLast())-ops", "1-\(pieces[1])-\(pieces[2])0-ops", "1-\(pieces[1])-\(pieces[2])",
        "-1-\(pieces[1])-\(pieces[2])-ops", "1-\(pieces[1])--ops", String(repeating: "-", count: 50),
      ]
      for token in forged {
        guard case .failure(let fault) = await parts.hands.linked(token) else {
          Issue.record("\(token)")
          continue
        }
        #expect(fault.kind == .unknown, "\(token)")
      }
      let proof = try await parts.hands.linked(token).get().proof
      fixture.advance(.seconds(61))
      #expect(try await parts.hands.linked(token).get().standing == .expired(end))
      #expect(try await parts.hands.acknowledge(link: token, proof: proof, who: nil).get().standing == .expired(end))
      #expect(try await parts.ledger.search(HistoryQuery(type: "bellhop.acknowledged", limit: 9)).events.isEmpty)
    }
  }

  @Test func aResolvedProblemHasNothingToAcknowledge() async throws {
    let fixture = try GatewayFixture(Self.yaml)
    try await fixture.run { parts in
      _ = try await parts.accept([someEvent("1", type: "db.firing"), someEvent("2", type: "db.resolved")])
      #expect(try await parts.hands.linked(link(1, "ops", parts, end: fixture.wall() + AckLink.lifetime)).get().standing == .over)
    }
  }

  @Test func aMessageCarriesTheLinkOfItsRole() throws {
    let sign = { (text: String) in String(fingerprint(text), radix: 16) }
    var delivery = Delivery(
      id: 4, sequence: 9, destinationID: 1, destination: Destination(transport: "chat"),
      event: Event(id: "1", sender: "shop", source: "shop", type: "db.firing", time: Timestamp(seconds: 1_800_000_000)),
      received: Timestamp(seconds: 1_800_000_000), role: "the ops/night", rendering: Rendering(title: Text(literal: "down")))
    #expect(delivery.message(epoch: "e", publicURL: "https://b.example.com", sign: sign).links.isEmpty)
    delivery.rendering?.acknowledges = 7
    #expect(delivery.message(epoch: "e", publicURL: nil, sign: sign).links.isEmpty)
    let links = delivery.message(epoch: "e", publicURL: "https://b.example.com", sign: sign).links
    #expect(links.map(\.label) == ["Acknowledge"])
    let token = try #require(links.first?.url.split(separator: "/ack/").last.map(String.init))
    #expect(!token.contains("/") && !token.contains(" "))
    for form in [token, token.percentDecoded() ?? ""] {
      let link = try #require(AckLink(form, sign))
      #expect(link.event == 7 && link.role == "the ops/night" && link.end == Timestamp(seconds: 1_800_000_000 + 7 * 86_400))
    }
    // What is kept with the delivery knows it too.
    #expect(delivery.rendering.map { Rendering(json: $0.json) } == delivery.rendering)
  }
}
