import Bellhop
import Store

/// The page of a search.
public struct FindPage: Sendable {
  /// As typed; empty before anything was.
  public var text: String
  /// Newest first.
  public var events: [HistoryEvent]
  /// The `cursor` of the next page.
  public var next: Int64?
  /// How far back it was searched, where there is a next page.
  public var back: Timestamp?
  /// What is wrong with what was typed.
  public var flaw: FormFlaw?

  /// What it shows.
  public init(
    text: String, events: [HistoryEvent] = [], next: Int64? = nil, back: Timestamp? = nil, flaw: FormFlaw? = nil
  ) {
    self.text = text
    self.events = events
    self.next = next
    self.back = back
    self.flaw = flaw
  }

  /// Searches that say something to everybody, and teach the grammar.
  static let examples: [(filter: String, meaning: String)] = [
    ("severity:error+ since:24h", "what went wrong since yesterday"),
    ("type:payment.* since:7d", "payments of the last week"),
    ("jane@example.com", "everything about one person"),
    ("state:dead", "what could not be delivered"),
    ("\"card declined\" -type:test.*", "a phrase, without tests"),
    ("data.amount>100", "by a number in the data"),
  ]

  /// What is searched for, in its heading.
  public var title: String { text.isEmpty ? "Search" : "Search: \(text.readableLine.shortened(to: 80))" }

  /// What stands below its heading.
  public var content: SafeHTML { "\(form)\(flaw.map { SafeHTML.mistake($0) } ?? found)" }

  private var form: SafeHTML {
    let wrong: SafeHTML? = flaw == nil ? nil : " aria-invalid=\"true\" aria-describedby=\"mistake\""
    return """
      <search><form class="filters" action="/search"><label><span>Words, and <code>key:value</code></span> \
      <input type="search" name="q" value="\(text)" maxlength="2048" autocomplete="off" spellcheck="false"\(wrong)></label> <button>Search</button></form></search>
      """
  }

  private var found: SafeHTML {
    if text.isEmpty { return "<h2>Examples</h2>\(examples)\(grammar)" }
    let query = PageQuery(["q": text])
    let older = next.map { query.with("cursor", String($0)).address("/search") }
    if events.isEmpty {
      let said: SafeHTML = next == nil ? "Nothing was found." : "Nothing was found so far."
      return """
        <p class="empty" role="status">\(said) Fewer words find more, and <code>word*</code> finds longer ones.</p>\(SafeHTML.older(older, back: back, "Search further back"))
        <h2>Examples</h2>\(examples)
        """
    }
    let rows = events.map { event in
      SafeHTML.item(
        short: [.time(event.received), .severity(event.event.severity), Self.fates(of: event)], long: [.line(event)])
    }
    func export(_ format: String) -> String { query.with("format", format).address("/v1/events") }
    return """
      \(SafeHTML.table("Found events", ["Received", "Severity", "What became of it", "Event"], rows, stacks: true))
      \(SafeHTML.older(older, back: back, "Older ones"))
      <p>All of it as <a href="\(export("csv"))" download>CSV</a> or <a href="\(export("ndjson"))" download>NDJSON</a>.</p>
      """
  }

  /// Each state once, with how many; of an event without deliveries its own fate.
  private static func fates(of event: HistoryEvent) -> SafeHTML {
    if event.deliveries.isEmpty { return event.fate == .planned ? .none : "<span class=\"soft\">\(event.fate.word)</span>" }
    return DeliveryState.allCases.compactMap { state -> SafeHTML? in
      let count = event.deliveries.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(SafeHTML.state(state)) "
    }.joined()
  }

  private var examples: SafeHTML {
    let items = Self.examples.map { example in
      "<li><a href=\"\(PageQuery(["q": example.filter]).address("/search"))\"><code>\(example.filter)</code></a> \(example.meaning)</li>"
        as SafeHTML
    }
    return "<ul>\(items.joined())</ul>"
  }

  private var grammar: SafeHTML {
    """
    <h2>What can be asked</h2><p>Terms stand side by side and must all hold. A word, or a <code>"phrase"</code>, stands in the text, the subject or \
    the data; <code>word*</code> begins so. <code>-</code> in front leaves out. Keys are <code>type</code>, <code>source</code>, \
    <code>sender</code>, <code>subject</code>, <code>severity</code> (<code>error+</code> is that and worse), <code>role</code>, <code>row</code>, \
    <code>state</code>, <code>since</code>, <code>until</code> and paths like <code>data.amount</code>, which can be compared with \
    <code>&gt;</code> and <code>&lt;</code>. Commas stand between alternatives, and <code>*</code> for any part between two dots.</p>
    """
  }
}
