import Bellhop
import Dashboard
import Senders
import Store

// The pages of those who run the gateway: what the API answers, for people.
extension Responder {
  /// A page with a note above it.
  func page(
    _ view: DashboardView, _ call: Call, _ history: ReaderHistory, _ note: PageNote
  ) async throws(ProblemDocument) -> Reply {
    let insight = insight
    let mayChange = call.visitor.rights.role == .operator
    let content: SafeHTML
    switch view {
    case .lanes:
      let (lanes, outlets) = (await insight.lanes(), await insight.outlets())
      content = LanesPage(lanes: lanes, outlets: outlets, at: state.now(), mayChange: mayChange, note).content
    case .dead: content = try await dead(call, history, note, mayChange)
    case .silences:
      let silences = try await stored { () async throws(SpoolError) in try await insight.silences() }
      content = SilencesPage(silences, mayChange: mayChange, note).content
    case .watches:
      let watches = try await stored { () async throws(SpoolError) in try await insight.watches() }
      content = WatchesPage(watches, at: state.now()).content
    case .roles:
      let roles = try await stored { () async throws(SpoolError) in try await insight.roles() }
      content = RolesPage(roles).content
    case .explain: content = await explained(call, note.form)
    case .audit:
      let before = PageForm(call.head.query ?? "").numbers("before").first
      let trail = try await stored { () async throws(SpoolError) in try await insight.audit(before: before, limit: 100) }
      content = AuditPage(trail).content
    case .home, .search, .charts: throw ProblemDocument(404, "there is nothing here")
    }
    return sent(view.title, in: view, content, to: call)
  }

  /// Deliveries of a page.
  private static let deadPerPage = 50

  private func dead(
    _ call: Call, _ history: ReaderHistory, _ note: PageNote, _ mayChange: Bool
  ) async throws(ProblemDocument) -> SafeHTML {
    let filter = try deadFilter(note.form)
    let before = note.form["before"].flatMap { Int64($0) }
    let found = try await stored { () async throws(SpoolError) in
      try await history.deliveries(
        state: filter.state, destination: filter.destination, role: filter.role, before: before, limit: Self.deadPerPage)
    }
    let channels = mayChange ? await channels() : []
    let next = found.count == Self.deadPerPage ? found.last?.id : nil
    return DeadPage(found, filter, next: next, channels: channels, mayChange: mayChange, note).content
  }

  private func channels() async -> [String] {
    (await insight.outlets()["channels"]?.array ?? []).compactMap { $0["name"]?.string }
  }

  private func deadFilter(_ form: [String: String]) throws(ProblemDocument) -> DeadFilter {
    func text(_ name: String) -> String? { form[name].flatMap { $0.isEmpty ? nil : $0 } }
    let state = try Self.state(text("state"))
    guard state == .dead || state == .unclear else { throw .field("state", "must be dead or unclear") }
    return DeadFilter(state: state, destination: text("destination"), role: text("role"))
  }

  /// What a form asks about, by the same operation as programs use.
  private func explained(_ call: Call, _ form: [String: String]) async -> SafeHTML {
    guard form.contains(where: { $0.key != "severity" && !$0.value.isEmpty }) else {
      return ExplainPage(form: form, answer: nil, flaw: nil).content
    }
    do throws(ProblemDocument) {
      let reply = try await explain(try ExplainFields(form).body, call.rules)
      let text = (try? JSON(parsing: reply.body))?["text"]?.string ?? ""
      return ExplainPage(form: form, answer: text, flaw: nil).content
    } catch {
      return ExplainPage(form: form, answer: nil, flaw: FormFlaw(error)).content
    }
  }

  /// A page that asks.
  func page(
    _ step: DashboardStep, _ call: Call, _ history: ReaderHistory, _ note: PageNote
  ) async throws(ProblemDocument) -> Reply {
    let insight = insight
    switch step {
    case .pauseLane: return sent("Pause a lane", in: step.view, PauseForm(note).content, to: call)
    case .dropLane:
      let name = note.form["lane"] ?? ""
      let lane = (await insight.lanes()["lanes"]?.array ?? []).first { $0["lane"]?.string == name }
      return sent(
        "Drop what waits", in: step.view, DropForm(lane: name, waiting: lane?["waiting"]?.int ?? 0, flaw: note.flaw).content, to: call)
    case .deadLetters: return sent("Many dead letters", in: step.view, try await many(call, history, note), to: call)
    case .newSilence:
      var note = note
      var matched: JSON?
      if let filter = note.form["filter"], !filter.isEmpty {
        switch await insight.matches(filter) {
        case .success(let found): matched = found
        case .failure(let fault): note.flaw = note.flaw ?? FormFlaw(ProblemDocument(fault))
        }
      }
      return sent("Make a silence", in: step.view, SilenceForm(note, matched: matched).content, to: call)
    case .editSilence:
      let silences = try await stored { () async throws(SpoolError) in try await insight.silences() }
      let id = note.form["id"].flatMap { Int64($0) }
      let silence = silences["silences"]?.array?.first { $0["id"]?.int == id }
      return sent("Extend a silence", in: step.view, SilenceEditForm(silence, note).content, to: call)
    }
  }

  /// More are not counted.
  private static let mostCounted = 100_000

  private func many(_ call: Call, _ history: ReaderHistory, _ note: PageNote) async throws(ProblemDocument) -> SafeHTML {
    let filter = try deadFilter(note.form)
    let asked = PageForm(call.head.isReading ? call.head.query ?? "" : String(decoding: call.body, as: UTF8.self))
    let channel = asked["to"]
    if asked["which"] == "some" || !asked.numbers("ids").isEmpty, asked["which"] != "all" {
      let ids = try await seen(asked.numbers("ids"), history)
      return DeadForm(filter, ids: ids, count: ids.count, upTo: .max, channel: channel, flaw: note.flaw).content
    }
    let count = try await stored { () async throws(SpoolError) in
      try await history.count(state: filter.state, destination: filter.destination, role: filter.role, upTo: Self.mostCounted)
    }
    return DeadForm(filter, ids: nil, count: count, upTo: Self.mostCounted, channel: channel, flaw: note.flaw).content
  }
}
