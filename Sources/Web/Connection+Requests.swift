import Bellhop
import NIOCore
import NIOHTTP1
import Senders

// Requests, from the first byte of the head to the last of the body.
extension Connection {
  /// Bodies up to this size are skipped when they are not wanted, so that the connection lives on.
  private static let skipped = 65_536
  /// Bodies up to this size are decided about on the event loop: a few hundred events at most, so that its other connections do not wait.
  private static let small = 16_384

  func take(_ incoming: Incoming) {
    switch incoming {
    case .part(.head(let head)): begin(Head(head, from: peer?.address, behind: group.rules.proxies))
    case .part(.body(let piece)): add(piece)
    case .part(.end): end()
    case .broken(let problem): breakOff(problem)
    case .over:
      if case .body = place {
        breakOff(ProblemDocument(400, "the request broke off or is not well-formed HTTP", "nothing of it was kept"))
      } else {
        close()
      }
    }
  }

  private func begin(_ head: consuming Head) {
    place = .between
    since = nil
    let isLast = !head.keepsAlive || head.wantsUpgrade || group.quiescedAt != nil
    let rules = group.rules
    let purpose = responder.purpose(head, rules)
    let slot = Slot(Manner(isLast: isLast, isBare: head.isBare, isOld: head.isOld), purpose)
    slots.append(slot)
    if purpose.hook?.sender.dialect.patience != nil { slot.since = .now() }
    let admission: Admission
    do throws(ProblemDocument) {
      admission = try responder.admit(head, rules, purpose)
    } catch {
      return refuse(error, .ahead(head))
    }
    if let reply = admission.reply { return answer(reply, .ahead(head)) }
    // Nobody asked for that body. A small one is skipped; behind any other no request can be found.
    guard admission.limit != nil || isSkippable(head) else { return begin(long: Call(head, admission, rules, purpose), ending: true) }
    if head.expectsContinue, head.length != 0 {
      slot.owesContinue = true
      isDue = true
    }
    place = .body(Intake(head, rules, admission, purpose))
  }

  private func isSkippable(_ head: Head) -> Bool {
    head.length == 0 || (head.length ?? .max) <= Self.skipped && !head.expectsContinue
  }

  private func add(_ piece: ByteBuffer) {
    guard case .body(let intake) = place, intake.admission.limit != nil else { return }
    slots.last?.owesContinue = false
    do throws(ProblemDocument) {
      try intake.add(piece, responder.state)
    } catch {
      refuse(error, .lost)
    }
  }

  private func end() {
    guard case .body(let intake) = place else {
      place = .between
      since = slots.isEmpty ? .now() : nil
      if case .none = ending, slots.last?.manner.isLast == true { ending = .closing }
      return
    }
    place = .between
    since = nil
    if slots.last?.manner.isLast == true { ending = .closing }
    limit(intake.purpose)
    if let sender = intake.admission.sender, intake.count <= Self.small {
      post(intake.body(), intake, of: sender)
    } else {
      begin(long: Call(intake), ending: false)
    }
  }

  /// Where its senders wait only so long, the newest request is answered before they go.
  private func limit(_ purpose: Purpose) {
    guard let wait = purpose.hook?.sender.dialect.patience, let slot = slots.last else { return }
    let serial = first + slots.count - 1
    let end = (slot.since ?? .now()) + Patience.answer(within: wait)
    slot.timer = group.loop.assumeIsolated().scheduleTask(deadline: end) { self.runOut(serial) }
  }

  /// Decides about events, here and now, and hands them on.
  private func post(_ body: [UInt8], _ intake: Intake, of sender: Sender) {
    let events: [Event]
    do throws(ProblemDocument) {
      events = try responder.events(body, intake.head, of: sender, intake.purpose, intake.rules)
    } catch {
      return refuse(error, .read)
    }
    slots.last?.events = events
    // It said nothing that is an event.
    if events.isEmpty, intake.purpose.hook != nil {
      slots.last?.state = .kept([])
      isDue = true
      return
    }
    let serial = first + slots.count - 1
    responder.acceptor.accept(events) { [group] result in group.deliver(.kept(result, nil), to: self, serial) }
  }

  /// Keeps a request for a task, and everything behind it.
  private func begin(long call: Call, ending last: Bool) {
    long = call
    isHolding = true
    isDue = true
    if last { endAfterLastSlot() }
  }

  /// What there is behind the head of a request that is refused.
  enum Remainder {
    /// Its body, if it has one.
    case ahead(Head)
    /// Nothing: it has been read.
    case read
    /// Nobody knows.
    case lost
  }

  /// The answer of the newest request is a no. What is left of its body is skipped, or the connection ends.
  func refuse(_ problem: ProblemDocument, _ rest: Remainder) {
    guard let slot = slots.last else { return }
    answer(responder.refusal(problem, slot.purpose), rest)
  }

  /// Answers the newest request without what is left of its body.
  private func answer(_ reply: Reply, _ rest: Remainder) {
    guard let slot = slots.last else { return }
    slot.state = .reply(reply)
    slot.owesContinue = false
    isDue = true
    switch rest {
    case .read: break
    case .ahead(let head):
      if isSkippable(head), head.flaw == nil { place = .surplus } else { endAfterLastSlot() }
    case .lost: endAfterLastSlot()
    }
  }

  private func breakOff(_ problem: ProblemDocument) {
    switch place {
    case .body: refuse(problem, .lost)
    case .surplus: close()
    case .between, .head:
      slots.append(Slot(Manner(isLast: true, isBare: false, isOld: false)))
      refuse(problem, .lost)
    }
  }

  /// Nothing more is taken; the newest answer is the last.
  private func endAfterLastSlot() {
    place = .between
    ending = .closing
    slots.last?.manner.isLast = true
  }

  /// Nothing more is taken; what is under way is answered.
  func close() {
    place = .between
    ending = .closing
    isDue = true
  }
}

extension Call {
  init(_ head: Head, _ admission: Admission, _ rules: Rules, _ purpose: Purpose) {
    self.init(
      head: head, endpoint: admission.endpoint, rules: rules, sender: admission.sender, visitor: admission.visitor, purpose: purpose,
      body: [], share: nil)
  }

  init(_ intake: Intake) {
    let (head, admission, rules, share) = (intake.head, intake.admission, intake.rules, intake.share)
    self.init(
      head: head, endpoint: admission.endpoint, rules: rules, sender: admission.sender, visitor: admission.visitor, purpose: intake.purpose,
      body: intake.body(), share: share)
  }
}
