import Bellhop
import Senders

// Looking on while requests come in.
extension Responder {
  /// The stream of what comes in to one sender.
  func capture(_ name: String, _ call: Call) throws(ProblemDocument) -> Reply {
    guard call.head.method == .GET else { throw ProblemDocument(405, "this takes GET", allow: "GET") }
    let senders = call.rules.access.senders
    guard let sender = senders.first(where: { $0.name == name }) else {
      let guess = name.nearest(among: senders.map(\.name)).map { "did you mean \($0)? " } ?? ""
      let names = senders.isEmpty ? "none is configured" : "configured are: \(senders.map(\.name).joined(separator: ", "))"
      throw ProblemDocument(404, "there is no sender of that name", guess + names)
    }
    guard let stream = state.captures.open(sender) else {
      throw ProblemDocument(503, "\(Captures.most) look on already", "end one of them first", retryAfter: 5)
    }
    var reply = Reply(stream: stream)
    reply.leftOut = Captures.word
    return reply
  }

  /// Shows a post and what it would become, or why it is refused. Of what nothing vouches for, the body is not shown.
  func show(_ hook: Hook, _ body: [UInt8]?, _ received: Result<[Event], PostRefusal>?, _ problem: ProblemDocument?) {
    if state.captures.isIdle { return }
    let refusal = problem.map { PostRefusal(status: $0.status, title: [$0.title, $0.detail].compactMap { $0 }.joined(separator: "; ")) }
    guard let outcome = refusal.map(Result.failure) ?? received else { return }
    let isProven = refusal?.status != 401 && refusal?.status != 403
    state.captures.show(hook, isProven ? body : nil, outcome, at: state.now())
  }

  /// Shows what was posted in Bellhop's own form.
  func show(_ body: [UInt8], _ head: Head, of sender: Sender, _ decoded: Result<[Event], Rejection>) {
    if state.captures.isIdle { return }
    let outcome = decoded.mapError { rejection in
      let problem = rejection.problems.first.map { ": \($0.field.map { "\($0) " } ?? "")\($0.detail)" } ?? ""
      return PostRefusal(status: rejection.status, title: rejection.title + problem)
    }
    state.captures.show(Hook(sender, PostHead(head, []), at: head.path), body, outcome, at: state.now())
  }
}
