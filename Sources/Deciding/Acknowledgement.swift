import Bellhop
import Pacing
import Routing
import Store

/// Somebody acknowledges a problem by hand. It is an event of the house's own, kept like any arrival: so the history has it, and the decider ends
/// what waits for it in its turn.
public struct Acknowledgement: Sendable, Hashable {
  /// The event that people were told of, by its sequence.
  public var event: Int64
  /// Which rows told of it: `role/row`.
  public var rows: [String]
  /// Who it is.
  public var who: String

  /// By its type the decider knows it.
  public static let type = Delivery.acknowledged

  /// Of these rows' problems.
  public init(event: Int64, rows: [String], who: String) {
    self.event = event
    self.rows = rows
    self.who = who
  }

  /// What such an event says; nil for every other.
  init?(_ event: Event) {
    guard event.type == Self.type, event.sender == "bellhop", let about = event.data["event"]?.int,
      let rows = event.data["rows"]?.array, let who = event.data["who"]?.string
    else { return nil }
    self.init(event: about, rows: rows.compactMap(\.string), who: who)
  }

  /// The event that is kept: in the thread of the first, whatever `threads` go by.
  public func event(about first: Event, at now: Timestamp, in threads: ThreadPaths) -> Event {
    threads.carry(
      from: first,
      to: Event(
        id: "acknowledged-\(event)-\(now.microseconds)", sender: Event.gateway, source: Event.gateway, type: Self.type,
        subject: first.subject, severity: .info, time: now, text: "acknowledged by \(who)",
        data: ["event": .int(event), "rows": .array(rows.map(JSON.string)), "who": .string(who)]))
  }
}

extension TableDecider {
  /// A row that waits, or waited, for somebody to acknowledge an event.
  public struct AwaitingRow: Sendable {
    /// Whose it is.
    public let role: String
    /// `role/row`, as ``Acknowledgement/rows`` has it.
    public let name: String
    /// Where it is kept what is known of it: ``Pacer/awaited(_:in:of:)`` reads it.
    public let place: RuleSlot
  }

  /// The rows that may wait for an answer to an event; nil for `roles` are all.
  public func awaiting(_ event: StoredEvent, roles: Set<String>?) -> [AwaitingRow] {
    pacers.compactMap { pacer in
      guard let pacer, roles?.contains(pacer.policy.role) ?? true, let place = pacer.placeOfAnswer(to: event) else { return nil }
      return AwaitingRow(role: pacer.policy.role, name: place.name, place: place)
    }
  }

  /// Ends what waits for it, and tells those who were told, quietly.
  func decide(_ answer: Acknowledgement, _ event: Event, _ turn: StoreTurn, _ states: any StateReading) -> Decision {
    guard let first = states.event(answer.event) else { return Decision(plan: Plan()) }
    var changes = PaceStates(states)
    var rows: [(number: Int, escalates: Bool)] = []
    for name in answer.rows {
      guard let number = numbers[name], let known = pacers[number]?.acknowledge(first, by: answer.who, at: turn.received, &changes)
      else { continue }
      rows.append((number, false))
      if known.isOver { rows.append((number, true)) }
    }
    let plan = router.plan(first.event, again: rows, alert: .quiet) { words in
      Rendering(text: Text(literal: "\(event.text): \(Self.headline(words, of: first.event))"))
    }
    return Decision(plan: plan, consequences: changes.consequences)
  }

  /// One line of what was told: the word stands alone in many a channel, or in the place of the message.
  private static func headline(_ words: Rendering, of event: Event) -> String {
    let told = words.title?.plain ?? words.text?.plain ?? event.text
    let line = told.split(whereSeparator: \.isNewline).first.map(String.init) ?? event.type
    return line.count > 160 ? String(line.prefix(159)) + "…" : line
  }

  /// Deliveries of rows that wait for an answer ask for it.
  func asking(_ plan: Plan, for event: Event, _ verdicts: [Int: RowVerdict], _ turn: StoreTurn, _ states: PaceStates) -> Plan {
    var plan = plan
    for number in verdicts.keys {
      guard let pacer = pacers[number], pacer.policy.untilAck != nil else { continue }
      guard pacer.asks(pacer.paced(event, sequence: turn.sequence, received: turn.received), states) else { continue }
      for index in plan.deliveries.indices {
        let delivery = plan.deliveries[index]
        guard delivery.role == pacer.policy.role, delivery.row == pacer.policy.row, delivery.state == .waiting || delivery.state == .held
        else { continue }
        var words = delivery.rendering ?? Rendering()
        words.acknowledges = turn.sequence
        plan.deliveries[index].rendering = words
      }
    }
    return plan
  }
}
