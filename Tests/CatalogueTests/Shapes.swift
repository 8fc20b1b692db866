import Bellhop

/// Messages of a dozen shapes that do not fit, or in which there is nothing to see.
enum Shapes {
  static let names = all.map(\.name)

  static func message(_ name: String, page: Bool) -> Message {
    var message = (all.first { $0.name == name }?.make ?? { Self.message(text: "") })()
    message.page = page ? "https://bellhop.example.com/events/1" : nil
    return message
  }

  private static let all: [(name: String, make: @Sendable () -> Message)] = [
    ("many facts", { message(text: "disk full", facts: (0..<30).map { ("name \($0)", "value \($0).") }) }),
    (
      "long facts", { message(text: "disk full", facts: (0..<20).map { ("name \($0)", "v\($0) " + String(repeating: "x", count: 1_000)) }) }
    ),
    ("long links", { message(text: "disk full", facts: pair, links: [900, 300, 300]) }),
    ("longer links", { message(text: "disk full", facts: pair, links: [1_900, 1_100, 1_100, 1_100, 1_900]) }),
    ("many links", { message(text: "disk full", facts: pair, links: Array(repeating: 30, count: 10)) }),
    ("many lines", { message(text: (0..<100).map { "line \($0)" }.joined(separator: "\n")) }),
    ("very many lines", { message(text: (0..<2_000).map { "line \($0)" }.joined(separator: "\n")) }),
    (
      "json as text",
      {
        message(
          text: (0..<68).map { #"{"a":"b","c":{"path":"C:\\temp","n":\#($0)}}"# }.joined(separator: "\n"),
          facts: (0..<8).map { ("name \($0)", #"{"q":"\"quoted\" \\ \#($0)"}"#) }, links: Array(repeating: 1_900, count: 5))
      }
    ),
    (
      "everything",
      {
        message(
          title: String(repeating: "heading ", count: 100), text: Hostile.long, facts: (0..<20).map { ("name \($0)", Hostile.line) },
          links: Array(repeating: 900, count: 10))
      }
    ),
    ("wide characters", { message(title: String(repeating: "火🔥", count: 500), text: String(repeating: "🎉火事だ", count: 5_000)) }),
    (
      "combining marks",
      { message(title: "e" + String(repeating: "\u{301}", count: 5_000), text: String(repeating: "Z\u{336}\u{35B}\u{489}", count: 2_000)) }
    ),
    ("no text", { message(text: "") }),
    ("a blank text", { message(text: " \n\t ") }),
    ("nothing to see", { message(title: "\u{200B}", text: "\u{200B}\u{FEFF}\u{2060}\u{7}") }),
    ("a blank title", { message(title: " ", text: "disk full") }),
    ("a title alone", { message(title: "disk full", text: "\u{200D}") }),
  ]

  private static let pair = [("Host", "web-1"), ("Value", "93 %")]

  private static func message(title: String? = nil, text: String, facts: [(String, String)] = [], links: [Int] = []) -> Message {
    let event = Event(
      id: "e", sender: "s", source: "s", type: "a.b", subject: "web-1", severity: .error, time: Timestamp(seconds: 1), text: text)
    return Message(
      id: "m-1", event: event, role: "devops", title: title.map(Text.init(literal:)),
      fields: facts.map { .init(name: $0.0, value: Text(literal: $0.1)) },
      links: links.enumerated().map { index, length in
        let start = "https://grafana.example.com/\(index)?"
        return .init(label: "Graph \(index)", url: start + String(repeating: "a", count: max(0, length - start.count)))
      })
  }
}
