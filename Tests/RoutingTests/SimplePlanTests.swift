import Bellhop
import Store
import Templates
import Testing

@testable import Routing

/// The short way to a plan leads where the long one does.
@Suite struct SimplePlanTests {
  static let rows: [(row: Row, isSimple: Bool)] = [
    (Row(to: [.channel("money")]), true),
    (Row(name: "paid", to: [.channel("money")], alert: .loud), true),
    (Row(to: [.transport("chat", TargetTemplate(Target(["channel": "#a"])))], alert: .quiet), true),
    (Row(to: [.channel("money")], holdUntil: "office"), true),
    (Row(to: [.channel("money")], title: try? Template("{{type}}"), text: try? Template("**{{data.shop}}**")), true),
    (Row(to: [.channel("shops")]), true),
    // Two places, places that may be one, none, a fallback, a place that is not.
    (Row(to: [.channel("critical")]), false),
    (Row(to: [.channel("money"), .channel("cash")]), false),
    (Row(), false),
    (Row(to: [.channel("money")], fallback: [.channel("critical")]), false),
    (Row(to: [.channel("nowhere")]), false),
  ]

  @Test(arguments: rows.indices)
  func bothWaysAgree(number: Int) {
    let (row, isSimple) = Self.rows[number]
    let router = House().router([Table(role: "a", rows: [row])])
    for event in [made("order.paid", ["shop": "x"], subject: "ada"), made("order.paid", ["shop": "bad"]), made("order.paid")] {
      var planner = Planner(event: event, directory: router.directory)
      planner.offer(router.rows[0], role: "a")
      let plan = planner.plan()
      #expect(router.wish(event, at: now) == plan, "\(row)")
      let simple = Planner.simple(event, router.rows[0], role: "a", in: router.directory)
      #expect(simple == nil || simple == plan)
      if event.data["shop"] == "x" { #expect((simple != nil) == isSimple, "\(row)") }
    }
  }

  @Test func anEventThatNobodyWantsIsUnrouted() {
    #expect(House().router([]).wish(made("a"), at: now) == Plan(fate: .unrouted))
    var house = House()
    house.unrouted = [.channel("money")]
    let plan = house.router([]).wish(made("a"), at: now)
    #expect(plan.fate == .unrouted && plan.deliveries.map(\.destination.transport) == ["chat"])
  }
}
