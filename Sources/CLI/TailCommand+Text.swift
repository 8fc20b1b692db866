import Bellhop
import Store

// What happens, a line each, for people.
extension TailCommand {
  /// An event: when, how bad, what, about whom, its text, and where it goes.
  static func line(of event: JSON, hasColour: Bool) -> String {
    let severity = Output.text(event["severity"])
    let (type, subject, text) = (Output.text(event["type"]), Output.text(event["subject"]), Output.text(event["text"]))
    var parts = [HumanTime.local(event["received"]), padded(severity, 8), type]
    if !subject.isEmpty { parts.append(subject) }
    // Without a text of its own it says that again.
    if text != type, text != "\(type) \(subject)" { parts.append("\u{201C}\(text)\u{201D}") }
    let places = (event["deliveries"]?.array ?? []).map { delivery -> String in
      let state = Output.text(delivery["state"])
      let place = [Output.text(delivery["role"]), Output.text(delivery["destination"])].filter { !$0.isEmpty }.joined(separator: " ")
      return state == DeliveryState.waiting.word ? place : "\(place) (\(state))"
    }
    parts.append(places.isEmpty ? "→ \(Output.text(event["fate"]))" : "→ \(places.joined(separator: ", "))")
    return painted(parts.joined(separator: "  "), Self.colour(ofSeverity: severity), hasColour)
  }

  /// What became of a delivery.
  static func line(ofFate fate: JSON, hasColour: Bool) -> String {
    let state = Output.text(fate["state"])
    var parts = [
      HumanTime.local(fate["when"]), padded(state, 9), "of event \(Output.text(fate["event"]))", Output.text(fate["role"]),
      Output.text(fate["destination"]),
    ]
    parts.append(Output.text(fate["note"]))
    return painted(parts.filter { !$0.isEmpty }.joined(separator: "  "), Self.colour(ofState: state), hasColour)
  }

  /// What is not told, and why.
  static func gap(_ gap: JSON) -> String {
    "bellhop: between \(Output.text(gap["from"])) and \(Output.text(gap["to"])) something is missing here: \(Output.text(gap["why"]))"
  }

  private static func padded(_ word: String, _ width: Int) -> String {
    word + String(repeating: " ", count: max(0, width - word.count))
  }

  /// https://www.ecma-international.org/publications-and-standards/standards/ecma-48/ (select graphic rendition)
  private static func painted(_ line: String, _ colour: String?, _ hasColour: Bool) -> String {
    guard hasColour, let colour else { return line }
    return "\u{1B}[\(colour)m\(line)\u{1B}[0m"
  }

  private static func colour(ofSeverity word: String) -> String? {
    switch Severity(word: word) {
    case .critical: "1;31"
    case .error: "31"
    case .warning: "33"
    case .debug: "2"
    case .info, .notice, nil: nil
    }
  }

  private static func colour(ofState word: String) -> String? {
    switch DeliveryState(word: word) {
    case .dead: "31"
    case .unclear: "33"
    case .delivered: "32"
    case .waiting, .folded, .silenced, .held, nil: "2"
    }
  }
}
