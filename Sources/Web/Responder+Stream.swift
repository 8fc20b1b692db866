import Bellhop
import Streaming

// What happens, as it happens.
extension Responder {
  /// Of all connections these are never a reader's: the others go on being answered.
  private static func places(of rules: Rules) -> Int { rules.limits.connections - max(2, rules.limits.connections / 64) }

  func stream(_ call: Call) async throws(ProblemDocument) -> Reply {
    guard call.head.method == .GET else { throw ProblemDocument(405, "this takes GET", allow: "GET") }
    let wish = try wish(call)
    let reader: StreamReader
    do throws(StreamRefusal) {
      reader = try await insight.hub.open(wish, most: Self.places(of: call.rules))
    } catch {
      switch error {
      case .crowded(let most):
        throw ProblemDocument(
          503, "\(most) follow already", "come back later, or ask those who run the gateway for more connections", retryAfter: 10)
      case .store(let error): throw trouble(error)
      }
    }
    let (head, visitor, door, now) = (call.head, call.visitor, door, state.now)
    return Reply(
      following: Follower(reader: reader) { rules in
        guard case .success(let known) = rules.access.visitor(head, door, Endpoint.Need(), at: now()) else { return false }
        return known.name == visitor.name && known.rights.only == visitor.rights.only
      })
  }

  private func wish(_ call: Call) throws(ProblemDocument) -> StreamWish {
    let query = try Query(call.head.query, known: ["q", "role", "type", "since", "last", "last_event_id"])
    let (type, role) = (try query.text("type"), try query.text("role"))
    let sight: StreamSight
    do throws(StreamMistake) { sight = try StreamSight(query["q"] ?? "", type: type, role: role, only: call.visitor.rights.only) } catch {
      throw .field("q", error.line, offset: error.offset, caret: error.caret)
    }
    let since = try query.time("since", now: state.now())
    let last = try query.number("last", in: 0...1_000)
    if since != nil, last != nil { throw .field("last", "does not go together with since: say one of them") }
    // A browser says where it was; its address says where it began.
    if let id = call.head.headers["Last-Event-ID"].last(where: { !$0.isEmpty }) ?? query["last_event_id"] {
      return StreamWish(sight, from: .behind(String(id.prefix(Query.word))))
    }
    if let since { return StreamWish(sight, from: .since(since)) }
    return StreamWish(sight, from: last.map { .newest(Int($0)) } ?? .now)
  }
}
