import Bellhop
import Pacing

/// The words of what is told again as nobody has acknowledged it: the row's own, with a few in front.
struct ReminderText {
  private let summary: PaceSummary
  private let model: Event
  private let sequence: Int64

  init(_ summary: PaceSummary, of sequence: Int64, _ model: Event) {
    self.summary = summary
    self.sequence = sequence
    self.model = model
  }

  /// The event that the history shows. It is in the thread of the first, where threads go by subject; ``ThreadPaths`` see to the others.
  func event(at now: Timestamp) -> Event {
    var data: JSON.Object = [
      "role": .string(summary.role), "row": .string(summary.row), "event": .int(sequence), "type": .string(model.type),
      "from": .string(summary.opened.rfc3339),
    ]
    if let turn = summary.turn { (data["number"], data["of"]) = (.int(Int64(turn.number)), .int(Int64(turn.of))) }
    if let due = summary.due { data["late"] = .string(due.rfc3339) }
    return Event(
      id: "\(summary.kind.rawValue)-\(summary.window)-\(summary.closed.microseconds)", sender: "bellhop", source: "bellhop",
      type: "bellhop.\(summary.kind.rawValue)", subject: model.subject, severity: model.severity, time: now,
      text: "\(lead): \(model.text)", data: data)
  }

  /// The row's words with the lead in front, and the way to acknowledge it.
  func rendering(_ words: Rendering) -> Rendering {
    var told = words
    let text = words.text ?? (words.title == nil ? Text(literal: model.text) : nil)
    if let title = words.title {
      told.title = Text([.text("\(lead): ")] + title.nodes)
      // Its event is another one, whose text is not what the row left out.
      told.text = text ?? Text(literal: model.text)
    } else {
      told.text = Text([.bold([.text(lead)]), .text(": ")] + (text?.nodes ?? []))
    }
    told.acknowledges = sequence
    if let due = summary.due { told.fields.append(Message.Fact(name: "Due at", value: Text(literal: due.rfc3339))) }
    return told
  }

  private var lead: String {
    guard let turn = summary.turn else { return "nobody acknowledged it in \((summary.closed - summary.opened).rough)" }
    return "\(turn.number) of \(turn.of)"
  }
}
