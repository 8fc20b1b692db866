import Bellhop
import Deciding
import Foundation
import Matching
import Pacing
import Routing
import Store
import Testing

/// The way from a message to the form for a silence.
@Suite struct SilenceLinkTests {
  private func filter(_ delivery: Delivery) throws -> String? {
    guard let link = SilenceLink.link(for: delivery, publicURL: "https://bellhop.example.com") else { return nil }
    #expect(link.label == "Silence" && link.url.hasPrefix("https://bellhop.example.com/silences/new?filter="))
    let text = try #require(String(link.url.split(separator: "=", maxSplits: 1)[1]).removingPercentEncoding)
    // What it gives is always a filter that silences take.
    _ = try FilterText.parse(text, allowing: [.role, .row])
    return text
  }

  private func told(_ policy: PacePolicy, alert: Alert = .normal, _ types: [String] = ["a.failed"]) throws -> [String?] {
    let rows = [Table(role: "dev ops", rows: [Row(name: "the \"odd\" row", to: [.transport("chat", TargetTemplate())], alert: alert)])]
    var policy = policy
    (policy.role, policy.row) = ("dev ops", "the \"odd\" row")
    var desk = Desk([policy], rows: rows)
    for number in 0..<6 { desk.post(types[number % types.count], "s 1", at: Double(number)) }
    desk.run(until: 10_000)
    return try desk.deliveries.map(filter)
  }

  private let row = #"role:"dev ops" row:"the \"odd\" row""#

  @Test func loudMessagesHaveOne() throws {
    #expect(try told(policy { _ in }, alert: .loud).first == #"type:a.failed subject:"s 1""#)
    #expect(try told(policy { _ in }) == Array(repeating: nil, count: 6))
    #expect(try told(policy { _ in }, alert: .quiet) == Array(repeating: nil, count: 6))
  }

  @Test func whatStandsForManyIsAboutItsRow() throws {
    let digest = policy { $0.digest = PacePolicy.Digest(.every(.seconds(60))) }
    #expect(try told(digest) == ["\(row) type:a.failed"])
    #expect(try told(digest, ["a.failed", "b.failed"]) == ["\(row) type:a.failed,b.failed"])
    #expect(try told(digest, ["a", "b", "c", "d"]) == [row], "an address is no list")
    let throttle = policy { $0.throttle = PacePolicy.Throttle(max: 1, per: .seconds(60)) }
    #expect(try told(throttle) == [nil, "\(row) type:a.failed"])
  }

  @Test func whatIsOfOneKeyNamesItsSubject() throws {
    let dedupe = policy { $0.dedupe = PacePolicy.Dedupe(by: ["type", "subject"], within: .seconds(60)) }
    #expect(try told(dedupe) == [nil, #"\#(row) type:a.failed subject:"s 1""#])
  }

  /// A silence of what it is about pauses what is told again.
  @Test func whatIsToldAgainIsAboutTheFirst() throws {
    let asking = policy {
      $0.dedupe = PacePolicy.Dedupe(by: ["type"], within: .seconds(9_000))
      $0.untilAck = PacePolicy.UntilAck(every: .seconds(60), max: 2)
    }
    #expect(try told(asking, alert: .loud).prefix(2) == [#"type:a.failed subject:"s 1""#, #"type:a.failed subject:"s 1""#])
  }

  @Test func aRowWithoutANameIsKnownByItsTypes() throws {
    let summary = Event(
      id: "1", sender: Event.gateway, source: Event.gateway, type: "bellhop.digest", time: Desk.start,
      data: ["role": "office", "row": "#2", "types": ["a.b": 3], "count": 3])
    func delivery(_ event: Event) -> Delivery {
      Delivery(
        id: 1, sequence: 1, destinationID: 1, destination: Destination(transport: "chat"), event: event, received: Desk.start,
        role: "office")
    }
    #expect(try filter(delivery(summary)) == "role:office type:a.b")
    var nameless = summary
    nameless.data["types"] = [:]
    #expect(try filter(delivery(nameless)) == nil)
  }
}
