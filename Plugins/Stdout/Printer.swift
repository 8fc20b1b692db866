import Bellhop

/// Prints a message for people in front of a terminal, who may be shown hostile text.
struct Printer {
  let coloured: Bool

  /// `TIME MARK severity role: title or first line`, and everything else indented below. Ends with a line break.
  func lines(_ message: Message) -> String {
    let texts = [message.title, message.text].compactMap { $0 }.filter { !$0.isEmpty }
    var lines = texts.flatMap { Self.visibleLines($0.plain) }
    lines += message.fields.flatMap { field in
      let value = Self.visibleLines(field.value.plain)
      return ["\(Self.visible(field.name)): \(value.first ?? "")"] + value.dropFirst().map { "  \($0)" }
    }
    lines += message.links.map { "\(Self.visible($0.label)): \(Self.visible($0.url))" }
    if let page = message.page { lines.append(Self.visible(page)) }
    let severity = message.severity.word.padded(to: 8)
    let role = message.role.isEmpty ? "" : "\(Self.visible(message.role)): "
    let head = "\(Self.mark(message.alert)) \(severity) \(role)\(lines.first ?? "")"
    let first = "\(message.event.time.rfc3339) \(paint(head, message))"
    return ([first] + lines.dropFirst().map { "    \($0)" }).map { $0 + "\n" }.joined()
  }

  /// One line of JSON. C1 controls and bidirectional marks are escaped too: terminals obey them.
  static func json(_ message: Message, attempt: Int) -> [UInt8] {
    var out = ""
    for scalar in JSON.object(message.json(attempt: attempt)).text.unicodeScalars {
      if scalar.isHiddenCommand {
        let hex = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return Array((out + "\n").utf8)
  }

  private static func mark(_ alert: Alert) -> String {
    switch alert {
    case .loud: "!!"
    case .normal: "! "
    case .quiet: ". "
    }
  }

  private static func visibleLines(_ text: String) -> [String] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(visible)
  }

  /// Control characters as their pictures (U+2400 …), so that no escape sequence reaches the terminal; others as `\u{…}`.
  static func visible(_ text: some StringProtocol) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09: out += "    "
      case 0..<0x20: out.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "?")
      case 0x7F: out += "␡"
      case _ where scalar.isHiddenCommand: out += "\\u{\(String(scalar.value, radix: 16))}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// https://en.wikipedia.org/wiki/ANSI_escape_code#SGR
  private func paint(_ text: String, _ message: Message) -> String {
    guard coloured else { return text }
    let colour =
      switch message.severity {
      case .debug: "2"
      case .info: "32"
      case .notice: "36"
      case .warning: "33"
      case .error: "31"
      case .critical: "35"
      }
    return "\u{1b}[\(message.alert == .loud ? "1;" : "")\(colour)m\(text)\u{1b}[0m"
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
