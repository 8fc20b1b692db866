import Bellhop
import HTTPContract
import Store

// What the core wants done.
extension CourierLoop {
  func perform(_ effect: Effect) {
    let (spool, inbox) = (courier.spool, courier.inbox)
    switch effect {
    case .send(let sending, let at, let began): send(sending, at, began)
    case .cancel(let token):
      courier.attempts.cancel(token)
      for carrier in carriers { carrier.cancel(token, of: ObjectIdentifier(courier)) }
    case .commit(let number, let batch):
      // In the order of their numbers: the spool takes them in the order they are handed in.
      spool.commit(batch) { result in
        switch result {
        case .success: inbox.put(.input(.committed(number)))
        case .failure(let error): inbox.put(.input(.commitFailed(number, error)))
        }
      }
    case .hurry: spool.hurry()
    case .read(let lane, let reading, let destinations, let after, let limit):
      begin {
        let page = try? await spool.waiting(for: destinations, after: after, within: limit)
        inbox.put(.input(.page(lane: lane, reading: reading, page)))
      }
    case .fetch(let token, let delivery):
      begin {
        let found = try? await spool.waiting(ids: [delivery])
        inbox.put(.input(.fetched(token: token, delivery: delivery, found)))
      }
    case .readAlarms(let time, let limit): begin { [courier] in await courier.readAlarms(dueBy: time, limit: limit) }
    case .readFar(let reading, let after, let limit): begin { [courier] in await courier.readFar(reading, after: after, limit: limit) }
    case .readOutOfLine(let drop, let after, let limit):
      begin { [courier] in await courier.readOutOfLine(drop, after: after, limit: limit) }
    case .dropped(let drop, let count): courier.drops.withLock { $0.removeValue(forKey: drop) }?.resume(returning: .success(count))
    case .close(let transports): begin { for transport in transports { await transport.close() } }
    case .report(let event): courier.report(event)
    }
  }

  /// Who may have errands of ours, those of configurations before this one too.
  private var carriers: [any Carrier] {
    var found: [any Carrier] = []
    let transports = core.roster.ways.values.map(\.transport) + core.retired.values.joined()
    for case let transport as any RequestTransport in transports where !found.contains(where: { $0 === transport.carrier }) {
      found.append(transport.carrier)
    }
    return found
  }

  // MARK: Attempts

  private func send(_ sending: Sending, _ at: Timestamp, _ began: Duration) {
    guard let transport = sending.way.requests, sending.thread == nil, sending.update == nil else {
      courier.attempts.announce(sending.token)
      return begin { [courier] in await courier.send(sending, at, began) }
    }
    let courier = courier
    let attempt = courier.attempt(sending, at)
    switch transport.request(courier.message(sending), to: sending.target, attempt) {
    case .failure(let fault): courier.tell(sending, .refused(fault), began)
    case .success(let request):
      let errand = Errand(owner: ObjectIdentifier(courier), number: sending.token, request: request) { [transport] _, answer in
        courier.tell(sending, transport.outcome(of: answer, to: sending.target, attempt), began)
      }
      add(errand, for: transport.carrier)
    }
  }

  private func add(_ errand: Errand, for carrier: any Carrier) {
    if let index = errands.firstIndex(where: { $0.carrier === carrier }) {
      errands[index].list.append(errand)
    } else {
      errands.append((carrier, [errand]))
    }
  }

  /// All requests of a turn in one step for each carrier.
  func sendErrands() {
    guard !errands.isEmpty else { return }
    for (carrier, list) in errands { carrier.carry(list) }
    errands.removeAll(keepingCapacity: true)
  }
}

extension Courier {
  func message(_ sending: Sending) -> Message {
    var message = sending.parcel.delivery.message(epoch: spool.epoch, publicURL: sending.publicURL, sign: spool.pseudonym)
    message.links += sending.links
    return message
  }

  func attempt(_ sending: Sending, _ at: Timestamp, _ earlier: Earlier = Earlier()) -> Attempt {
    Attempt(
      number: sending.number, at: at, timeout: sending.way.policy.timeout, age: max(.zero, at - sending.parcel.delivery.received),
      replyTo: earlier.replyTo, changes: earlier.changed, mayRepeat: sending.way.policy.repeats)
  }

