import Bellhop
import GatewayWire

/// Messages as events of an event stream. https://html.spec.whatwg.org/multipage/server-sent-events.html
enum Printer {
  /// One event. JSON has no line breaks, so one `data` line is enough.
  static func event(_ message: Relayed) -> [UInt8] {
    Array("event: message\ndata: ".utf8) + message.json.bytes + Array("\n\n".utf8)
  }
}
