import Bellhop

/// Writes a message as a mail: header, plain text and HTML of the same tree.
/// https://www.rfc-editor.org/rfc/rfc5322 and https://www.rfc-editor.org/rfc/rfc2046#section-5.1.4
struct Printer {
  /// Characters of the text; more is for the event's page, not for a mail.
  static let limit = 100_000
  static let subject = 200

  let message: Message
  let from: MailAddress
  let to: MailAddress
  let at: Timestamp

  /// Lines ended by CR LF.
  var mail: [UInt8] {
    let boundary = "=_\(hex(message.id))"
    var lines = header
    lines.append("MIME-Version: 1.0")
    lines.append("Content-Type: multipart/alternative; boundary=\"\(boundary)\"")
    lines.append("")
    for (type, text) in [("plain", plain), ("html", html)] {
      lines += ["--\(boundary)", "Content-Type: text/\(type); charset=utf-8", "Content-Transfer-Encoding: quoted-printable", ""]
      lines.append(QuotedPrintable.encode(text))
    }
    lines += ["--\(boundary)--", ""]
    return Array(lines.joined(separator: "\r\n").utf8)
  }

  private var header: [String] {
    var lines = [
      MailHeader.token("Date", MailDate.text(at)), MailHeader.mailbox("From", from), MailHeader.mailbox("To", to),
      MailHeader.text("Subject", headline),
      // The same at every attempt: a repeat is known by it.
      MailHeader.token("Message-ID", "<\(token(message.id))@\(domain)>"),
      // One thread for what a row tells of one subject, however often. Nobody has seen its first mail: it need not exist.
      MailHeader.token("In-Reply-To", "<\(thread)@\(domain)>"), MailHeader.token("References", "<\(thread)@\(domain)>"),
      // https://www.rfc-editor.org/rfc/rfc3834#section-5
      MailHeader.token("Auto-Submitted", "auto-generated"),
      // https://www.rfc-editor.org/rfc/rfc2919
      MailHeader.text("List-Id", listName) + " <\(listID)>",
      MailHeader.token("X-Bellhop-Severity", message.severity.word), MailHeader.text("X-Bellhop-Type", message.event.type),
    ]
    // https://www.rfc-editor.org/rfc/rfc2156#section-5.3.4 and, for X-Priority, what programs do.
    switch message.alert {
    case .loud: lines += ["Importance: high", "Priority: urgent", "X-Priority: 1"]
    case .normal: break
    case .quiet: lines += ["Importance: low", "Priority: non-urgent", "X-Priority: 5"]
    }
    return lines
  }

  private var domain: String { from.domain }

  private var headline: String {
    let source = message.title.flatMap { $0.isEmpty ? nil : $0 } ?? message.text
    let line =
      source.plain.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }.map(String.init) ?? message.event.type
    return line.count > Self.subject ? line.prefix(Self.subject - 1) + "…" : line
  }

  private var thread: String {
    "thread-" + hex([message.role, message.row ?? "", message.event.type, message.event.subject ?? ""].joined(separator: "\u{0}"))
  }

  private var listName: String {
    [message.role.isEmpty ? "unrouted" : message.role, message.row].compactMap { $0 }.joined(separator: ": ")
  }

  private var listID: String {
    let labels = [message.row, message.role.isEmpty ? "unrouted" : message.role].compactMap { $0 }.map(slug)
    return labels.joined(separator: ".") + ".bellhop.\(domain)"
  }

  /// Small letters, digits and hyphens.
  private func slug(_ text: String) -> String {
    let words = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.isEmpty ? hex(text) : words.joined(separator: "-")
  }

  private func token(_ text: String) -> String {
    let isToken = text.utf8.allSatisfy {
      ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x2D || $0 == 0x2E
    }
    return isToken && !text.isEmpty && !text.hasPrefix(".") && !text.hasSuffix(".") && !text.contains("..") ? text : hex(text)
  }

  private func hex(_ text: String) -> String { String(fingerprint(text), radix: 16) }

  private var cut: (text: Text, isCut: Bool) {
    let (head, rest) = message.text.split(at: Self.limit) { Text($0).plain.utf8.count }
    return (head, !rest.isEmpty)
  }

  /// Footer lines: what it was and whose row it came by.
  private var facts: String {
    ([message.severity.word, message.event.type] + (message.role.isEmpty ? [] : [message.role])).joined(separator: " · ")
  }

  private var plain: String {
    var parts: [String] = []
    if let title = message.title, !title.isEmpty { parts.append(title.plain) }
    let (text, isCut) = cut
    parts.append(text.plain + (isCut ? "…" : ""))
    if !message.fields.isEmpty { parts.append(message.fields.map { "\($0.name): \($0.value.plain)" }.joined(separator: "\n")) }
    if !message.links.isEmpty { parts.append(message.links.map { "\($0.label): \($0.url)" }.joined(separator: "\n")) }
    parts.append("-- \n" + facts + (message.page.map { "\n\($0)" } ?? ""))
    let all = parts.joined(separator: "\n\n")
    return String(
      String.UnicodeScalarView(
        all.unicodeScalars.filter { $0 == "\n" || $0 == "\t" || ($0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)) }))
  }

  private var html: String {
    var out = "<!DOCTYPE html>\n<html><body style=\"font-family: sans-serif; border-left: 4px solid \(color); padding-left: 12px\">\n"
    if let title = message.title, !title.isEmpty { out += "<h3>\(HTML.print(title.nodes))</h3>\n" }
    let (text, isCut) = cut
    out += "<p>\(HTML.print(text.nodes))\(isCut ? "…" : "")</p>\n"
    if !message.fields.isEmpty {
      out += "<table>\n"
      for field in message.fields {
        out += "<tr><th align=\"left\">\(HTML.escaped(field.name))</th><td>\(HTML.print(field.value.nodes))</td></tr>\n"
      }
      out += "</table>\n"
    }
    if !message.links.isEmpty { out += "<p>\(message.links.map { HTML.link($0.label, $0.url) }.joined(separator: " · "))</p>\n" }
    out += "<p><small>\(HTML.escaped(facts))\(message.page.map { " · " + HTML.link("the event", $0) } ?? "")</small></p>\n</body></html>\n"
    return out
  }

  private var color: String {
    switch message.severity {
    case .debug: "#9aa0a6"
    case .info: "#2eb67d"
    case .notice: "#36c5f0"
    case .warning: "#ecb22e"
    case .error: "#e01e5a"
    case .critical: "#7a0026"
    }
  }
}
