import Bellhop
import Dashboard
import Senders
import Store

// Logging in with a browser: a token once, a cookie from then on.
extension Responder {
  /// The cookie that this request may bring or get.
  func cookie(of head: Head, _ rules: Rules) -> LoginCookie {
    LoginCookie(isSecure: door == .tcp && (state.identity != nil || rules.proxies.sawTLS(of: head.peer) { head.headers[$0] }))
  }

  /// Whose session a request brings, as readers are now.
  func session(of head: Head, _ rules: Rules) -> ReaderAccount? {
    let headers = head.headers["Cookie"]
    guard !headers.isEmpty, !rules.access.readers.accounts.isEmpty else { return nil }
    let now = state.now()
    for value in cookie(of: head, rules).values(in: headers) {
      let session = LoginSession(value, insight.pseudonym)
      if let account = session?.account(among: rules.access.readers.accounts, at: now, insight.pseudonym) { return account }
    }
    return nil
  }

  /// `GET` shows the form, `POST` takes the token.
  func login(_ call: Call) async -> Reply {
    if call.head.isReading { return loginPage(call, next: LocalPath(PageForm(call.head.query ?? "")["next"])) }
    let form = PageForm(call.body)
    let next = LocalPath(form["next"])
    if let problem = Access.pageProblem(call.head) { return loginPage(call, next: next, problem) }
    guard let token = form["token"] else {
      return loginPage(call, next: next, .field("token", "type a reader's token"))
    }
    let now = state.now()
    switch call.rules.access.proof(by: Array(token.utf8), at: now) {
    case .reader(let account, let key):
      let session = LoginSession(of: account, by: key, at: now, insight.pseudonym)
      await audit(AuditEntry(who: Visitor(account, way: .cookie).name, by: Visitor.Way.token.rawValue, what: "login", result: "done"))
      var reply = Reply.led(to: next?.text ?? "/")
      reply.headers.append(("Set-Cookie", cookie(of: call.head, call.rules).set(session, at: now, insight.pseudonym)))
      return reply
    case .expired(let end):
      await refuse(call)
      return loginPage(
        call, next: next, .field("token", "this token expired at \(end.rfc3339): ask those who run the gateway for a new one"))
    case .nobody:
      let wrong = ProblemDocument(403, "no reader has this token", lack: .wrong)
      let problem = weighed(wrong, call.purpose, from: call.head.client)
      // Who is slowed down already tells nothing new.
      if problem.status != 429 { await refuse(call) }
      acceptor.refused(route: call.purpose.route, status: problem.status)
      return loginPage(call, next: next, problem.status == 429 ? problem : .field("token", "no reader has this token"))
    }
  }

  private func refuse(_ call: Call) async {
    let who = call.head.client?.description ?? "somebody"
    await audit(AuditEntry(who: who, by: Visitor.Way.token.rawValue, what: "login", result: AuditEntry.refused))
  }

  /// Takes the cookie away.
  func logout(_ call: Call) async throws(ProblemDocument) -> Reply {
    if let problem = Access.pageProblem(call.head) { throw problem }
    if let account = session(of: call.head, call.rules) {
      let visitor = Visitor(account, way: .cookie)
      await audit(AuditEntry(who: visitor.name, by: visitor.way.rawValue, what: "logout", result: "done"))
    }
    var reply = Reply.led(to: "/login")
    reply.headers.append(("Set-Cookie", cookie(of: call.head, call.rules).removed))
    return reply
  }

  private func loginPage(_ call: Call, next: LocalPath?, _ problem: ProblemDocument? = nil) -> Reply {
    let readers = call.rules.access.readers
    let page = LoginPage(
      next: next?.text, flaw: problem.map(FormFlaw.init), hasReaders: !readers.accounts.isEmpty, hasProxy: readers.proxy != nil)
    var reply = sent("Log in", in: nil, page.content, who: nil)
    if let problem {
      reply.status = problem.status == 422 ? 403 : problem.status
      if let seconds = problem.retryAfter { reply.headers.append(("Retry-After", String(seconds))) }
    }
    return reply
  }
}

extension Reply {
  /// See there, whatever the method was. https://www.rfc-editor.org/rfc/rfc9110#section-15.4.4
  static func led(to path: String) -> Reply {
    var reply = Reply(status: 303, contentType: "", body: [])
    reply.headers = [("Location", path), ("Cache-Control", "no-store")]
    return reply
  }
}

extension FormFlaw {
  /// What is wrong in the address of a page; nil where the problem is another one.
  init?(inAddress problem: ProblemDocument) {
    guard problem.status == 422, !problem.errors.isEmpty else { return nil }
    self.init(problem)
  }

  /// Why a form was not taken, in the words of the API.
  init(_ problem: ProblemDocument) {
    let error = problem.errors.first
    let field = error?["field"]?.string.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
    self.init(
      error?["detail"]?.string ?? [problem.title, problem.detail].compactMap(\.self).joined(separator: ": "), field: field,
      caret: error?["caret"]?.string)
  }
}
