import Bellhop

/// Messages of the sort that transports meet on bad days.
enum Samples {
  static let time = Timestamp(seconds: 1_760_000_000)

  static let line =
    "@everyone <!channel> <!here|x> *bold* _it_ ~gone~ `code` ```block``` \"quoted\" 'it' <script>alert(1)</script> & &amp; 🎉👩‍👩‍👧 :tada: "
    + "snake_case 2 * 3 \u{1b}[31mred\u{7}\u{9b}1m \u{202e}txet https://evil.example/?a=1&b=2|3.\n> quote\r\n"

  /// Ten thousand characters of what outside text may hold.
  static let hostile = String(String(repeating: line, count: 10_000 / line.count + 1).prefix(10_000))

  static func message(_ alert: Alert, _ severity: Severity, text: String = hostile, id: String = "e1-42") -> Message {
    let event = Event(
      id: "ev-1", sender: "shop", source: "shop", type: "server.down", subject: "web-1", severity: severity, time: time, text: text,
      data: ["endpoint": "/pay"])
    return Message(id: id, event: event, role: "devops", alert: alert)
  }

  /// A loud error with everything a row can give it.
  static var loud: Message {
    var message = message(.loud, .error)
    message.row = "critical server errors"
    message.title = Text([.emoji("fire"), .text(" <!channel> down: "), .bold([.text("*web-1*")])])
    message.fields = [
      .init(name: "Endpoint", value: Text([.code("/pay`<!here>`")])), .init(name: "<!channel>", value: Text(literal: "*a*\n@everyone")),
    ]
    message.links = [.init(label: "Logs *|> ", url: "https://logs.example.com/?q=<a|b>&c"), .init(label: "x", url: "javascript:alert(1)")]
    message.page = "https://bellhop.example.com/events/42"
    return message
  }

  /// A loud error of one hostile line, for tests that are not about length.
  static var brief: Message {
    var message = loud
    message.text = Text(literal: line)
    return message
  }

  static var quiet: Message { message(.quiet, .info) }
}
