import Bellhop
import Logging

// Somebody is at it: by hand, or by a link in a message.
extension Responder {
  /// `{"event", "role", "who"}`.
  func acknowledge(_ body: JSON.Object, by visitor: Visitor) async throws(ProblemDocument) -> Reply {
    try body.refuseUnknown(["event", "role", "who"])
    var event = body["event"]?.int.map(String.init)
    if event == nil { event = try body.text("event") }
    guard let event else { throw .field("/event", "say which: its id, or its number in the history") }
    var who = try body.text("who")
    // Whoever comes through the socket says who it is: a login name, which the machine knows and this does not.
    if who == nil, visitor != .machine { who = visitor.name }
    guard let who else { throw .field("/who", "is missing") }
    guard who.utf8.count <= AckRequest.name else { throw .field("/who", "must not be longer than \(AckRequest.name) bytes") }
    let request = AckRequest(event: event, role: try body.text("role"), who: who, visible: visitor.rights.only)
    return try done(await hands.acknowledge(request))
  }

  /// The page of a link; only what its button sends acknowledges.
  func ackPage(_ token: String, _ call: Call) async -> Reply {
    var reply = await page(of: token, call).reply
    if door == .tcp, state.identity != nil { reply.headers.append(("Strict-Transport-Security", "max-age=2592000")) }
    return reply
  }

  private func page(of token: String, _ call: Call) async -> AckPage {
    guard call.head.isReading else {
      if let problem = Access.pageProblem(call.head) {
        return AckPage("Not acknowledged", "\(problem.title): open the link in the message, and press the button there.", status: 403)
      }
      return await pressed(token, PageForm(call.body, limit: 4_096))
    }
    switch await hands.linked(token) {
    case .success(let problem): return AckPage(problem)
    case .failure(let fault): return page(fault)
    }
  }

  private func pressed(_ token: String, _ form: PageForm) async -> AckPage {
    let name = form["who"].map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") } ?? ""
    let who = name.isEmpty || name.utf8.count > AckRequest.name ? nil : name
    switch await hands.acknowledge(link: token, proof: form["proof"] ?? "", who: who) {
    case .success(let problem):
      await audit(AuditEntry(who: who ?? "somebody of \(problem.role)", by: "link", what: "acknowledge", result: "done"))
      return AckPage(problem)
    case .failure(let fault): return page(fault)
    }
  }

  private func page(_ fault: OperationFault) -> AckPage {
    let problem = ProblemDocument(fault)
    return AckPage(problem.status == 404 ? "No such link" : "Not acknowledged", fault.line, status: problem.status)
  }
}
