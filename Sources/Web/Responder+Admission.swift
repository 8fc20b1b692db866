import Bellhop
import Senders

// Whatever can be said to a request before any of its body is read.
extension Responder {
  /// Finds the route and asks who is calling.
  func admit(_ head: Head, _ rules: Rules, _ purpose: Purpose) throws(ProblemDocument) -> Admission {
    do throws(ProblemDocument) { return try judge(head, rules, purpose) } catch { throw weighed(error, purpose, from: head.client) }
  }

  private func judge(_ head: Head, _ rules: Rules, _ purpose: Purpose) throws(ProblemDocument) -> Admission {
    if let flaw = head.flaw { throw flaw }
    let admission: Admission
    switch purpose {
    case .hook(let hook): admission = try admit(hook, head, rules)
    case .strayHook:
      throw ProblemDocument(
        403, "no sender has this address", "`bellhop senders` prints the addresses of those that there are", lack: .wrong)
    case .events, .other: admission = try route(head, rules)
    }
    guard let limit = admission.limit else { return admission }
    if let length = head.length, length > limit { throw Self.tooLarge(limit) }
    if let encoding = head.contentEncoding, !encoding.isSpelt("identity") {
      throw ProblemDocument(415, "bodies with a Content-Encoding are not taken", "send it uncompressed")
    }
    return admission
  }

  private func route(_ head: Head, _ rules: Rules) throws(ProblemDocument) -> Admission {
    // What nearly all want, without going through the list.
    guard let endpoint = head.path == "/v1/events" ? .events : Endpoint(head.path[...]) else {
      throw ProblemDocument(404, "there is nothing here", "see /v1/events, /v1/deliveries, /v1/lanes, /healthz").shown(head, nil, nil)
    }
    let reading = head.isReading
    guard endpoint.takes(reading: reading), reading || endpoint.takes(doing: head.method) else {
      throw ProblemDocument(405, "this takes \(endpoint.allowed)", allow: endpoint.allowed).shown(head, endpoint, nil)
    }
    if endpoint == .events, !reading {
      let sender = try rules.access.sender(head, door, at: state.now()).get()
      if let wait = state.take(0, of: sender) { throw Self.tooFast(sender.rate, wait) }
      return Admission(
        endpoint: endpoint, sender: sender, limit: Self.isLines(head.envelope.contentType) ? rules.limits.lines : rules.limits.body)
    }
    var visitor = Visitor.nobody
    switch endpoint.authority(reading: reading) {
    case .anyone: break
    case .remote(let name): _ = try visited(name, head)
    case .machine:
      guard door == .unix else {
        throw ProblemDocument(403, "this is done through the unix socket in the data folder only", "use the bellhop command")
      }
    case .reader(let need):
      let session = { self.session(of: head, rules) }
      switch rules.access.visitor(head, door, need, at: state.now(), session: session) {
      case .success(let found): visitor = found
      case .failure(var problem):
        // Who shows no pages asks its user for a password: any name, and a reader's token.
        if endpoint.isPage { problem.asksForPassword = problem.challenge }
        // Who is known and may not see this is still told by name.
        throw problem.shown(head, endpoint, try? rules.access.visitor(head, door, .init(), at: state.now(), session: session).get())
      }
    }
    let most = endpoint.isPage ? PageForm.limit : rules.limits.body
    return Admission(endpoint: endpoint, sender: nil, visitor: visitor, limit: reading ? nil : most)
  }

  static func tooLarge(_ limit: Int) -> ProblemDocument {
    ProblemDocument(413, "the body is larger than \(limit) bytes", "nothing of it was kept")
  }

  static func tooFast(_ rate: Rate?, _ wait: Duration, who: String = "the sender") -> ProblemDocument {
    let seconds = max(1, Int((wait.microseconds + 999_999) / 1_000_000))
    let rate = rate.map(\.description) ?? ""
    return ProblemDocument(
      429, "\(who) is above its rate of \(rate)", "nothing of the request was kept; send it again later", retryAfter: seconds)
  }

  private static func isLines(_ contentType: String?) -> Bool {
    guard let contentType, contentType != "application/json" else { return false }
    return contentType.begins("application/x-ndjson") || contentType.begins("application/ndjson") || contentType.begins("application/jsonl")
  }
}
