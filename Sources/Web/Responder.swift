import Bellhop
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Senders
import Store

/// Answers requests: finds the route, asks who is calling, asks the desk.
struct Responder: Sendable {
  let state: SiteState
  let desk: any Desk
  let logger: Logger
  let door: Door

  func respond(_ request: Request, _ writer: consuming ResponseWriter) async throws {
    var exchange = Exchange(request, door, state)
    let reply: Reply
    do throws(ProblemDocument) {
      reply = try await answer(&exchange, writer)
    } catch {
      let isPost = request.method == .post && exchange.head.path.hasPrefix("/v1/events")
      desk.refused(route: isPost ? "events" : "other", status: error.status)
      if error.status >= 500 { logger.warning("\(error.title)", metadata: ["status": "\(error.status)"]) }
      reply = .problem(error)
    }
    try await reply.write(to: writer, date: state.date, close: exchange.isLast, bare: request.method == .head)
  }

  private func answer(_ exchange: inout Exchange, _ writer: borrowing ResponseWriter) async throws(ProblemDocument) -> Reply {
    let target = exchange.head.path
    let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
    let path = mark.map { target[..<$0] } ?? target[...]
    let query = mark.map { target[target.utf8.index(after: $0)...] }
    let method = exchange.head.method

    guard let route = Endpoint(path) else {
      throw ProblemDocument(404, "there is nothing here", "see /v1/events, /v1/deliveries, /v1/lanes, /healthz")
    }
    let reading = method == .get || method == .head
    guard reading || method == .post, route.allowed.hasPrefix("GET") && reading || route.allowed.hasSuffix("POST") && !reading else {
      throw ProblemDocument(405, "this takes \(route.allowed)", allow: route.allowed)
    }
    if route == .events, !reading { return try await accept(&exchange, writer) }
    switch route.authority {
    case .anyone: break
    case .machine:
      guard door == .unix else {
        throw ProblemDocument(403, "this is done through the unix socket in the data folder only", "use the bellhop command")
      }
    case .reader:
      if let problem = exchange.rules.access.readingProblem(exchange.head, door) { throw problem }
    }

    switch route {
    case .events: return try await search(query)
    case .event(let id): return try await event(id)
    case .deliveries: return try await deliveries(query)
    case .delivery(let id): return try await delivery(id)
    case .retryOne(let id): return try await retry(id)
    case .retryMany: return try await retryMany(try await object(&exchange, writer))
    case .lanes: return .json(await desk.lanes())
    case .lane(let word): return try await lane(word, try await object(&exchange, writer))
    case .explain: return try await explain(try await object(&exchange, writer), exchange.rules)
    case .reload: return try done(await desk.reload())
    case .ring: return try await ring(try await object(&exchange, writer))
    case .forget: return try await forget(try await object(&exchange, writer))
    case .remote(let name): return try await remote(name, &exchange, writer)
    case .health: return .json(["status": "ok"])
    case .ready:
      if let why = await desk.ready() { throw ProblemDocument(503, "not ready", why, retryAfter: 1) }
      return .json(["status": "ready"])
    case .metrics:
      return Reply(status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(await desk.metrics().utf8))
    }
  }

  /// The body of an operation: a small JSON object.
  func object(_ exchange: inout Exchange, _ writer: borrowing ResponseWriter) async throws(ProblemDocument) -> JSON.Object {
    let body = try await exchange.body(limit: exchange.rules.limits.body, writer)
    if body.bytes.isEmpty { return [:] }
    let json: JSON
    do throws(JSONError) { json = try JSON(parsing: body.bytes) } catch {
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
      logger.warning("the store: \(error)")
      throw ProblemDocument(error)
    }
  }
}
