import Bellhop
import Store

func event(_ id: String, type: String = "user.registered", subject: String? = nil, text: String? = nil, data: JSON.Object = [:]) -> Event {
  Event(
    id: id, sender: "shop", source: "shop", type: type, subject: subject, time: Timestamp(seconds: 1_700_000_000), text: text, data: data)
}

let money = Destination(channel: "money", among: ["chat"], transport: "chat")
let bell = Destination(transport: "bell", target: Target(["pattern": "long"]))

func arrival(_ event: Event, to destinations: [Destination] = [money], role: String = "finance") -> Arrival {
  Arrival(event: event, plan: Plan(deliveries: destinations.map { PlannedDelivery(destination: $0, role: role) }))
}

func attempt(_ number: Int, _ outcome: Outcome) -> AttemptRecord {
  AttemptRecord(
    number: number, at: Timestamp(seconds: 1_800_000_100), took: .milliseconds(12), lane: "chat #money", kind: "slack", outcome: outcome)
}

extension Spool {
  func backlog() async throws -> [Backlog] { try await backlog(after: .min, limit: .max) }

  /// Commits one event and answers its sequence.
  @discardableResult
  func keep(_ arrivals: Arrival...) async throws -> [Acceptance] { try await commit(Batch(arrivals: arrivals)) }

  func settle(_ settlements: Settlement...) async throws { _ = try await commit(Batch(settlements: settlements)) }
}
