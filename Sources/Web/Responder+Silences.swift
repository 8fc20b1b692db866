import Bellhop
import NIOHTTP1
import Store

// Silences: what there are, and making, changing and ending them by hand.
extension Responder {
  func silences() async throws(ProblemDocument) -> Reply {
    let insight = insight
    return .json(try await stored { () async throws(SpoolError) in try await insight.silences() })
  }

  /// `{"filter", "role", "row", "from", "until" or "for", "who", "why", "all"}`.
  func addSilence(_ body: JSON.Object, by visitor: Visitor) async throws(ProblemDocument) -> Reply {
    var request = try silence(body, known: ["filter", "role", "row", "from", "until", "for", "who", "why", "all"])
    // Whoever comes through the socket says who it is: a login name, which the machine knows and this does not.
    if request.who == nil, visitor != .machine { request.who = visitor.name }
    for (field, value) in [("filter", request.filter), ("who", request.who), ("why", request.why)] where value == nil {
      if field == "filter", request.all { continue }
      throw .field("/\(field)", "is missing")
    }
    var reply = try done(await hands.silence(.add(request)))
    reply.status = 201
    return reply
  }

  /// `PATCH` with what is to change, or `DELETE`, which ends it.
  func changeSilence(_ id: Int64, _ method: HTTPMethod, _ body: JSON.Object) async throws(ProblemDocument) -> Reply {
    if method == .DELETE { return try done(await hands.silence(.end(id))) }
    guard !body.isEmpty else { throw ProblemDocument(422, "the body names nothing to change") }
    let request = try silence(body, known: ["filter", "role", "row", "from", "until", "for", "extend", "who", "why", "all"])
    return try done(await hands.silence(.edit(id, request)))
  }

  private func silence(_ body: JSON.Object, known: [String]) throws(ProblemDocument) -> SilenceRequest {
    try body.refuseUnknown(known)
    var request = SilenceRequest()
    if let filter = body["filter"] {
      guard let text = filter.string else { throw .field("/filter", "must be a string such as type:user.*") }
      request.filter = text
    }
    request.role = body["role"]?.isNull == true ? "" : try body.text("role")
    request.row = body["row"]?.isNull == true ? "" : try body.text("row")
    request.from = try moment(body, "from")
    request.until = try moment(body, "until")
    request.length = try length(body, "for")
    request.extend = try length(body, "extend")
    request.who = try body.text("who")
    request.why = try body.text("why")
    if let all = body["all"], !all.isNull {
      guard let yes = all.bool else { throw .field("/all", "must be true or false") }
      request.all = yes
    }
    return request
  }

  /// A time, or how long from now.
  private func moment(_ body: JSON.Object, _ key: String) throws(ProblemDocument) -> Timestamp? {
    guard let text = try body.text(key) else { return nil }
    if let time = Timestamp(rfc3339: text) { return time }
    if let length = Duration(parsing: text) { return state.now() + length }
    throw .field("/\(key)", "must be a time like 2026-11-23T09:30:00Z, or how long from now, like 2h")
  }

  private func length(_ body: JSON.Object, _ key: String) throws(ProblemDocument) -> Duration? {
    guard let text = try body.text(key) else { return nil }
    guard let length = Duration(parsing: text) else { throw .field("/\(key)", "must be how long, like 2h") }
    return length
  }
}
