import Bellhop
import Dashboard
import Logging
import Senders
import Store

/// Answers requests: finds the route, asks who is calling, asks the gateway.
final class Responder: Sendable {
  let state: SiteState
  let acceptor: any Acceptor
  let insight: any Insight
  let hands: any Operator
  let visits: any Visits
  let logger: Logger
  let door: Door
  /// Bodies are read and thrown away: for measuring what the rest costs.
  let discards: Bool

  init(
    state: SiteState, acceptor: any Acceptor, insight: any Insight, hands: any Operator, visits: any Visits, logger: Logger, door: Door,
    discards: Bool = false
  ) {
    self.state = state
    self.acceptor = acceptor
    self.insight = insight
    self.hands = hands
    self.visits = visits
    self.logger = logger
    self.door = door
    self.discards = discards
  }

  /// A request that may be answered, once its body is there.
  func answer(_ call: Call) async -> Reply {
    do throws(ProblemDocument) {
      var reply = try await found(call)
      if reply.body.count > PurseShare.free {
        let share = PurseShare(state)
        guard share.cover(reply.body.count, of: call.rules.limits.memory) else {
          throw ProblemDocument(503, "too many large answers at a time", "ask again, or for fewer with limit=", retryAfter: 1)
        }
        reply.share = share
      }
      return reply
    } catch {
      return refusal(error.shown(to: call), call.purpose)
    }
  }

  private func found(_ call: Call) async throws(ProblemDocument) -> Reply {
    // What is read is read through it.
    let history = insight.history(for: call.visitor)
    switch call.endpoint {
    case .events: return try await search(call)
    case .event(let id): return try await event(id, history)
    case .page(let sequence) where !call.head.isReading: return try await pressed(sequence, call, history)
    case .page(let sequence): return try await page(of: sequence, call, history)
    case .view(let view) where !call.head.isReading: return try await submit(view, call, history)
    case .view(let view): return try await page(view, call, history)
    case .step(let step): return try await page(step, call, history, PageNote(form: PageForm(call.head.query ?? "").values))
    case .login: return await login(call)
    case .logout: return try await logout(call)
    case .audit: return try await audit(call.head.query)
    case .stream: return try await stream(call)
    case .deliveries: return try await deliveries(call.head.query, history)
    case .delivery(let id): return try await delivery(id, history)
    case .lanes: return .json(await insight.lanes())
    case .rows: return try await rows()
    case .silences where call.head.isReading: return try await silences()
    case .explain: return try await explain(try object(call), call.rules)
    case .reload where call.head.method != .POST: return try done(await hands.difference())
    case .retryOne, .retryMany, .redirect, .lane, .silences, .silence, .acks, .reload, .ring, .forget:
      return try await change(call, history)
    case .ack(let token): return await ackPage(token, call)
    case .remote(let name): return try await remote(name, call)
    case .capture(let name): return try capture(name, call)
    case .health: return .json(["status": "ok"])
    case .ready:
      if let why = await insight.ready() { throw ProblemDocument(503, "not ready", why, retryAfter: 1) }
      return .json(["status": "ready"])
    case .file(let file): return PublicFile.of(file).reply(to: call.head)
    case .script: return PublicFile.script.reply(to: call.head)
    case .manual: return PublicFile.manual.reply(to: call.head)
    case .metrics:
      return Reply(status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(await insight.metrics().utf8))
    }
  }

  /// The answer that says no; noted where refusals are counted.
  func refusal(_ problem: ProblemDocument, _ purpose: Purpose) -> Reply {
    var problem = problem
    // In the word after which its senders try again.
    if let pressure = purpose.hook?.sender.dialect.pressure, problem.status == 429 || problem.status == 503 { problem.status = pressure }
    if let hook = purpose.hook, !problem.isShown { show(hook, nil, nil, problem) }
    acceptor.refused(route: purpose.route, status: problem.status)
    if problem.status >= 500, !problem.isLogged { logger.warning("\(problem.title)", metadata: ["status": "\(problem.status)"]) }
    if case .hook(let hook) = purpose { return refused(problem, to: hook) }
    return problem.audience.map { shown(problem, to: $0) } ?? .problem(problem)
  }

  /// The body of an operation: a small JSON object.
  func object(_ call: Call) throws(ProblemDocument) -> JSON.Object {
    if call.body.isEmpty { return [:] }
    let json: JSON
    do throws(JSONError) { json = try JSON(parsing: call.body) } catch {
      throw ProblemDocument(400, "the body is not JSON: \(error.description)")
    }
    guard case .object(let object) = json else { throw ProblemDocument(422, "the body must be a JSON object") }
    return object
  }

  func done(_ result: Result<JSON, OperationFault>) throws(ProblemDocument) -> Reply {
    switch result {
    case .success(let json): return .json(json)
    case .failure(let fault): throw ProblemDocument(fault)
    }
  }

  /// Runs what asks the store.
  func stored<Value: Sendable>(_ work: () async throws(SpoolError) -> Value) async throws(ProblemDocument) -> Value {
    do throws(SpoolError) {
      return try await work()
    } catch {
      throw trouble(error)
    }
  }

  /// What a caller learns of the store's trouble; the rest is for the log.
  func trouble(_ error: SpoolError) -> ProblemDocument {
    var problem = ProblemDocument(error)
    logger.warning("the store: \(error)", metadata: ["status": "\(problem.status)"])
    problem.isLogged = true
    return problem
  }
}
