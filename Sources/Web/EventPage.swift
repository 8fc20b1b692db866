import Bellhop
import Store

/// The page of one event for people: what a message's link opens. Server-rendered, without a script, and everything in it is text.
struct EventPage {
  let event: HistoryEvent

  /// Nothing is loaded, run or framed. https://www.w3.org/TR/CSP3/
  static let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  private static let style = """
    body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
    pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid;padding:.5rem}
    table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;border-top:1px solid;padding:.3rem .5rem .3rem 0}
    """

  var reply: Reply {
    var reply = Reply(status: 200, contentType: "text/html; charset=utf-8", body: Array(html.utf8))
    reply.headers = [
      ("Content-Security-Policy", Self.policy), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
      ("Referrer-Policy", "no-referrer"),
    ]
    return reply
  }

  var html: String {
    let about = event.event
    let title = about.subject.map { "\(about.type): \($0)" } ?? about.type
    return """
      <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>\
      \(Self.escaped(title))</title><style>\(Self.style)</style></head><body><main><h1>\(Self.escaped(title))</h1>\
      <pre>\(Self.escaped(about.text))</pre>\(facts)\(data)\(deliveries)</main></body></html>
      """
  }

  private var facts: String {
    let about = event.event
    let rows = [
      ("severity", about.severity.word), ("happened", about.time.rfc3339), ("received", event.received.rfc3339), ("sender", about.sender),
      ("source", about.source), ("id", about.id), ("number", String(event.sequence)), ("fate", event.fate.word), ("note", event.note ?? ""),
    ]
    let lines = rows.filter { !$0.1.isEmpty }.map { "<tr><th scope=\"row\">\($0.0)</th><td>\(Self.escaped($0.1))</td></tr>" }
    return "<table>\(lines.joined())</table>"
  }

  private var data: String {
    event.event.data.isEmpty ? "" : "<h2>Data</h2><pre>\(Self.escaped(JSON.object(event.event.data).text))</pre>"
  }

  private var deliveries: String {
    if event.deliveries.isEmpty { return "<h2>Deliveries</h2><p>Nobody was told.</p>" }
    let rows = event.deliveries.map { delivery in
      let tries = delivery.attempts.map { "\($0.at.rfc3339) \($0.outcome) \($0.line)" }.joined(separator: "\n")
      let cells = [delivery.role, delivery.destination.description, delivery.state.word, delivery.note ?? "", tries]
      return "<tr>\(cells.map { "<td>\(Self.escaped($0).replacing("\n", with: "<br>"))</td>" }.joined())</tr>"
    }
    let heads = ["Role", "To", "State", "Why", "Attempts"].map { "<th scope=\"col\">\($0)</th>" }.joined()
    return "<h2>Deliveries</h2><table><tr>\(heads)</tr>\(rows.joined())</table>"
  }

  /// Text as text, also inside attributes. What turns the direction of reading round is left out.
  /// https://html.spec.whatwg.org/multipage/syntax.html#character-references
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in Text.clean(text).unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
