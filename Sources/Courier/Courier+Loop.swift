import Bellhop
import Store

extension Courier {
  func loop() async {
    var core = CourierCore(roster: first.withLock { $0 }, limits: limits)
    await withDiscardingTaskGroup { group in
      var wakes: [Duration] = []
      // Until the backlog is loaded nothing is known of what may be sent.
      var loadAt: Duration? = time.ticks()
      var isTold = false
      inbox.put(.input(.tick))
      while true {
        let items = await inbox.take()
        let now = time.moment()
        for item in items {
          switch item {
          case .input(let input): core.take(input, at: now)
          case .ask(let question): question(&core, now)
          case .stop: core.drain(cancelAt: now.ticks)
          }
        }
        if let at = loadAt, at <= now.ticks, core.draining == nil {
          let failure = await load(&core)
          loadAt = failure == nil ? nil : now.ticks + .seconds(1)
          // Once is enough, however long it lasts.
          if let failure, !isTold { report(.spoolFailing(failure)) } else if failure == nil, isTold { report(.spoolMended) }
          isTold = failure != nil
        }
        for effect in core.finish(at: now) { perform(effect, in: &group) }
        if core.isDone(at: now) { break }
        // Timers are only added when an earlier one is needed; one too many is a look at nothing.
        wakes.removeAll { $0 <= now.ticks }
        if let wake = [core.nextWake(at: now), loadAt].compactMap({ $0 }).min(), wake < wakes.min() ?? .forever {
          wakes.append(wake)
          group.addTask { [time, inbox] in
            await time.sleep(wake)
            inbox.put(.input(.tick))
          }
        }
      }
      // Questions left in it are answered by being let go.
      _ = inbox.close()
      for continuation in drops.withLock({ drops in
        defer { drops = [:] }
        return Array(drops.values)
      }) { continuation.resume(returning: .failure(.notRunning)) }
      group.cancelAll()
    }
    for transport in core.retired.values.joined() { await transport.close() }
    for way in core.roster.ways.values { await way.transport.close() }
  }

  /// Why the spool does not answer: it may later, and nothing can be sent before it does.
  private func load(_ core: inout CourierCore) async -> SpoolError? {
    do throws(SpoolError) {
      var states = try await spool.states(prefix: Pause.byHandKey)
      states.merge(try await spool.states(prefix: Pause.askedKey)) { old, _ in old }
      let backlog = try await spool.backlog()
      core.load(backlog, states: states, nextAlarm: try await spool.nextAlarm(), at: time.moment())
      return nil
    } catch {
      return error
    }
  }

  private func perform(_ effect: Effect, in group: inout DiscardingTaskGroup) {
    switch effect {
    case .send(let sending):
      attempts.announce(sending.token)
      group.addTask { await self.send(sending) }
    case .cancel(let token): attempts.cancel(token)
    case .commit(let number, let batch):
      group.addTask { [spool, inbox] in
        do throws(SpoolError) {
          _ = try await spool.commit(batch)
          inbox.put(.input(.committed(number)))
        } catch {
          inbox.put(.input(.commitFailed(number, error)))
        }
      }
    case .read(let lane, let reading, let destinations, let after, let limit):
      group.addTask { [spool, inbox] in
        let page = try? await spool.waiting(for: destinations, after: after, limit: limit)
        inbox.put(.input(.page(lane: lane, reading: reading, page)))
      }
    case .readAlarms(let time, let limit): group.addTask { await self.readAlarms(dueBy: time, limit: limit) }
    case .readOutOfLine(let drop, let after, let limit): group.addTask { await self.readOutOfLine(drop, after: after, limit: limit) }
    case .dropped(let drop, let count): drops.withLock { $0.removeValue(forKey: drop) }?.resume(returning: .success(count))
    case .close(let transports): group.addTask { for transport in transports { await transport.close() } }
    case .report(let event): report(event)
    }
  }

  private func send(_ sending: Sending) async {
    var replyTo: String?
    if let thread = sending.thread {
      // Told outside its thread is better than not told.
      replyTo = (try? await spool.state(thread)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
    }
    let delivery = sending.parcel.delivery
    let message = delivery.message(epoch: spool.epoch, publicURL: sending.publicURL)
    let attempt = Attempt(
      number: sending.number, at: sending.at, timeout: sending.way.policy.timeout, age: max(.zero, sending.at - delivery.received),
      replyTo: replyTo, mayRepeat: sending.way.policy.repeats)
    let outcome = await attempts.run(sending.token) { await sending.way.transport.send(message, to: sending.target, attempt) }
    inbox.put(
      .input(
        .sent(
          token: sending.token, delivery: delivery.id, outcome: outcome, took: time.ticks() - sending.began, replyTo: replyTo)))
  }

  private func readAlarms(dueBy due: Timestamp, limit: Int) async {
    do throws(SpoolError) {
      let alarms = try await spool.alarms(dueBy: due, after: nil, limit: limit)
      let deliveries = alarms.isEmpty ? [] : try await spool.waiting(ids: alarms.map(\.ref))
      let next = alarms.isEmpty ? try await spool.nextAlarm() : nil
      inbox.put(.input(.alarms(alarms, deliveries, next: next)))
    } catch {
      inbox.put(.input(.alarmsFailed))
    }
  }

  private func readOutOfLine(_ drop: Int, after: Alarm?, limit: Int) async {
    do throws(SpoolError) {
      let alarms = try await spool.alarms(dueBy: Timestamp(microseconds: .max), after: after, limit: limit)
      let deliveries = try await spool.waiting(ids: alarms.map(\.ref))
      inbox.put(.input(.outOfLine(drop: drop, deliveries, last: alarms.count < limit ? nil : alarms.last)))
    } catch {
      inbox.put(.input(.outOfLine(drop: drop, nil, last: nil)))
    }
  }
}
