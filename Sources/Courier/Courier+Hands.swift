import Bellhop
import Store

extension Courier {
  /// Puts another configuration in force at once: the backlog follows it, old transports are closed after their last attempt.
  /// The report tells how much of the backlog has no place any more.
  @discardableResult
  public func adopt(_ roster: Roster) async -> ReloadReport {
    take(roster)
    return await report(on: roster)
  }

  /// Puts another configuration in force behind all that ``accept(_:)`` was told before, without waiting for anything.
  public func take(_ roster: Roster) {
    first.withLock { $0 = roster }
    inbox.put(.adopt(roster))
  }

  /// How much of the backlog has no place under a configuration.
  public func report(on roster: Roster) async -> ReloadReport {
    var report = ReloadReport()
    do throws(SpoolError) {
      try await spool.eachBacklog { page in
        for entry in page {
          report.waiting += entry.count
          if case .failure = roster.route(of: entry.destination) {
            report.misconfigured[entry.destination.description, default: 0] += entry.count
          }
        }
      }
    } catch {
      report.uncounted = error
    }
    return report
  }

  /// Stops claiming, lets what is in flight end, cancels what has not ended by then, and writes all of it down.
  public func drain(within patience: Duration) async {
    guard inbox.put(.drain(patience)) else { return }
    await inbox.closed()
  }

  /// All lanes that are in use or paused, by name.
  public func lanes() async -> [LaneReport] {
    let heads = (try? await spool.heads()) ?? []
    var tallies: [String: CourierCore.LaneTally] = [:]
    var rest = heads[...]
    // In parts: the loop has other things to do.
    while !rest.isEmpty {
      let part = Array(rest.prefix(Self.headsPerTurn))
      rest = rest.dropFirst(part.count)
      guard let (lanes, unknown) = await ask({ core, _ in core.tally(part) }) else { return [] }
      tallies.merge(lanes) { sum, more in
        var sum = sum
        sum += more
        return sum
      }
      for head in unknown.prefix(Self.headsPerTurn) {
        if let name = await lane(of: head) { tallies[name, default: .init()] += .init(waiting: head.count, first: head.first) }
      }
    }
    let firsts = (try? await spool.waiting(ids: tallies.values.map(\.first), whole: 0)) ?? []
    let oldest = Dictionary(firsts.map { ($0.id, $0.received) }) { first, _ in first }
    let counted = tallies
    return await ask { core, now in core.report(counted, oldest: oldest, at: now) } ?? []
  }

  private static let headsPerTurn = 2_000

  /// The lane of a destination that the core has not met yet; empty where it has no place.
  private func lane(of head: BacklogHead) async -> String? {
    guard let entry = try? await spool.backlog(after: head.destinationID - 1, limit: 1).first, entry.destinationID == head.destinationID
    else { return nil }
    return await ask { core, _ in (try? core.roster.route(of: entry.destination).get().place.lane) ?? "" }
  }

  /// The far end of a transport is there again: its lanes send at once instead of when they would have asked again.
  public func wake(_ transport: String) async { _ = await ask { core, _ in core.wake(transport) } }

  /// Stops a lane until a time, or for good; survives restarts.
  public func pause(_ lane: String, why: String, until: Timestamp? = nil) async throws(CourierError) {
    try await check(lane)
    let pause = Pause(until: until, why: why, byHand: true)
    try await keep([Pause.byHandKey + lane: pause.state()])
    _ = await ask { core, now in
      var pause = pause
      // People say it by the machine's clock; here it is counted on.
      pause.until = until.map { $0.microseconds == .max ? $0 : now.wall + ($0 - now.clock) }
      core.pause(lane, pause)
    }
  }

  /// Lets a lane send again, whether people, a vendor or its breaker stopped it.
  public func resume(_ lane: String) async throws(CourierError) {
    try await check(lane)
    try await keep([Pause.byHandKey + lane: nil, Pause.askedKey + lane: nil])
    _ = await ask { core, now in core.resume(lane, at: now) }
  }

  /// Ends all that waits in a lane as dead, in small steps; answers how many, when all of it is on disk. What arrives meanwhile stays, and so
  /// does what is in flight.
  @discardableResult
  public func drop(_ lane: String) async throws(CourierError) -> Int {
    try await check(lane)
    do throws(SpoolError) {
      try await spool.eachBacklog { page in _ = await ask { core, _ in core.learn(page) } }
    } catch { throw .spool(error) }
    let answer: Result<Int, CourierError> = await withCheckedContinuation { continuation in
      let isTaken = inbox.put(
        .ask { core, _ in
          switch core.drop(lane) {
          case .begun(let number): self.drops.withLock { $0[number] = continuation }
          case .nothingThere: continuation.resume(returning: .success(0))
          case .underWay: continuation.resume(returning: .failure(.beingDropped(lane)))
          }
        })
      if !isTaken { continuation.resume(returning: .failure(.notRunning)) }
    }
    return try answer.get()
  }

  private func check(_ lane: String) async throws(CourierError) {
    guard let isKnown = await ask({ core, _ in core.knows(lane) }) else { throw .notRunning }
    if !isKnown { throw .unknownLane(lane) }
  }

  private func keep(_ states: [String: StateValue?]) async throws(CourierError) {
    do throws(SpoolError) { _ = try await spool.commit(Batch(states: states)) } catch { throw .spool(error) }
  }
}
