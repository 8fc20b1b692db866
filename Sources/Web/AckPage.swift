import Bellhop
import Dashboard

/// The page behind a link in a message: what it is about, and one button that acknowledges it. Opening it does nothing, since chat clients and mail
/// scanners open links by themselves.
struct AckPage {
  var title: String
  var lines: [String]
  /// What the message said.
  var quote: String?
  /// With it the page has its button.
  var proof: String?
  var status = 200

  /// Nothing is loaded but how it looks, and only its own form may be sent. https://www.w3.org/TR/CSP3/
  private static let policy =
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

  /// What is said of a problem.
  init(_ problem: LinkedProblem) {
    let about = problem.event
    title = about.subject.map { "\(about.type): \($0)" } ?? about.type
    quote = about.text
    switch problem.standing {
    case .waiting:
      lines = ["\(problem.role) was told of this, and is told again until somebody acknowledges it."]
      proof = problem.proof
    case .answered(let time, let who): lines = ["Acknowledged by \(who) at \(time.rfc3339). There is nothing left to do here."]
    case .over: lines = ["Nobody waits for an answer any more: it is resolved, or it happened again since and has a message of its own."]
    case .expired(let end):
      lines = ["This link was good until \(end.rfc3339). `bellhop ack` acknowledges what is older."]
      status = 410
    }
  }

  /// Why there is nothing to acknowledge.
  init(_ title: String, _ line: String, status: Int) {
    self.title = title
    lines = [line]
    self.status = status
  }

  var reply: Reply {
    var reply = Reply(status: status, contentType: "text/html; charset=utf-8", body: Array(html.utf8))
    // Without its referrer a browser would not say either whose page sent the form: https://fetch.spec.whatwg.org/#append-a-request-origin-header
    reply.headers = [
      ("Content-Security-Policy", Self.policy), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
      ("Referrer-Policy", "same-origin"), ("X-Robots-Tag", "noindex, nofollow"),
    ]
    return reply
  }

  var html: String {
    let said = lines.map { "<p>\($0)</p>" as SafeHTML }
    let page: SafeHTML = """
      <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">\
      <meta name="robots" content="noindex,nofollow"><title>\(title)</title><link rel="stylesheet" href="/dashboard.css">\
      <link rel="icon" href="data:,"></head><body><main><h1>\(title)</h1>\(quote.map { "<pre>\($0)</pre>" as SafeHTML })\(SafeHTML(said))\(form)</main></body></html>
      """
    return page.text
  }

  private var form: SafeHTML? {
    proof.map {
      """
      <form method="post"><input type="hidden" name="proof" value="\($0)">\
      <p><label>Your name, for the others: <input name="who" maxlength="60" autocomplete="name"></label></p><button>Acknowledge</button></form>
      """
    }
  }
}
