import Bellhop
import Matching
import Store

/// The page of one event: what a message's link opens.
public struct EventPage: Sendable {
  /// With the deliveries that the reader may see.
  public var event: HistoryEvent
  /// What the same subject did before, newest first.
  public var earlier: [HistoryEvent]
  /// What it did after, oldest first.
  public var later: [HistoryEvent]
  /// There is more before these.
  public var hasEarlier: Bool
  /// There is more behind them.
  public var hasLater: Bool
  /// Which rows want it under the configuration in force, as `POST /v1/explain` tells; nil for who sees some roles only.
  public var explanation: JSON?
  /// The roles that wait for somebody to acknowledge it.
  public var awaiting: [String]
  /// Who looks may change something.
  public var isOperator: Bool
  /// Who looks sees all roles.
  public var isWhole: Bool
  /// What was done just now.
  public var note = PageNote()

  /// The event alone, unless told more.
  public init(
    event: HistoryEvent, earlier: [HistoryEvent] = [], later: [HistoryEvent] = [], hasEarlier: Bool = false, hasLater: Bool = false,
    explanation: JSON? = nil, awaiting: [String] = [], isOperator: Bool = false, isWhole: Bool = true
  ) {
    self.event = event
    self.earlier = earlier
    self.later = later
    self.hasEarlier = hasEarlier
    self.hasLater = hasLater
    self.explanation = explanation
    self.awaiting = awaiting
    self.isOperator = isOperator
    self.isWhole = isWhole
  }

  /// What it is about, in a few words.
  public var title: String { event.event.subject.map { "\(event.event.type): \($0)" } ?? event.event.type }

  /// What stands below its heading.
  public var content: SafeHTML {
    if event.isForgotten { return "\(husk)\(EventDeliveries(event, isOperator: false, isWhole: isWhole).content)" }
    return """
      \(note.shown)<p>\(SafeHTML.severity(event.event.severity)) from \(event.event.sender), received \(SafeHTML.time(event.received))</p>
      <pre>\(event.event.text)</pre>\(waiting)\(ways)
      \(EventDeliveries(event, isOperator: isOperator, isWhole: isWhole).content)\(data)\(story)\(explained)\(facts)
      """
  }

  private var husk: SafeHTML {
    """
    <p class="empty">This event was forgotten, because somebody asked for that: what it said is gone, and cannot be brought back. That it \
    happened, and what became of it, is still known.</p>\(facts)
    """
  }

  /// One press, for who may.
  private var waiting: SafeHTML {
    if awaiting.isEmpty { return .none }
    let roles = awaiting.joined(separator: ", ")
    let button: SafeHTML =
      isOperator
      ? """
      <form method="post" action="/events/\(event.sequence)"><input type="hidden" name="do" value="acknowledge">\
      <button>Acknowledge</button></form>
      """
      : "<p>The link in the message acknowledges it.</p>"
    return "<div class=\"empty\"><p>\(roles) is told again and again until somebody acknowledges this.</p>\(button)</div>"
  }

  /// Where to go from here.
  private var ways: SafeHTML {
    let filter = FilterText.like(event.event)
    var ways: [SafeHTML] = []
    if let before = earlier.first { ways.append("<a href=\"/events/\(before.sequence)\" rel=\"prev\">The one before about the same</a>") }
    if let after = later.first { ways.append("<a href=\"/events/\(after.sequence)\" rel=\"next\">The one after about the same</a>") }
    ways.append("<a href=\"\(PageQuery(["q": filter]).address("/search"))\">Search for more like it</a>")
    if isOperator, isWhole { ways.append("<a href=\"\(PageQuery(["filter": filter]).address("/silences/new"))\">Silence more like it</a>") }
    return "<ul class=\"ways\">\(ways.map { "<li>\($0)</li>" as SafeHTML }.joined())</ul>"
  }

  private var data: SafeHTML {
    event.event.data.isEmpty ? .none : "<h2>Data</h2>\(SafeHTML.data(event.event.data))"
  }

