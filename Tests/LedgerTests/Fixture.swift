import Bellhop
import Foundation
import Store

@testable import Ledger

/// A ledger in a folder of its own, its clock and what it told.
final class Fixture: Sendable {
  let folder = TemporaryFolder()
  let time = Guarded(Timestamp(seconds: 1_800_000_000))
  /// Monotonic.
  let passed = Guarded(Duration.zero)
  let heard = Guarded<[Committed]>([])

  deinit { folder.remove() }

  func open(_ options: Ledger.Options = roomy, at path: String? = nil, hook: @escaping @Sendable (Committed) -> Void = { _ in }) throws
    -> Ledger
  {
    try Ledger.open(
      path: path ?? folder.path, options: options, now: { self.time.withLock { $0 } }, ticks: { self.passed.withLock { $0 } },
      observe: { committed in
        self.heard.withLock { $0.append(committed) }
        hook(committed)
      })
  }

  static let roomy = Ledger.Options(freeFraction: { 1 })

  func advance(_ duration: Duration) {
    time.withLock { $0 = $0 + duration }
    passed.withLock { $0 += duration }
  }

  /// The machine's clock is set, and no time passes.
  func leap(_ duration: Duration) { time.withLock { $0 = $0 + duration } }

  var deliveries: [Delivery] { heard.withLock { $0 }.flatMap(\.deliveries) }

  var database: String { folder.path + "/ledger.sqlite" }
}

let money = Destination(channel: "money", among: ["chat"], transport: "chat")

func arrival(
  _ id: String, type: String = "a.b", subject: String? = nil, text: String = "text", data: JSON.Object = [:], rendering: Rendering? = nil
)
  -> Arrival
{
  Arrival(
    event: Event(id: id, sender: "s", source: "s", type: type, subject: subject, time: Timestamp(seconds: 1), text: text, data: data),
    plan: Plan(deliveries: [PlannedDelivery(destination: money, role: "r", rendering: rendering)]))
}

func delivered(_ delivery: Delivery, note: String = "200") -> Settlement {
  Settlement(
    delivery: delivery.id, event: delivery.sequence, destination: delivery.destinationID,
    attempt: AttemptRecord(
      number: 1, at: delivery.received, took: .milliseconds(3), lane: "chat #money", kind: "slack", outcome: .delivered(Receipt(note: note))
    ),
    state: .delivered)
}

extension Ledger {
  func backlog() async throws -> [Backlog] { try await backlog(after: .min, limit: .max) }

  /// Commits arrivals and answers their sequences.
  @discardableResult
  func keep(_ arrivals: Arrival...) async throws -> [Int64] { try await commit(Batch(arrivals: arrivals)).map(\.sequence) }

  /// All ids in the history, oldest first.
  func allIDs() async throws -> [String] {
    var query = HistoryQuery(limit: 1_000)
    var found: [String] = []
    repeat {
      let page = try await search(query)
      found += page.events.map(\.event.id)
      query.cursor = page.next
    } while query.cursor != nil
    return found.reversed()
  }
}

/// The error of a throwing body.
func failure(_ body: () async throws -> Void) async -> (any Error)? {
  do {
    try await body()
    return nil
  } catch {
    return error
  }
}
