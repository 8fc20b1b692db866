import Bellhop
import Store
import TestSupport
import Testing

@testable import Streaming

@Suite struct HubTests {
  private func hub(_ spool: MemorySpool, _ limits: StreamLimits = StreamLimits()) async throws -> StreamHub {
    let hub = StreamHub(history: spool, epoch: spool.epoch, newest: try await spool.newest(), limits: limits, now: { noon })
    spool.onCommit { hub.note($0) }
    return hub
  }

  /// Reads until so many events were told, or the stream ends.
  private func read(_ reader: StreamReader, events count: Int) async -> Understood {
    var told = Understood()
    let (news, pen) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    reader.mailbox.listen { pen.yield() }
    for await _ in news {
      if reader.mailbox.drain(into: &told) || told.sequences.count >= count { break }
    }
    return told
  }

  @Test func whereItBegins() async throws {
    let time = Guarded(noon)
    let spool = MemorySpool(epoch: "e", now: { time.withLock { $0 } })
    for index in 1...40 {
      _ = try await spool.commit(Batch(arrivals: [arrival("\(index)", type: index % 10 == 0 ? "ten" : "other")]))
      time.withLock { $0 = $0 + .seconds(1) }
    }
    var limits = StreamLimits()
    limits.pageEvents = 7
    let hub = try await hub(spool, limits)
    func told(_ text: String, _ beginning: StreamWish.StreamBeginning, _ count: Int) async throws -> [Int64] {
      await read(try await hub.open(StreamWish(StreamSight(text), from: beginning)), events: count).sequences
    }
    #expect(try await told("", .newest(3), 3) == [38, 39, 40])
    #expect(try await told("type:ten", .newest(3), 3) == [20, 30, 40])
    #expect(try await told("type:ten", .newest(100), 4) == [10, 20, 30, 40])
    #expect(try await told("", .since(noon + .seconds(35)), 5) == [36, 37, 38, 39, 40])
    #expect(try await told("", .behind("e-38"), 2) == [39, 40])
    let none = try await hub.open(StreamWish(StreamSight("type:never"), from: .newest(5)))
    #expect(await told(none) == [])
    func told(_ reader: StreamReader) async -> [Int64] {
      reader.mailbox.finish()
      return await read(reader, events: 1).sequences
    }
  }

  @Test func thereIsAnEndToReaders() async throws {
    let spool = MemorySpool(epoch: "e")
    var limits = StreamLimits()
    limits.readers = 2
    let hub = try await hub(spool, limits)
    let sight = try StreamSight()
    var kept = [try await hub.open(StreamWish(sight)), try await hub.open(StreamWish(sight))]
    await #expect(throws: StreamRefusal.self) { _ = try await hub.open(StreamWish(sight)) }
    await #expect(throws: StreamRefusal.self) { _ = try await hub.open(StreamWish(sight), most: 1) }
    kept.removeLast()
    #expect(hub.readers == 1, "whom nobody holds any more is gone")
    kept.append(try await hub.open(StreamWish(sight)))
    #expect(hub.readers == 2)
  }

  /// What cannot wait is not told, and nobody believes that it was.
  @Test func whatDoesNotFitSendsEverybodyAway() async throws {
    let spool = MemorySpool(epoch: "e")
    var limits = StreamLimits()
    limits.inbox = 10
    let hub = try await hub(spool, limits)
    let reader = try await hub.open(StreamWish(StreamSight()))
    // All at once, before any of it can be told.
    for round in 0..<2_000 where hub.dropped.isEmpty { try await commit("\(round)", to: spool) }
    func commit(_ id: String, to spool: MemorySpool) async throws {
      _ = try await spool.commit(Batch(arrivals: [arrival(id)]))
    }
    let told = await read(reader, events: .max)
    #expect(told.named("dropped").first?["reason"]?.string == "busy" && hub.dropped == [.busy: 1] && hub.readers == 0)
  }

  /// Before it is known where a reader begins, a sign of life has no place: it would begin anew there.
  @Test func noPlaceBeforeTheFirst() {
    let box = mailbox()
    var told = Understood()
    box.beat()
    _ = box.drain(into: &told)
    #expect(told.lastID == nil)
    _ = box.put([], upTo: 7)
    box.beat()
    _ = box.drain(into: &told)
    #expect(told.lastID == "e-7")
  }

  /// A sign of life carries the place from which its reader would resume, though nothing was for it.
  @Test func signsOfLifeCarryThePlace() async throws {
    let spool = MemorySpool(epoch: "e")
    let hub = try await hub(spool)
    let (rare, all) = (try await hub.open(StreamWish(StreamSight("type:never"))), try await hub.open(StreamWish(StreamSight())))
    for index in 1...5 { _ = try await spool.commit(Batch(arrivals: [arrival("\(index)")])) }
    _ = await read(all, events: 5)
    var told = Understood()
    _ = rare.mailbox.drain(into: &told)
    // The other was told within the same turn.
    for _ in 0..<10_000 where told.lastID != "e-5" {
      rare.mailbox.beat()
      _ = rare.mailbox.drain(into: &told)
      await Task.yield()
    }
    #expect(told.lastID == "e-5" && told.events.isEmpty)
  }
}