  private var facts: SafeHTML {
    let about = event.event
    var rows: [(String, SafeHTML)] = [
      ("type", "\(about.type)"), ("subject", "\(about.subject ?? "")"), ("severity", "\(about.severity.word)"),
      ("happened", .time(about.time)), ("received", .time(event.received)), ("sender", "\(about.sender)"), ("source", "\(about.source)"),
      ("id", event.isForgotten ? .none : "\(about.id)"), ("number", "\(event.sequence)"), ("fate", "\(event.fate.word)"),
      ("note", "\(event.note ?? "")"),
    ]
    rows.removeAll { $0.1 == .none }
    let lines = rows.map { "<tr><th scope=\"row\">\($0.0)</th><td>\($0.1)</td></tr>\n" as SafeHTML }
    return "<h2>Facts</h2><table class=\"facts\">\(lines.joined())</table>"
  }

  private var story: SafeHTML {
    guard let subject = event.event.subject, !subject.isEmpty else { return .none }
    let all = PageQuery(["q": "subject:\(FilterText.quoted(subject))"]).address("/search")
    if earlier.isEmpty, later.isEmpty {
      return "<h2>The same subject</h2><p class=\"soft\">Nothing else is known about \(subject.shortened(to: 120)).</p>"
    }
    func item(_ event: HistoryEvent) -> SafeHTML { "<li>\(SafeHTML.time(event.received)) \(SafeHTML.line(event))</li>\n" }
    let before = earlier.reversed().map(item)
    let more: SafeHTML = hasEarlier || hasLater ? "<p><a href=\"\(all)\">All about it</a></p>" : .none
    return """
      <h2>The same subject, before and after</h2><ol class="story">\(hasEarlier ? "<li class=\"soft\">…</li>" : .none)\(before.joined())\
      <li aria-current="true">\(SafeHTML.time(event.received)) <strong>\(event.event.type)</strong> this event</li>
      \(later.map(item).joined())\(hasLater ? "<li class=\"soft\">…</li>" : .none)</ol>\(more)
      """
  }

  private var explained: SafeHTML {
    guard let explanation else {
      return isWhole
        ? .none
        : "<h2>Rows</h2><p class=\"soft\">Which rows matched concerns all roles, and you see some of them.</p>"
    }
    return ExplainedRows(explanation).content
  }
}

extension SafeHTML {
  /// Data for people: a table where it is flat, else JSON.
  static func data(_ data: JSON.Object) -> SafeHTML {
    let isFlat = data.members.allSatisfy { member in
      switch member.value {
      case .object: false
      case .array(let elements): elements.allSatisfy { $0.object == nil && $0.array == nil }
      default: true
      }
    }
    guard isFlat else { return "<pre>\(JSON.object(data).indented())</pre>" }
    let rows = data.members.map { member in
      let value = member.value.array.map { $0.map(\.plain).joined(separator: ", ") } ?? member.value.plain
      return "<tr><th scope=\"row\">\(member.key)</th><td>\(value)</td></tr>\n" as SafeHTML
    }
    return "<table class=\"facts\">\(rows.joined())</table>"
  }
}

extension JSON {
  /// With a line for each value; what is nested deeper than anybody reads stays on one.
  func indented() -> String {
    var out = ""
    write(to: &out, indent: 0)
    return out
  }

  private static let deepest = 20

  private func write(to out: inout String, indent: Int) {
    let inner = "\n" + String(repeating: "  ", count: indent + 1)
    let outer = "\n" + String(repeating: "  ", count: indent)
    switch self {
    case .object(let object) where !object.isEmpty && indent < Self.deepest:
      out += "{"
      for (index, member) in object.members.enumerated() {
        out += "\(index == 0 ? "" : ",")\(inner)\(JSON.string(member.key).text): "
        member.value.write(to: &out, indent: indent + 1)
      }
      out += outer + "}"
    case .array(let elements) where !elements.isEmpty && indent < Self.deepest:
      out += "["
      for (index, element) in elements.enumerated() {
        out += (index == 0 ? "" : ",") + inner
        element.write(to: &out, indent: indent + 1)
      }
      out += outer + "]"
    default: out += text
    }
  }
}
