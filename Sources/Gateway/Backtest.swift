import Bellhop
import Deciding
import Pacing
import Routing
import Settings

/// What happened, through the rules of one configuration and, where there is one, of another.
public struct Backtest: Sendable {
  /// What one configuration makes of a row.
  public struct Tale: Sendable, Hashable {
    /// Messages, however many places each of them goes to.
    public var messages = 0
    /// Those that are loud.
    public var loud = 0
    /// The longest time between an event and the first message that tells it; nil where none was told.
    public var wait: Duration?
  }

  /// A row of either configuration.
  public struct BacktestRow: Sendable {
    /// Empty for `unrouted:`.
    public let role: String
    /// Nil: all rows of the role that have no name.
    public let row: String?
    /// Under the rules in force.
    public let then: Tale
    /// Under the others.
    public let now: Tale?
  }

  /// A problem that nobody would be told of.
  public struct MissedProblem: Sendable {
    /// As its first event has them.
    public let type: String
    /// Whom it is about.
    public let subject: String?
    /// When it began.
    public let at: Timestamp
    /// Why, under the rules in force; nil where it was told.
    public let then: String?
    /// The same under the others.
    public let now: String?
  }

  /// How many events went through.
  public let events: Int
  /// Between these times.
  public let from: Timestamp, to: Timestamp
  /// In the order of the file in force; rows of the other alone behind them.
  public let rows: [BacktestRow]
  /// All of them together.
  public let total: BacktestRow
  /// In order of time: those that would be missed under the last of the two.
  public let missed: [MissedProblem]
  /// Further than that there was no room for; nil where all went through.
  public let cut: Timestamp?
  /// What the numbers do not know, where it matters for these rules: a sentence each.
  public let limits: [String]

  private static func limits(of all: [Configuration], _ past: Past, from: Timestamp, _ silences: SilenceList) -> [String] {
    var limits: [String] = []
    let rules = all.flatMap(\.policies)
    if rules.contains(where: { $0.untilAck != nil }) {
      limits.append("Nobody acknowledges anything here: rows with until_ack tell it as often as they may.")
    }
    if !past.isFull, rules.contains(where: { !$0.isEmpty }) || all.contains(where: { !$0.watches.isEmpty }) {
      limits.append("What windows and watches held before \(from.rfc3339) is not known.")
    }
    let count = silences.silences.count { $0.until > from && $0.from < $0.until }
    if count > 0 {
      limits.append(count == 1 ? "1 silence of that time held back as it did." : "\(count) silences of that time held back as they did.")
    }
    return limits
  }

  init(_ past: Past, from: Timestamp, to: Timestamp, silences: SilenceList, _ old: Configuration, _ new: Configuration?) {
    let input = past.events
    let problems = BacktestProblem.all(in: input)
    let then = BacktestRun(input, problems, from: from, to: to, silences, old)
    let now = new.map { BacktestRun(input, problems, from: from, to: to, silences, $0) }
    limits = Self.limits(of: [old, new].compactMap(\.self), past, from: from, silences)
    (events, self.from, self.to) = (input.count, from, to)
    var keys = then.order
    for key in now?.order ?? [] where !keys.contains(key) { keys.append(key) }
    rows = keys.map { key in
      BacktestRow(
        role: key.role, row: key.row, then: then.rows[key] ?? Tale(), now: now.map { $0.rows[key] ?? Tale() })
    }
    total = BacktestRow(role: "", row: nil, then: then.total, now: now?.total)
    missed = problems.indices.compactMap { number in
      guard (now ?? then).why[number] != nil else { return nil }
      let first = input[problems[number].events[0]]
      return MissedProblem(
        type: first.event.type, subject: first.event.subject, at: first.received, then: then.why[number], now: now?.why[number])
    }
    cut = [then.cut, now?.cut].compactMap(\.self).min()
  }
}

extension Gateway {
  /// Runs what happened through one configuration, and through another. Nil where one of them has mistakes.
  /// - Parameter silences: as the running gateway shows them, with those that have ended.
  public static func backtest(_ past: Past, from: Timestamp, to: Timestamp, silences: [JSON] = [], _ old: Loaded, with new: Loaded?)
    -> Backtest?
  {
    guard let then = old.configuration else { return nil }
    if let new, new.configuration == nil { return nil }
    let list = SilenceList(showing: silences.compactMap(Silence.init(view:)))
    return Backtest(past, from: from, to: to, silences: list, then, new?.configuration)
  }
}

/// A problem from its beginning to its end, as places of its `.firing` events in what happened.
struct BacktestProblem {
  var events: [Int]

  /// In the order of their beginnings.
  static func all(in input: [(event: Event, received: Timestamp)]) -> [BacktestProblem] {
    var problems: [BacktestProblem] = []
    var open: [[String?]: Int] = [:]
    for (number, one) in input.enumerated() {
      guard let (life, stem) = ProblemLife.told(by: one.event.type) else { continue }
      let key = [stem, one.event.subject]
      switch life {
      case .acknowledgement: continue
      case .resolution: open[key] = nil
      case .firing:
        if let known = open[key] {
          problems[known].events.append(number)
        } else {
          open[key] = problems.count
          problems.append(BacktestProblem(events: [number]))
        }
      }
    }
    return problems
  }
}

/// What happened, through one configuration.
private struct BacktestRun {
  struct BacktestKey: Hashable {
    var role: String
    var row: String?
  }

  var rows: [BacktestKey: Backtest.Tale] = [:]
  var order: [BacktestKey] = []
  var total = Backtest.Tale()
  /// Of each problem, why nobody was told; nil where somebody was, or may still be.
  var why: [String?] = []
  let cut: Timestamp?

  init(
    _ input: [(event: Event, received: Timestamp)], _ problems: [BacktestProblem], from: Timestamp, to: Timestamp,
    _ silences: SilenceList, _ configuration: Configuration
  ) {
    // What waits for a sign of life waits from the first event on: before it there may have been no gateway.
    var rehearsal = Rehearsal(Assembly.decider(of: configuration), from: input.first?.received ?? from, silences: silences)
    let sequences = input.map { rehearsal.post($0.event, at: $0.received) }
    rehearsal.run(until: to)
    cut = rehearsal.cut
    order = configuration.tables.flatMap { table in table.rows.map { BacktestKey(role: table.role, row: $0.name) } }
    order = order.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    for message in rehearsal.messages where message.at <= to {
      count(BacktestKey(role: message.role, row: message.row)) { tale in
        tale.messages += 1
        if message.alert == .loud { tale.loud += 1 }
      }
    }
    for event in rehearsal.events where event.event.sender != Event.gateway {
      for part in event.parts {
        guard let told = part.told else { continue }
        count(BacktestKey(role: part.role, row: part.row)) { $0.wait = max($0.wait ?? .zero, told - event.received) }
      }
    }
    why = problems.map { problem in
      let tried = problem.events.compactMap { sequences[$0].flatMap { rehearsal[$0] } }
      let parts = tried.flatMap(\.parts)
      guard let first = tried.first, !parts.contains(where: { $0.told != nil || rehearsal.isPending($0) }) else { return nil }
      guard !first.parts.isEmpty else { return "no row wants it" }
      return first.parts.map { $0.note ?? $0.state.word }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }.joined(separator: "; ")
    }
  }

  private mutating func count(_ key: BacktestKey, _ change: (inout Backtest.Tale) -> Void) {
    if rows[key] == nil, !order.contains(key) { order.append(key) }
    change(&rows[key, default: Backtest.Tale()])
    change(&total)
  }
}
