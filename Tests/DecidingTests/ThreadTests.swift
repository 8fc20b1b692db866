import Bellhop
import Deciding
import Matching
import Pacing
import Routing
import Store
import Testing

/// What the house says of an event finds the thread of that event, whatever targets say that threads go by.
@Suite struct ThreadTests {
  private static func desk(_ policy: PacePolicy, _ target: Target) -> Desk {
    var row = Row(name: policy.row, to: [.transport(policy.role, TargetTemplate(target))], alert: .loud)
    row.escalation = [.transport("boss", TargetTemplate(Target(["update_by": "data.place.city"])))]
    return Desk([policy], rows: [Table(role: policy.role, rows: [row])])
  }

  private static let data: JSON.Object = ["order": ["id": 7, "lines": [1]], "place": ["city": "Turin"], "count": 99]
  private static let target = Target(["thread_by": "data.order.id"])

  @Test func aSummaryHasTheValuesOfItsFirst() throws {
    var desk = Self.desk(policy { $0.dedupe = PacePolicy.Dedupe(by: ["type"], within: .seconds(60)) }, Self.target)
    for _ in 0..<3 { desk.post("a.failed", at: 0, data: Self.data) }
    desk.run(until: 100)
    let told = try #require(desk.deliveries.last?.event)
    #expect(told.type == "bellhop.repeats" && told.value(at: "data.order.id") == 7 && told.value(at: "data.place.city") == "Turin")
    #expect(told.value(at: "data.order.lines") == nil, "no more than targets ask for")
    #expect(told.data["count"] == 2)
  }

  @Test func whatItSaysItselfStays() throws {
    var desk = Self.desk(
      policy { $0.dedupe = PacePolicy.Dedupe(by: ["type"], within: .seconds(60)) }, Target(["thread_by": "data.count"]))
    for _ in 0..<3 { desk.post("a.failed", at: 0, data: Self.data) }
    desk.run(until: 100)
    #expect(desk.deliveries.last?.event.data["count"] == 2)
  }

  @Test func remindersAndAnswersHaveThemToo() throws {
    var desk = Self.desk(policy { $0.untilAck = PacePolicy.UntilAck(every: .seconds(60), max: 2, escalates: true) }, Self.target)
    let first = desk.post("a.failed", at: 0, data: Self.data)
    desk.run(until: 150)
    desk.acknowledge(first, at: 160)
    let said = desk.deliveries.map(\.event).filter { $0.sender == Event.gateway }
    #expect(Set(said.map(\.type)) == ["bellhop.reminder", "bellhop.escalation", "bellhop.acknowledged"])
    #expect(said.allSatisfy { $0.value(at: "data.order.id") == 7 && $0.value(at: "data.place.city") == "Turin" }, "\(said.map(\.data))")
  }
}
