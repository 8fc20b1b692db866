import Bellhop
import Courier
import Ledger
import Matching
import Pacing
import Store
import Web

/// Keeps the silences: the only one who writes them, one change after the other.
actor SilenceDesk {
  private let ledger: Ledger
  private let inForce: InForce
  private let wall: @Sendable () -> Timestamp
  /// The change before the next one: a list is read only when it is on disk.
  private var last: Task<Void, Never>?

  init(ledger: Ledger, inForce: InForce, wall: @escaping @Sendable () -> Timestamp) {
    self.ledger = ledger
    self.inForce = inForce
    self.wall = wall
  }

  /// The silences, ready to be asked.
  nonisolated func book() async throws(SpoolError) -> SilenceBook { SilenceBook(try await ledger.state(SilenceList.key)) }

  /// `{"silences": […]}` with their hits: those that hold now, then those to come, then those that have ended, newest first.
  nonisolated func view() async throws(SpoolError) -> JSON {
    let list = (try? SilenceList(try await ledger.state(SilenceList.key))) ?? SilenceList()
    let hits = try await ledger.states(prefix: SilenceHits.prefix)
    let now = wall()
    let order: [Silence.SilencePhase] = [.active, .coming, .ended]
    let shown = order.flatMap { phase in
      list.silences.filter { $0.phase(at: now) == phase && $0.until + SilenceList.kept > now }.reversed()
    }
    return ["silences": .array(shown.map { $0.view(SilenceHits(hits[SilenceHits.key(of: $0.id)]), at: now) })]
  }

  /// Does it; answers what the silence is now once that is on disk. It is done to its end also where nobody waits any more.
  func perform(_ action: SilenceAction) async -> Result<JSON, OperationFault> {
    let before = last
    let task = Task {
      await before?.value
      return await self.change(action)
    }
    last = Task { _ = await task.value }
    return await task.value
  }

  /// Takes away who is to be forgotten.
  func forget(_ subject: String) async -> Result<Void, SpoolError> {
    let before = last
    let task = Task { () -> Result<Void, SpoolError> in
      await before?.value
      do throws(SpoolError) {
        // What a newer Bellhop wrote is that one's to forget.
        guard var list = try? SilenceList(try await self.ledger.state(SilenceList.key)), list.forget(subject, at: self.wall()) else {
          return .success(())
        }
        _ = try await self.ledger.commit(Batch(states: [SilenceList.key: StateValue(list.bytes)]))
        return .success(())
      } catch { return .failure(error) }
    }
    last = Task { _ = await task.value }
    return await task.value
  }

  private func change(_ action: SilenceAction) async -> Result<JSON, OperationFault> {
    do throws(SpoolError) {
      let kept = try await ledger.state(SilenceList.key)
      let now = wall()
      let silence: Silence
      var list: SilenceList
      let gone: [Int64]
      do throws(SilenceFault) {
        list = try SilenceList(kept)
        gone = list.tidy(at: now)
        switch action {
        case .add(let request): silence = try list.add(try wish(request), at: now)
        case .edit(let id, let request): silence = try list.edit(id, try wish(request), at: now)
        case .end(let id): silence = try list.end(id, at: now)
        }
      } catch { return .failure(OperationFault(error)) }
      var states: [String: StateValue?] = [SilenceList.key: StateValue(list.bytes)]
      for id in gone { states.updateValue(nil, forKey: SilenceHits.key(of: id)) }
      _ = try await ledger.commit(Batch(states: states))
      let hits = SilenceHits(try await ledger.state(SilenceHits.key(of: silence.id)))
      guard case .object(var answer) = silence.view(hits, at: now) else { return .success([:]) }
      if case .add = action { answer["matched"] = await matched(silence.filter, role: silence.role, at: now) }
      return .success(.object(answer))
    } catch {
      return .failure(OperationFault(CourierError.spool(error)))
    }
  }

  /// What was asked, in the words of the configuration in force: a role or row that there is not would silence nothing.
  private func wish(_ request: SilenceRequest) throws(SilenceFault) -> SilenceWish {
    let wish = SilenceWish(
      filter: request.filter, role: request.role, row: request.row, from: request.from, until: request.until, length: request.length,
      extend: request.extend, who: request.who, why: request.why, all: request.all)
    let tables = inForce.assembly.configuration.tables
    let asked = request.filter.flatMap { try? FilterText.parse($0, allowing: Silence.extras) }
    let roles = tables.map(\.role)
    for (field, name) in [("role", request.role)] + (asked?.roles ?? []).map({ ("filter", Optional($0)) }) {
      guard let name, !name.isEmpty, !roles.contains(name) else { continue }
      throw Self.unknown("role", name, among: roles, field: field)
    }
    let rows = tables.flatMap { $0.rows.compactMap(\.name) }
    for (field, name) in [("row", request.row)] + (asked?.rows ?? []).map({ ("filter", Optional($0)) }) {
      guard let name, !name.isEmpty, !rows.contains(name) else { continue }
      throw Self.unknown("row", name, among: rows, field: field)
    }
    return wish
  }

  private static func unknown(_ word: String, _ name: String, among names: [String], field: String) -> SilenceFault {
    let near = name.nearest(among: names).map { "; did you mean \($0)?" } ?? ""
    let known = names.isEmpty ? "" : "; there are \(Match.list(names))"
    return SilenceFault(.wrong, "there is no \(word) \(Match.show(name))\(near.isEmpty ? known : near)", field: field)
  }

  /// How many events of the last day a filter takes, or where it is wrong.
  nonisolated func matches(_ filter: String) async -> Result<JSON, OperationFault> {
    do throws(FilterMistake) { _ = try FilterText.parse(filter, allowing: Silence.extras) } catch {
      let line = error.description + (error.hint.map { "; \($0)" } ?? "")
      return .failure(OperationFault(.wrong, line, place: RequestPlace("/filter", offset: error.offset, caret: error.caret(in: filter))))
    }
    return .success(await matched(filter, role: nil, at: wall()) ?? [:])
  }

  /// How many events of the last day it would have held something of, as far as a few pages of the history tell: `{"events", "of"}`.
  private nonisolated func matched(_ text: String, role: String?, at now: Timestamp) async -> JSON? {
    guard let filter = try? FilterText.parse(text, allowing: Silence.extras) else { return nil }
    let role = role ?? (filter.roles.count == 1 ? filter.roles[0] : nil)
    var query = HistoryQuery(role: role, since: now - .seconds(86_400), limit: 500)
    var events = 0
    var of = 0
    for _ in 0..<4 {
      guard let page = try? await ledger.search(query) else { return nil }
      of += page.events.count
      events += page.events.count { filter.matches($0.event) }
      query.cursor = page.next
      if page.next == nil { break }
    }
    return ["events": .int(Int64(events)), "of": .int(Int64(of))]
  }
}

extension OperationFault {
  /// Why a silence was not made or changed.
  init(_ fault: SilenceFault) {
    let kind: Kind =
      switch fault.kind {
      case .unknown: .unknown
      case .conflict: .conflict
      case .wrong: .wrong
      }
    self.init(
      kind, fault.description, place: fault.field.map { RequestPlace("/\($0)", offset: fault.offset, caret: fault.caret) })
  }
}
