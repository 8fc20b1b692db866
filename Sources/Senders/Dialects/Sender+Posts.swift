import Bellhop

// Posts in a vendor's dialect, at an address of the sender's own.
extension Sender {
  /// Whether the head alone proves it. Decided before any of the body is read.
  public enum HeadProof: Sendable, Hashable {
    /// It is the sender's.
    case proven
    /// The body will tell.
    case open
    /// It is not.
    case refused(ProofFault)
  }

  /// What the head of a post proves.
  public func proof(of head: PostHead, at now: Timestamp) -> HeadProof {
    guard let receiver else { return .refused(.missing("a token")) }
    switch receiver.proof(of: head) {
    case .overBody: return .open
    case .decided(let fault): return fault.map(HeadProof.refused) ?? .proven
    case .until(let end): return end <= now ? .refused(.expired(end)) : .proven
    case .offered(let offers):
      if offers.isEmpty { return .refused(.missing(dialect.proof)) }
      var isRight = false
      var end: Timestamp?
      // All of them are compared, so that the time tells nothing about which came close.
      for offer in offers {
        var offer = OfferedToken(Array(offer.utf8))
        for secret in secrets where offer.proves(secret) {
          if let over = self.end(of: secret, at: now) { end = over } else { isRight = true }
        }
      }
      return isRight ? .proven : .refused(end.map(ProofFault.expired) ?? .wrong)
    }
  }

  /// An answer that needs no body and no event.
  public func reply(to head: PostHead, isProven: Bool) -> PostAnswer? { receiver?.reply(to: head, isProven: isProven) }

  /// What stands in the head of every answer to it.
  public func headers(to head: PostHead) -> [PostHead.Pair] { receiver?.headers(to: head) ?? [] }

  /// Who of many posts this; nil where the sender is one.
  public func visitor(of head: PostHead) -> VisitorAllowance? { receiver?.visitor(of: head) }

  /// Visitors are told apart by who connects: behind a proxy all of them are one.
  public var countsPeers: Bool {
    let name = TrustedProxies.field.name
    return dialect.settings.contains { $0.name == name } && values.list(name) == nil
  }

  /// The answer as this sender wants it; nil is Bellhop's own.
  public func answer(_ receipt: PostOutcome, to head: PostHead) -> PostAnswer? {
    var receipt = receipt
    if case .refused(var refusal) = receipt, refusal.status == 429 || refusal.status == 503 {
      refusal.status = dialect.pressure
      receipt = .refused(refusal)
    }
    return receiver?.answer(receipt, to: head)
  }

  /// Turns a post into events, redacted and ready to be kept: first its proof over the raw body, where the head left that open, then what it
  /// says. Nothing is taken unless all of it can be read; there may be nothing to take.
  public func receive(_ body: [UInt8], _ head: PostHead, limits: EventLimits = EventLimits(), at now: Timestamp) -> Result<
    [Event], PostRefusal
  > {
    if case .overBody(let fault) = receiver?.proof(of: head), let fault = self.fault(fault, body, now) {
      return .failure(PostRefusal(status: 401, title: fault.line, fault: fault))
    }
    return read(body, head, limits: limits, at: now)
  }

  /// The same without a look at what proves it: for `explain`, where nothing comes in.
  public func read(_ body: [UInt8], _ head: PostHead, limits: EventLimits = EventLimits(), at now: Timestamp) -> Result<
    [Event], PostRefusal
  > {
    guard let receiver else { return .failure(PostRefusal(status: 404, title: "this sender posts to /v1/events")) }
    var luck = BufferedRandom()
    switch receiver.drafts(body, head, at: now).flatMap({ events($0, head, limits, now, &luck) }) {
    case .success(let events): return .success(events)
    case .failure(let rejection):
      let more = rejection.problems.first.map { "\(rejection.title): \($0.field.map { "\($0) " } ?? "")\($0.detail)" }
      return .failure(PostRefusal(status: rejection.status, title: more ?? rejection.title))
    }
  }

  /// What is wrong with a proof over the body: with the secrets that hold, and where it is made with one that has ended, that.
  private func fault(
    _ fault: (_ body: [UInt8], _ secrets: [Secret], _ now: Timestamp) -> ProofFault?, _ body: [UInt8], _ now: Timestamp
  ) -> ProofFault? {
    if expiries.isEmpty { return fault(body, secrets, now) }
    let found = fault(body, secrets.filter { end(of: $0, at: now) == nil }, now)
    guard found == .wrong else { return found }
    for secret in secrets {
      if let end = end(of: secret, at: now), fault(body, [secret], now) == nil { return .expired(end) }
    }
    return found
  }

  private func events(
    _ drafts: [Draft], _ head: PostHead, _ limits: EventLimits, _ now: Timestamp, _ luck: inout some RandomNumberGenerator
  ) -> Result<[Event], Rejection> {
    var drafts = drafts
    var rest = drafts.last?.missing ?? 0
    if rest > 0 { drafts.removeLast() }
    rest += max(0, drafts.count - dialect.batch)
    if drafts.isEmpty, rest == 0 { return .success([]) }
    var limits = limits
    limits.batch = dialect.batch + 1
    var reading = Reading(sender: self, envelope: Envelope(), limits: limits, ids: EventIDs(now: now, random: luck.next()))
    var events: [Event] = []
    for (index, var draft) in drafts.prefix(dialect.batch).enumerated() {
      draft.fit(limits, sender: name)
      if let event = reading.finish(&draft, at: .init(index: index, only: drafts.count == 1 && rest == 0)) { events.append(event) }
    }
    if rest > 0 {
      var more = Draft(
        type: "\(dialect.name).truncated", severity: .warning, text: "\(rest) more of this request were not kept",
        data: ["missing": .int(Int64(rest))])
      if let event = reading.finish(&more, at: .init(index: dialect.batch, only: false)) { events.append(event) }
    }
    return reading.verdict(events)
  }
}
