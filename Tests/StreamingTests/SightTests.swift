import Bellhop
import Store
import Testing

@testable import Streaming

@Suite struct SightTests {
  private func event(_ type: String = "payment.failed", roles: [String] = ["finance"], state: DeliveryState = .waiting) -> HistoryEvent {
    let deliveries = roles.enumerated().map { index, role in
      HistoryDelivery(
        id: Int64(index + 1), sequence: 1, destination: Destination(transport: "log"), role: role, row: "row of \(role)", alert: .normal,
        state: state, note: nil, fault: nil, due: nil, attempts: [])
    }
    return HistoryEvent(
      sequence: 1, received: noon,
      event: Event(id: "1", sender: "shop", source: "shop", type: type, subject: "ada", severity: .error, time: noon, data: ["n": 3]),
      fate: roles.isEmpty ? .unrouted : .planned, note: nil, deliveries: deliveries)
  }

  @Test func whatIsAskedForIsShown() throws {
    let one = event()
    for text in [
      "", "type:payment.*", "ada", "severity:warning+", "data.n>2", "role:finance", "row:\"row of finance\"", "state:waiting,dead",
      "state:planned", "-role-less",
    ] { #expect(try StreamSight(text).takes(one), "\(text)") }
    for text in ["type:user.*", "bob", "data.n>3", "role:ops", "row:x", "state:dead", "state:unrouted", "role:finance state:planned"] {
      #expect(try !StreamSight(text).takes(one), "\(text)")
    }
    #expect(try StreamSight("state:unrouted").takes(event(roles: [])) && !StreamSight("role:finance").takes(event(roles: [])))
    #expect(try StreamSight("", type: "payment.*", role: "finance").takes(one) && !StreamSight("", type: "user.*").takes(one))
    #expect(try !StreamSight("", role: "ops").takes(one))
  }

  /// The role and the state must be one delivery's.
  @Test func bothAreOfOneDelivery() throws {
    var one = event(roles: ["finance", "ops"])
    one.deliveries[1].state = .dead
    #expect(try StreamSight("role:ops state:dead").takes(one) && !StreamSight("role:finance state:dead").takes(one))
    #expect(try StreamSight("state:dead").takes(one.deliveries[1], of: one.event))
    #expect(try !StreamSight("state:dead bob").takes(one.deliveries[1], of: one.event))
  }

  @Test func mistakesHaveTheirPlace() {
    func mistake(_ text: String) -> StreamMistake? { do { _ = try StreamSight(text); return nil } catch { return error } }
    let key = mistake("type:a tpye:b")
    #expect(
      key?.offset == 7 && key?.caret == "type:a tpye:b\n       ^^^^" && key?.line.contains("did you mean type?") == true, "\(key as Any)")
    let state = mistake("ada state:dad")
    #expect(state?.offset == 10 && state?.line.contains("did you mean dead?") == true && state?.caret.hasSuffix("          ^^^") == true)
    #expect(mistake("since:1h")?.line.contains("since cannot be asked here") == true)
  }
}
