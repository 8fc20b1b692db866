import Bellhop
import Senders
import Store

// Posts in a sender's own dialect.
extension Responder {
  /// What a request wants. Nothing is decided yet; the answer says in whose words to refuse.
  func purpose(_ head: Head, _ rules: Rules) -> Purpose {
    // What nearly all want, without going through the lists.
    if head.path == "/v1/events", rules.hooks.hasNoHosts || door == .unix { return head.method == .POST ? .events : .other }
    return rules.hooks.purpose(head, door, at: state.now()) ?? (head.isPost ? .events : .other)
  }

  /// What the head of a post allows, or its answer where it needs no body.
  func admit(_ hook: Hook, _ head: Head, _ rules: Rules) throws(ProblemDocument) -> Admission {
    let dialect = hook.sender.dialect
    let proof = hook.isLost ? .refused(.wrong) : hook.sender.proof(of: hook.head, at: state.now())
    if !hook.isLost, let answer = hook.sender.reply(to: hook.head, isProven: proof == .proven) {
      return Admission(endpoint: .events, sender: hook.sender, limit: nil, reply: answered(answer, hook))
    }
    guard dialect.methods.contains(head.method.rawValue) else {
      let allowed = dialect.methods.joined(separator: ", ")
      throw ProblemDocument(405, "\(dialect.name) is posted with \(allowed)", allow: allowed)
    }
    switch proof {
    case .refused(let fault):
      var problem = ProblemDocument(401, fault.line, challenge: true, lack: ProofLack(fault))
      problem.fault = fault
      throw problem
    case .proven: try take(0, of: hook)
    case .open: break
    }
    // What anybody may send is read beside little of its like.
    return Admission(
      endpoint: .events, sender: hook.sender, limit: dialect.limit, memory: proof == .open ? rules.limits.memory / 4 : rules.limits.memory)
  }

  /// The events of a post, within the sender's rate; none where it says nothing that is one.
  func events(_ body: [UInt8], of hook: Hook, _ rules: Rules) throws(ProblemDocument) -> [Event] {
    let received = hook.sender.receive(body, hook.head, limits: rules.limits.events, at: state.now())
    var problem: ProblemDocument?
    switch received {
    case .failure(let refusal):
      let lack = refusal.fault.flatMap { ProofLack($0) }
      problem = weighed(
        ProblemDocument(refusal.status, refusal.title, retryAfter: refusal.retryAfter, lack: lack), .hook(hook), from: hook.head.peer)
    case .success(let events):
      if !events.isEmpty {
        do throws(ProblemDocument) { try take(events.count, of: hook) } catch { problem = error }
      }
    }
    show(hook, body, received, problem)
    if var problem {
      problem.isShown = true
      throw problem
    }
    return (try? received.get()) ?? []
  }

  /// Takes so many events of the rates that hold; with none, looks whether one could be taken. The visitor's comes first: who is above it
  /// takes nothing from the others.
  private func take(_ count: Int, of hook: Hook) throws(ProblemDocument) {
    if let visitor = hook.sender.visitor(of: hook.head), let wait = state.take(count, of: hook.sender, visitor) {
      throw Self.tooFast(visitor.rate, wait, who: "this visitor")
    }
    if let wait = state.take(count, of: hook.sender) { throw Self.tooFast(hook.sender.rate, wait) }
  }

  private func answered(_ answer: PostAnswer, _ hook: Hook) -> Reply {
    var reply = Reply(answer)
    reply.more += hook.sender.headers(to: hook.head)
    return reply
  }

  /// The yes, in the dialect's words.
  func accepted(_ acceptances: [Acceptance], of events: [Event], to hook: Hook) -> Reply? {
    let kept = zip(events, acceptances).map { PostOutcome.KeptEvent($0, isDuplicate: $1.duplicate) }
    return hook.sender.answer(.kept(kept), to: hook.head).map { answered($0, hook) }
  }

  /// The no, in the dialect's words.
  func refused(_ problem: ProblemDocument, to hook: Hook) -> Reply {
    let line = [problem.title, problem.detail].compactMap { $0 }.joined(separator: "; ")
    let refusal = PostRefusal(status: problem.status, title: line, retryAfter: problem.retryAfter, fault: problem.fault)
    guard let answer = hook.sender.answer(.refused(refusal), to: hook.head) else {
      var reply = Reply.problem(problem)
      reply.more = hook.sender.headers(to: hook.head)
      return reply
    }
    var reply = answered(answer, hook)
    if let seconds = problem.retryAfter { reply.headers.append(("Retry-After", String(seconds))) }
    if let allow = problem.allow { reply.headers.append(("Allow", allow)) }
    return reply
  }
}

extension Reply {
  /// An answer in a dialect's form.
  init(_ answer: PostAnswer) {
    self.init(status: answer.status, contentType: answer.contentType, body: answer.body)
    more = answer.headers
  }
}
