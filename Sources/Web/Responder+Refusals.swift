import Bellhop
import Dashboard

/// A person with a browser who is told no.
struct PageAudience: Sendable {
  /// What they asked for, as the page to come back to; nil where that was a change.
  var asked: LocalPath?
  /// Who they are, where that is known.
  var visitor: Visitor?
}

extension ProblemDocument {
  /// The same, told as a page where a browser asked for one.
  func shown(to call: Call) -> ProblemDocument { shown(call.head, call.endpoint, call.visitor) }

  /// Of an address where there is nothing, browsers read that on a page too; programs have theirs below `/v1/`.
  func shown(_ head: Head, _ endpoint: Endpoint?, _ visitor: Visitor?) -> ProblemDocument {
    guard endpoint?.isPage ?? !head.path.hasPrefix("/v1/"), head.wantsPage else { return self }
    var problem = self
    problem.audience = PageAudience(
      asked: head.isReading ? LocalPath(head.path + (head.query.map { "?\($0)" } ?? "")) : nil, visitor: visitor)
    return problem
  }
}

// What is refused, for people.
extension Responder {
  /// Who has not said who it is may log in, and comes back; all others read why.
  func shown(_ problem: ProblemDocument, to audience: PageAudience) -> Reply {
    if problem.challenge, problem.status == 401 {
      return .led(to: "/login" + (audience.asked.map { "?next=\($0.text.percentEncoded(keeping: "/"))" } ?? ""))
    }
    let page = RefusalPage(
      problem.title, detail: problem.detail, status: problem.status, lines: problem.errors.compactMap { $0["detail"]?.string })
    var reply = sent(page.title, in: nil, page.content, who: audience.visitor)
    reply.status = problem.status
    if let seconds = problem.retryAfter { reply.headers.append(("Retry-After", String(seconds))) }
    if let allow = problem.allow { reply.headers.append(("Allow", allow)) }
    return reply
  }
}

extension Head {
  /// A browser asks for something to show. https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
  var wantsPage: Bool { headers["Accept"].contains { $0.contains("text/html") } }
}