  func tell(_ sending: Sending, _ outcome: Outcome, _ began: Duration, _ earlier: Earlier = Earlier()) {
    inbox.put(
      .input(
        .sent(token: sending.token, delivery: sending.parcel.id, outcome: outcome, took: time.ticks() - began, earlier)))
  }

  /// An attempt that is more than one request, or whose thread is to be looked up.
  fileprivate func send(_ sending: Sending, _ at: Timestamp, _ began: Duration) async {
    var earlier = Earlier()
    if let thread = sending.thread {
      // Told outside its thread is better than not told.
      earlier.replyTo = (try? await spool.state(thread)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
    }
    // What somebody is to acknowledge must be heard, each time that it is told.
    if let update = sending.update, let standing = (try? await spool.state(update)).flatMap({ $0 }).flatMap(StandingMessage.init),
      standing.takes(sending.parcel.delivery.alert), sending.parcel.delivery.rendering?.acknowledges == nil
    {
      earlier.changed = standing.anchor
    }
    let message = message(sending)
    let attempt = attempt(sending, at, earlier)
    let anew = self.attempt(sending, at, Earlier(replyTo: earlier.replyTo))
    let (outcome, isChanged) = await attempts.run(sending.token) {
      let outcome = await sending.way.transport.send(message, to: sending.target, attempt)
      guard attempt.changes != nil else { return (outcome, false) }
      // Somebody removed it, or the time to change it is over: people are told all the same.
      if case .refused(let fault) = outcome, fault.kind == .rejected || fault.kind == .unknownTarget {
        return (await sending.way.transport.send(message, to: sending.target, anew), false)
      }
      return (Self.changed(outcome), true)
    }
    if !isChanged { earlier.changed = nil }
    tell(sending, outcome, began, earlier)
  }

  /// The history tells that no new message was sent.
  private static func changed(_ outcome: Outcome) -> Outcome {
    guard case .delivered(var receipt) = outcome else { return outcome }
    receipt.note = receipt.note.isEmpty ? "changed in place" : "\(receipt.note), changed in place"
    return .delivered(receipt)
  }

  fileprivate func readAlarms(dueBy due: Timestamp, limit: Int) async {
    do throws(SpoolError) {
      let alarms = try await spool.alarms(.delivery, dueBy: due, after: nil, limit: limit)
      let deliveries = alarms.isEmpty ? [] : try await spool.waiting(ids: alarms.map(\.ref), whole: limits.whole)
      let next = alarms.isEmpty ? try await spool.nextAlarm(.delivery) : nil
      inbox.put(.input(.alarms(alarms, deliveries, next: next)))
    } catch {
      inbox.put(.input(.alarmsFailed))
    }
  }

  fileprivate func readFar(_ reading: Int, after: Alarm, limit: Int) async {
    do throws(SpoolError) {
      let alarms = try await spool.alarms(.delivery, dueBy: Timestamp(microseconds: .max), after: after, limit: limit)
      let deliveries = alarms.isEmpty ? [] : try await spool.waiting(ids: alarms.map(\.ref), whole: limits.whole)
      inbox.put(.input(.far(reading: reading, alarms, deliveries)))
    } catch {
      inbox.put(.input(.far(reading: reading, nil, [])))
    }
  }

  fileprivate func readOutOfLine(_ drop: Int, after: Alarm?, limit: Int) async {
    do throws(SpoolError) {
      let alarms = try await spool.alarms(.delivery, dueBy: Timestamp(microseconds: .max), after: after, limit: limit)
      let deliveries = try await spool.waiting(ids: alarms.map(\.ref), whole: limits.whole)
      inbox.put(.input(.outOfLine(drop: drop, deliveries, last: alarms.count < limit ? nil : alarms.last)))
    } catch {
      inbox.put(.input(.outOfLine(drop: drop, nil, last: nil)))
    }
  }
}
