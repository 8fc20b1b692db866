import Bellhop
import Pacing
import Store

/// The words of a message that stands for many events.
struct SummaryText {
  private let summary: PaceSummary
  private let samples: [StoredEvent]
  private let model: Event?

  init(_ summary: PaceSummary, samples: [StoredEvent], like model: Event?) {
    self.summary = summary
    self.samples = samples
    self.model = model
  }

  /// Characters of a line that tells of one event.
  private static let line = 160

  /// The event that the history shows: by its id it is one, however often it is decided.
  func event(at now: Timestamp) -> Event {
    var data: JSON.Object = [
      "role": .string(summary.role), "row": .string(summary.row), "count": .int(Int64(summary.count)),
      "from": .string(summary.opened.rfc3339), "to": .string(summary.closed.rfc3339),
      "types": .object(JSON.Object(summary.types.map { .init($0.type, .int(Int64($0.count))) })),
      "events": .array(summary.samples.map(JSON.int)),
    ]
    if let due = summary.due { data["late"] = .string(due.rfc3339) }
    return Event(
      // Two windows of a key may end in the same moment, but not with the same last event.
      id: "\(summary.kind.rawValue)-\(summary.window)-\(summary.closed.microseconds)-\(summary.samples.last ?? 0)",
      sender: Event.gateway, source: Event.gateway, type: "bellhop.\(summary.kind.rawValue)", subject: model?.subject,
      severity: summary.worst, time: now, text: "\(title)\n\(text.plain)", data: data)
  }

  /// The number of the window whose message an event is; nil for all others.
  static func window(of event: Event) -> Int64? {
    guard event.sender == Event.gateway else { return nil }
    let parts = event.id.split(separator: "-")
    guard parts.count == 4, PaceSummary.Kind(rawValue: String(parts[0])) != nil else { return nil }
    return Int64(parts[1])
  }

  var rendering: Rendering {
    var rendering = Rendering(title: Text(literal: title), text: text)
    if let due = summary.due { rendering.fields.append(Message.Fact(name: "Due at", value: Text(literal: due.rfc3339))) }
    return rendering
  }

  private var span: String { (summary.closed - summary.opened).rough }

  private var title: String {
    let row = summary.row.hasPrefix("#") ? summary.role : summary.row
    return switch summary.kind {
    case .repeats: "\(summary.count) more in \(span)"
    case .throttled: "\(row): \(summary.count) more in \(span)"
    case .digest: "\(row): \(summary.count) in \(span)"
    case .report: "\(row): \(summary.count == 0 ? "nothing happened" : "\(summary.count)") since \(summary.opened.rfc3339.prefix(16))"
    case .flapping: "flapping: \(summary.count) changes in \(span)"
    case .settled:
      "at rest: \(summary.state == .firing ? "it is still there" : "it is resolved"), after \(summary.count) changes in \(span)"
    case .others: "\(row): and \(summary.count) others in \(span)"
    case .reminder, .escalation: row
    case .outlived: "\(row): \(summary.count) \(summary.atMost == .quiet ? "kept quiet in \(span)" : "still there")"
    }
  }

  private var text: Text {
    var nodes: [Text.Node] = []
    if summary.state == .resolution, summary.kind == .repeats { nodes += [.text("resolved"), .line] }
    if summary.kind == .report || summary.types.count > 1 || summary.samples.isEmpty { nodes += counts }
    let shown = ordered.map { Self.words(of: $0.event) }
    if !shown.isEmpty { nodes.append(.list(shown.map { [.text($0)] })) }
    let rest = summary.count - shown.count
    if rest > 0, summary.kind != .flapping, summary.kind != .settled, !shown.isEmpty { nodes.append(.text("… and \(rest) more")) }
    return Text(nodes)
  }

  /// The worst first, then in order of time.
  private var ordered: [StoredEvent] {
    let few = summary.kind == .flapping || summary.kind == .settled ? samples.suffix(1) : samples[...]
    return few.sorted { ($1.event.severity, $0.sequence) < ($0.event.severity, $1.sequence) }
  }

  private var counts: [Text.Node] {
    var nodes: [Text.Node] = []
    let before = summary.before.map { Dictionary($0.map { ($0.type, $0.count) }, uniquingKeysWith: +) }
    for one in summary.types {
      nodes += [.text("\(one.type): "), .bold([.text("\(one.count)")])]
      if let before { nodes.append(.text(Self.change(one.count, before[one.type] ?? 0))) }
      nodes.append(.line)
    }
    for one in summary.before ?? [] where !summary.types.contains(where: { $0.type == one.type }) {
      nodes += [.text("\(one.type): "), .bold([.text("0")]), .text(Self.change(0, one.count)), .line]
    }
    return nodes
  }

  private static func change(_ now: Int, _ before: Int) -> String {
    now == before ? " (as the day before)" : " (\(now > before ? "+" : "−")\(abs(now - before)))"
  }

  private static func words(of event: Event) -> String {
    let text = event.text.split(whereSeparator: \.isNewline).first.map(String.init) ?? event.type
    return text.count > line ? String(text.prefix(line - 1)) + "…" : text
  }
}
