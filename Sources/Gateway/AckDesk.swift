import Bellhop
import Courier
import Deciding
import Ledger
import Matching
import Pacing
import Store
import Web

/// Acknowledges by hand: makes the event that says so. What it ends is decided in the store's turn.
struct AckDesk: Sendable {
  let ledger: Ledger
  let inForce: InForce
  let acceptor: GatewayAcceptor
  let wall: @Sendable () -> Timestamp

  /// What rows know of an event's problem.
  private typealias AckedRow = (row: TableDecider.AwaitingRow, known: Awaited)

  /// `{"event", "who", "acknowledged": [{"role", "row"}]}`.
  func perform(_ request: AckRequest) async -> Result<JSON, OperationFault> {
    let roles = inForce.assembly.configuration.tables.map(\.role)
    if let role = request.role, !roles.contains(role) || request.visible?.contains(role) == false {
      let seen = roles.filter { request.visible?.contains($0) ?? true }
      let near = role.nearest(among: seen).map { "did you mean \($0)?" } ?? "there are \(Match.list(seen))"
      return .failure(OperationFault(.wrong, "there is no role \(Match.show(role)); \(near)", place: RequestPlace("/role")))
    }
    do throws(SpoolError) {
      let history = ReaderHistory(ledger, of: request.visible)
      var found = try await history.event(id: request.event)
      if found == nil, let sequence = Int64(request.event) { found = try await history.event(sequence: sequence) }
      guard let found, let first = try await first(of: found) else {
        return .failure(OperationFault(.unknown, "there is no such event", place: nil))
      }
      let roles = request.role.map { [$0] } ?? request.visible
      let rows = try await rows(of: first, roles: roles)
      let open = rows.filter { $0.known.answered == nil }
      if open.isEmpty { return .failure(OperationFault(.conflict, Self.why(rows))) }
      try await tell(open.map(\.row), first, who: request.who)
      let ended = open.map { row in
        JSON.object(["role": .string(row.row.role), "row": .string(String(row.row.name.dropFirst(row.row.role.count + 1)))])
      }
      return .success(["event": .int(first.sequence), "who": .string(request.who), "acknowledged": .array(ended)])
    } catch {
      return .failure(OperationFault(CourierError.spool(error)))
    }
  }

  /// The roles in which somebody is to acknowledge an event, of those that a reader sees. A store that cannot be read now says nothing.
  func awaiting(_ event: HistoryEvent, of visible: Set<String>?) async -> [String] {
    do throws(SpoolError) {
      guard let first = try await first(of: event) else { return [] }
      let open = try await rows(of: first, roles: visible).filter { $0.known.answered == nil }.map(\.row.role)
      return open.reduce(into: []) { roles, role in if !roles.contains(role) { roles.append(role) } }
    } catch { return [] }
  }

  /// Why nothing is left to acknowledge.
  private static func why(_ rows: [AckedRow]) -> String {
    guard let last = rows.max(by: { ($0.known.answered ?? $0.known.since) < ($1.known.answered ?? $1.known.since) })?.known,
      let time = last.answered
    else { return "nobody waits for an answer to it: its row has no until_ack, or it is resolved, or it happened again since" }
    return "\(last.who ?? "somebody") acknowledged it already, at \(time.rfc3339)"
  }

  /// What a link is about; it acknowledges nothing.
  func linked(_ token: String) async -> Result<LinkedProblem, OperationFault> {
    do throws(SpoolError) { return try await look(token).map { $0.problem } } catch {
      return .failure(OperationFault(CourierError.spool(error)))
    }
  }

  /// Somebody pressed the button on the page of a link.
  func press(_ token: String, proof: String, who: String?) async -> Result<LinkedProblem, OperationFault> {
    do throws(SpoolError) {
      let link: AckLink
      let first: StoredEvent
      var problem: LinkedProblem
      let open: [TableDecider.AwaitingRow]
      switch try await look(token) {
      case .failure(let fault): return .failure(fault)
      case .success(let found): (link, first, problem, open) = found
      }
      guard problem.standing == .waiting else { return .success(problem) }
      guard link.isProved(by: proof, ledger.pseudonym) else {
        return .failure(OperationFault(.wrong, "only the button of the page acknowledges: open the link and press it"))
      }
      let name = who ?? "somebody of \(link.role)"
      try await tell(open, first, who: name)
      problem.standing = .answered(at: wall(), by: name)
      return .success(problem)
    } catch {
      return .failure(OperationFault(CourierError.spool(error)))
    }
  }

  private typealias Found = (link: AckLink, first: StoredEvent, problem: LinkedProblem, open: [TableDecider.AwaitingRow])

  private func look(_ token: String) async throws(SpoolError) -> Result<Found, OperationFault> {
    guard let link = AckLink(token, ledger.pseudonym) else {
      return .failure(OperationFault(.unknown, "this is no link of this gateway's: copy all of the address in the message"))
    }
    guard let found = try await ledger.event(sequence: link.event), let first = try await first(of: found) else {
      return .failure(OperationFault(.unknown, "the event is not in the history any more"))
    }
    let rows = try await rows(of: first, roles: [link.role])
    let open = rows.filter { $0.known.answered == nil }.map(\.row)
    let last = rows.compactMap { row in row.known.answered.map { (at: $0, by: row.known.who ?? "somebody") } }.max { $0.at < $1.at }
    let standing: LinkedProblem.AckStanding =
      if link.end <= wall() {
        .expired(link.end)
      } else if !open.isEmpty {
        .waiting
      } else if let last {
        .answered(at: last.at, by: last.by)
      } else {
        .over
      }
    let problem = LinkedProblem(event: first.event, role: link.role, standing: standing, proof: link.proof(ledger.pseudonym))
    return .success((link, first, problem, open))
  }

  /// The event that people were told of: a reminder of it, or the word that somebody is at it, stands for it.
  private func first(of found: HistoryEvent) async throws(SpoolError) -> StoredEvent? {
    var found = found
    if found.event.sender == "bellhop", let about = found.event.data["event"]?.int {
      guard let first = try await ledger.event(sequence: about) else { return nil }
      found = first
    }
    return StoredEvent(sequence: found.sequence, received: found.received, event: found.event)
  }

  private func rows(of event: StoredEvent, roles: Set<String>?) async throws(SpoolError) -> [AckedRow] {
    var rows: [AckedRow] = []
    for row in inForce.decider.awaiting(event, roles: roles) {
      let bytes = try await ledger.state(row.place.key)
      if let known = Pacer.awaited(bytes, in: row.place, of: event.sequence) { rows.append((row, known)) }
    }
    return rows
  }

  private func tell(_ rows: [TableDecider.AwaitingRow], _ first: StoredEvent, who: String) async throws(SpoolError) {
    let answer = Acknowledgement(event: first.sequence, rows: rows.map(\.name), who: who)
    try await acceptor.tell(answer.event(about: first.event, at: wall(), in: inForce.decider.threads))
  }
}
