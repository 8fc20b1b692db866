import Bellhop
import Store
import TestSupport

@testable import Courier

/// A courier over a spool in memory, with a clock that a test moves.
final class Desk: Sendable {
  let clock = VirtualClock()
  let spool: MemorySpool
  let courier: Courier
  let events = Log<CourierEvent>()
  /// Every settlement on disk, in order.
  let settled = Log<Settlement>()
  private let numbers = Guarded(0)

  init(_ roster: Roster, over store: MemoryStore = MemoryStore()) {
    let clock = clock
    spool = MemorySpool(of: store, now: { clock.wall })
    let events = events
    courier = Courier(
      spool: spool, roster: roster,
      clock: Timepiece(
        wall: { clock.wall }, ticks: { clock.ticks }, sleep: { until in await clock.sleep(until: until) }, luck: { 0.5 }),
      report: { events.add($0) })
    spool.onCommit { [courier, settled] committed in
      courier.accept(committed)
      for settlement in committed.settlements { settled.add(settlement) }
    }
  }

  /// Runs the courier around a test, and drains it.
  func open(_ body: (Desk) async throws -> Void) async rethrows {
    let run = Task { await courier.run() }
    // Answers only once the loop is there.
    while await courier.ask({ _, _ in true }) == nil { await Task.yield() }
    do { try await body(self) } catch {
      run.cancel()
      await run.value
      throw error
    }
    run.cancel()
    await run.value
  }

  func post(
    _ count: Int = 1, to destinations: Destination..., subject: String? = nil, fallback: [Destination] = []
  ) async throws {
    var batch = Batch()
    for _ in 0..<count {
      let number = numbers.withLock { numbers in
        numbers += 1
        return numbers
      }
      let event = Event(id: "e\(number)", sender: "shop", source: "shop", subject: subject, time: clock.wall, text: "text \(number)")
      let planned = destinations.map { PlannedDelivery(destination: $0, role: "devops", fallback: fallback) }
      batch.arrivals.append(Arrival(event: event, plan: Plan(deliveries: planned)))
    }
    _ = try await spool.commit(batch)
  }

  /// A round through the loop: everything that was due by now is decided.
  func settle() async { _ = await courier.ask { _, _ in true } }

  /// Until nothing is in flight any more.
  func landed() async {
    while await courier.lanes().contains(where: { $0.inFlight > 0 }) { await Task.yield() }
  }

  func states() -> [Int64: DeliveryState] { spool.store.deliveries.mapValues(\.state) }
}

func way(_ name: String, _ transport: any Transport, _ policy: Policy = Policy(), kind: String = "test") -> ConfiguredTransport {
  ConfiguredTransport(name: name, kind: kind, transport: transport, policy: policy)
}

func roster(_ ways: ConfiguredTransport..., channels: [String: [Place]] = [:]) -> Roster {
  Roster(
    directory: Directory(channels: channels.mapValues { $0.map { ChannelPlace($0) } }, transports: Set(ways.map(\.name))),
    ways: Dictionary(uniqueKeysWithValues: ways.map { ($0.name, $0) }), publicURL: "https://bellhop.example.com")
}

let chat = Destination(transport: "chat")
let bell = Destination(transport: "bell")
