import Bellhop
import Dashboard
import Senders
import Store

// The pages for people.
extension Responder {
  /// A page of the menu.
  func page(_ view: DashboardView, _ call: Call, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    switch view {
    case .home: return try await home(call, history)
    case .search: return try await find(call)
    case .charts: return charts(call, await insight.activity())
    case .lanes, .dead, .silences, .watches, .roles, .explain, .audit:
      let form = PageForm(call.head.query ?? "")
      let note = PageNote(said: form["said"].flatMap(Said.init), count: form.numbers("count").first, form: form.values)
      return try await page(view, call, history, note)
    }
  }

  private func charts(_ call: Call, _ figures: ActivityFigures) -> Reply {
    let only = call.visitor.rights.only
    return sent("Charts", in: .charts, ChartsPage(figures: figures.seen(by: only), isWhole: only == nil).content, to: call)
  }

  func sent(_ title: String, in view: DashboardView?, _ content: SafeHTML, to call: Call, status: Int = 200) -> Reply {
    var reply = sent(title, in: view, content, who: call.visitor)
    reply.status = status
    return reply
  }

  /// Somebody could log in with a token.
  var hasReaders: Bool { !state.current.access.readers.accounts.isEmpty }

  /// A page; `who` is looking, nil where that is not asked.
  func sent(_ title: String, in view: DashboardView?, _ content: SafeHTML, who: Visitor?) -> Reply {
    var page = DashboardPage(title, in: view, who: who?.shown(hasReaders: hasReaders), content)
    page.menu = DashboardView.allCases.filter { who?.maySee($0) ?? false }
    var reply = Reply(status: 200, contentType: "text/html; charset=utf-8", body: Array(page.html.utf8))
    // Without its referrer a browser would not say either whose page sent a form: https://fetch.spec.whatwg.org/#append-a-request-origin-header
    reply.headers = [
      ("Content-Security-Policy", DashboardPage.policy), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
      ("Referrer-Policy", "same-origin"),
    ]
    // A month: who takes the certificate away again is not locked out for long. https://www.rfc-editor.org/rfc/rfc6797#section-6.1
    if door == .tcp, state.identity != nil { reply.headers.append(("Strict-Transport-Security", "max-age=2592000")) }
    return reply
  }
}
