import Bellhop
import Courier
import Ledger
import Matching
import Search
import Store
import Web

/// What ops do to the running gateway by hand.
final class GatewayOperator: Operator {
  private let ledger: Ledger
  private let courier: Courier
  private let inForce: InForce
  private let reloading: Reloading
  private let silences: SilenceDesk
  private let search: EventSearch
  private let acks: AckDesk
  private let audit: AuditDesk
  private let wall: @Sendable () -> Timestamp

  init(
    ledger: Ledger, courier: Courier, inForce: InForce, reloading: Reloading, silences: SilenceDesk, search: EventSearch,
    acks: AckDesk, audit: AuditDesk,
    wall: @escaping @Sendable () -> Timestamp
  ) {
    self.ledger = ledger
    self.courier = courier
    self.inForce = inForce
    self.reloading = reloading
    self.silences = silences
    self.search = search
    self.acks = acks
    self.audit = audit
    self.wall = wall
  }

  func retry(_ ids: [Int64]) async throws(SpoolError) -> [Int64] {
    let router = inForce.assembly.router
    return try await ledger.retry(ids) { router.refill($0, of: $1, role: $2) }
  }

  func redirect(_ ids: [Int64], to channel: String) async -> Result<RedirectReport, OperationFault> {
    let router = inForce.assembly.router
    let known = inForce.assembly.configuration.channels.map(\.name)
    guard known.contains(channel) else {
      let near = channel.nearest(among: known).map { "did you mean \($0)?" } ?? "there are \(Match.list(known))"
      return .failure(OperationFault(.wrong, "there is no channel \(Match.show(channel)); \(near)", place: RequestPlace("/to")))
    }
    let refusal = Guarded<String?>(nil)
    do throws(SpoolError) {
      let redirected = try await ledger.redirect(ids, note: "sent to \(channel) by hand") { event in
        let places = router.places(ofChannel: channel, for: event)
        if places.open.isEmpty, let why = places.refusals.first { refusal.withLock { $0 = why } }
        return places.open
      }
      return .success(RedirectReport(redirected: redirected, refusal: refusal.withLock { $0 }))
    } catch { return .failure(OperationFault(CourierError.spool(error))) }
  }

  func lane(_ name: String, _ action: LaneAction) async -> Result<JSON, OperationFault> {
    do throws(CourierError) {
      switch action {
      case .pause(let until, let why): try await courier.pause(name, why: why ?? "", until: until)
      case .resume: try await courier.resume(name)
      case .drop: return .success(["lane": .string(name), "dropped": .int(Int64(try await courier.drop(name)))])
      }
      return .success(["lane": .string(name)])
    } catch {
      return .failure(OperationFault(error))
    }
  }

  func reload() async -> Result<JSON, OperationFault> { await reloading.reload() }

  func difference() async -> Result<JSON, OperationFault> { await reloading.difference() }

  func ring(_ name: String, text: String?) async -> Result<JSON, OperationFault> {
    let answer = await Ringing.ring(name, text: text, roster: inForce.assembly.roster, at: wall())
    if let error = answer["error"]?.string { return .failure(OperationFault(.unknown, error)) }
    return .success(answer)
  }

  func silence(_ action: SilenceAction) async -> Result<JSON, OperationFault> { await silences.perform(action) }

  func acknowledge(_ request: AckRequest) async -> Result<JSON, OperationFault> { await acks.perform(request) }

  func linked(_ token: String) async -> Result<LinkedProblem, OperationFault> { await acks.linked(token) }

  func acknowledge(link token: String, proof: String, who: String?) async -> Result<LinkedProblem, OperationFault> {
    await acks.press(token, proof: proof, who: who)
  }

  func note(_ entry: AuditEntry) async { await audit.note(entry) }

  func forget(_ subject: String, limit: Int) async -> Result<Int, SpoolError> {
    do throws(SpoolError) {
      // These first: fewer events than the limit mean that all is done.
      try await silences.forget(subject).get()
      try await audit.forget(subject).get()
      return .success(
        try await search.forgetting { [ledger] () async throws(SpoolError) in try await ledger.forget(subject: subject, limit: limit) })
    } catch { return .failure(error) }
  }
}

extension OperationFault {
  /// Why a lane was not paused, resumed or dropped.
  init(_ error: CourierError) {
    switch error {
    case .unknownLane: self.init(.unknown, error.description)
    case .beingDropped: self.init(.conflict, error.description)
    case .notRunning, .spool(.full), .spool(.failing), .spool(.overLimit), .spool(.busy), .spool(.slow):
      self.init(.later, error.description)
    case .spool(.broken): self.init(.failed, error.description)
    }
  }
}
