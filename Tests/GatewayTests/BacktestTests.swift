import Bellhop
import Testing

@testable import Gateway

/// What happened, as the history tells it, and the problems in it.
@Suite struct BacktestTests {
  private static func shown(_ number: Int, _ type: String, _ subject: String, sender: String = "shop") -> JSON {
    [
      "sequence": .int(Int64(number)), "received": .string(Timestamp(seconds: Int64(number)).rfc3339), "sender": .string(sender),
      "id": .string("e\(number)"), "source": "web", "type": .string(type), "subject": .string(subject), "severity": "error",
      "time": .string(Timestamp(seconds: 0).rfc3339), "text": "words", "data": ["a": 1], "fate": "planned",
    ]
  }

  @Test func theNewestComeFirst() throws {
    var past = Past()
    past.add([Self.shown(3, "a.b", "x"), Self.shown(2, "bellhop.digest", "x", sender: "bellhop"), "nonsense"])
    past.add([Self.shown(1, "a.c", "y")])
    #expect(past.count == 2 && !past.isFull && past.oldest == Timestamp(seconds: 1))
    let first = try #require(past.events.first)
    #expect(past.events.map(\.received) == [1, 3].map { Timestamp(seconds: $0) })
    #expect(
      first.event
        == Event(
          id: "e1", sender: "shop", source: "web", type: "a.c", subject: "y", severity: .error, time: Timestamp(seconds: 0), text: "words",
          data: ["a": 1]))
  }

  /// What lies further back is left out, and it says so.
  @Test func itHasAnEnd() {
    var past = Past(room: 4_000)
    past.add((1...20).reversed().map { Self.shown($0, "a.b", "x") })
    #expect(past.isFull && (2..<10).contains(past.count))
    #expect(past.oldest == Timestamp(seconds: Int64(21 - past.count)), "the newest are kept")
    let count = past.count
    past.add([Self.shown(0, "a.b", "x")])
    #expect(past.count == count, "nothing that is older than what was left out")
  }

  @Test func aProblemLastsUntilItsEnd() {
    let types = [
      ("db.firing", "a"), ("db.firing", "b"), ("db.firing", "a"), ("db.acknowledged", "a"), ("db.resolved", "a"), ("db.firing", "a"),
      ("net.firing", "a"), ("user.left", "a"), ("db.recovered", "b"), ("db.firing", "b"),
    ]
    let input = types.enumerated().map { number, one in
      (
        event: Event(
          id: "\(number)", sender: "s", source: "s", type: one.0, subject: one.1, time: Timestamp(seconds: 0)),
        received: Timestamp(seconds: Int64(number))
      )
    }
    #expect(BacktestProblem.all(in: input).map(\.events) == [[0, 2], [1], [5], [6], [9]])
  }
}
