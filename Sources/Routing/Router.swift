import Bellhop
import Matching
import Store
import Templates

/// Tables, calendars and channels of one configuration, compiled: events in, plans out. Pure, and quick however many rows there are.
public struct Router: Sendable {
  let tables: [Table]
  let calendars: [String: Calendar]
  let directory: Directory
  /// All rows of all tables, one behind the other.
  let rows: [CompiledRow]
  /// Where the rows of each table begin in ``rows``, and where the last one ends.
  let starts: [Int]
  private let index: MatchIndex
  private let unrouted: CompiledRow

  /// A class, because planning passes rows around and copying one would touch a dozen reference counts.
  final class CompiledRow: Sendable {
    let table: Int
    let row: Row
    /// All that it is offered.
    let offered: Match
    let to: [Step]
    let fallback: [Step]
    /// The same row for those who are told in the end; nil where it names none.
    let escalation: CompiledRow?
    let hold: Calendar?
    /// It has no words of its own.
    let isPlain: Bool

    init(table: Int, row: Row, to: [Step], fallback: [Step], escalation: [Step] = [], hold: Calendar?) {
      self.table = table
      self.row = row
      offered = row.resolves.map { .any([row.match, $0]) } ?? row.match
      self.to = to
      self.fallback = fallback
      self.escalation = escalation.isEmpty ? nil : CompiledRow(table: table, row: row, to: escalation, fallback: fallback, hold: nil)
      self.hold = hold
      isPlain = row.title == nil && row.text == nil && row.fields.isEmpty && row.links.isEmpty
    }
  }

  /// All of one configuration. Names that lead nowhere make deliveries that are `dead`: configurations are checked before.
  public init(tables: [Table], calendars: [Calendar], directory: Directory, unrouted: [Route]) {
    let calendars = Dictionary(calendars.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var known: [Route: [Step]] = [:]
    func steps(_ routes: [Route]) -> [Step] {
      routes.flatMap { route in
        if let steps = known[route] { return steps }
        let steps = Step.compile(route, directory: directory)
        known[route] = steps
        return steps
      }
    }
    func compile(_ row: Row, table: Int) -> CompiledRow {
      CompiledRow(
        table: table, row: row, to: steps(row.to), fallback: steps(row.fallback), escalation: steps(row.escalation),
        hold: row.holdUntil.flatMap { calendars[$0] })
    }
    var rows: [CompiledRow] = []
    var starts = [0]
    for (number, table) in tables.enumerated() {
      rows += table.rows.map { compile($0, table: number) }
      starts.append(rows.count)
    }
    self.tables = tables
    self.calendars = calendars
    self.directory = directory
    self.rows = rows
    self.starts = starts
    index = MatchIndex(rows.map(\.offered))
    self.unrouted = compile(Row(to: unrouted), table: -1)
  }

  /// What becomes of an event that is planned at this time. `at` decides calendars only.
  public func plan(_ event: Event, at time: Timestamp) -> Plan { held(wish(event, at: time), at: time) }

  /// What the rows want of an event, before it is known when it will be received: holds are named, not yet counted. `at` decides which rows are
  /// open.
  public func wish(_ event: Event, at time: Timestamp) -> Plan { wish(event, wins: wins(event, at: time)) }

  /// A wish with the ends of its holds, for an event received at that time.
  public func held(_ wish: Plan, at received: Timestamp) -> Plan {
    guard wish.deliveries.contains(where: { !$0.holds.isEmpty }) else { return wish }
    var plan = wish
    for index in plan.deliveries.indices {
      let holds = plan.deliveries[index].holds.compactMap { calendars[$0] }
      guard !holds.isEmpty, !holds.contains(where: { $0.isOpen(at: received) }) else { continue }
      plan.deliveries[index].notBefore = holds.map { $0.nextOpening(after: received) }.min()
    }
    return plan
  }

  /// Numbers of the rows of all tables, one table behind the other.
  public var allRows: Range<Int> { rows.indices }

  /// Whose a row is, and what it is called: a row without a name by its place in its table.
  public func name(ofRow number: Int) -> (role: String, row: String) {
    let table = rows[number].table
    return (tables[table].role, rows[number].row.pacedName(at: number - starts[table]))
  }

  /// The row matches the event, and is not only offered it as the end of a problem.
  public func matches(_ event: Event, row number: Int, at time: Timestamp) -> Bool {
    rows[number].row.match.miss(at: MatchContext(event: event, time: time, calendars: calendars)) == nil
  }

  /// The calendar that a row's deliveries wait for.
  public func hold(ofRow number: Int) -> Calendar? { rows[number].hold }

  /// The plan of an event whose rows were paced. `wins` as ``wins(_:at:)`` gave them.
  public func plan(_ event: Event, wins: [Int], verdicts: [Int: RowVerdict]) -> Plan {
    guard !wins.isEmpty else { return wish(event, wins: wins) }
    var planner = Planner(event: event, directory: directory)
    for number in wins {
      planner.offer(rows[number], role: tables[rows[number].table].role, verdicts[number] ?? .tell(atMost: nil))
    }
    return planner.plan()
  }

  /// The plan of a message that a row's rules make of many events: it goes where the row sends an event like `model`.
  public func plan(_ told: Event, asRow number: Int, like model: Event, alert: Alert, rendering: Rendering) -> Plan {
    var planner = Planner(event: model, directory: directory)
    planner.offer(rows[number], role: tables[rows[number].table].role)
    var plan = planner.plan()
    for index in plan.deliveries.indices {
      plan.deliveries[index].alert = min(alert, plan.deliveries[index].alert)
      plan.deliveries[index].holds = []
      if plan.deliveries[index].state == .waiting { plan.deliveries[index].rendering = rendering }
    }
    return plan
  }

  /// The plan of a message that rows' rules make of one event: where the rows send it, or their escalations do, in the rows' own words as
  /// `change` turns them.
  public func plan(
    _ model: Event, again rows: [(number: Int, escalates: Bool)], alert: Alert, _ change: (Rendering) -> Rendering
  ) -> Plan {
    var planner = Planner(event: model, directory: directory)
    for (number, escalates) in rows {
      let row = escalates ? self.rows[number].escalation : self.rows[number]
      if let row { planner.offer(row, role: tables[row.table].role) }
    }
    var plan = planner.plan()
    for index in plan.deliveries.indices {
      plan.deliveries[index].alert = min(alert, plan.deliveries[index].alert)
      plan.deliveries[index].holds = []
      guard plan.deliveries[index].state == .waiting else { continue }
      plan.deliveries[index].rendering = change(plan.deliveries[index].rendering ?? Rendering())
    }
    return plan
  }

  /// The rows that take the event, in order: in each role the first that matches, and the next ones after a `continue`.
  ///
  /// - Parameter skipped: rows that do not want it after all.
  public func wins(_ event: Event, at time: Timestamp, without skipped: Set<Int> = []) -> [Int] {
    let moment = MatchContext(event: event, time: time, calendars: calendars)
    var candidates = index.candidates(for: event)
    var wins: [Int] = []
    var minimum = 0
    while let number = candidates.next(from: minimum) {
      minimum = number + 1
      let row = rows[number]
      guard row.offered.miss(at: moment) == nil, !skipped.contains(number) else { continue }
      wins.append(number)
      if !row.row.continue { minimum = starts[row.table + 1] }
    }
    return wins
  }

  /// The same for the rows that ``wins(_:at:)`` gave.
  public func wish(_ event: Event, wins: [Int]) -> Plan {
    if wins.count == 1, let plan = Planner.simple(event, rows[wins[0]], role: tables[rows[wins[0]].table].role, in: directory) {
      return plan
    }
    if wins.isEmpty, unrouted.to.isEmpty { return Plan(fate: .unrouted) }
    var planner = Planner(event: event, directory: directory)
    if wins.isEmpty {
      planner.offer(unrouted, role: "")
      return Plan(fate: .unrouted, deliveries: planner.wanted())
    }
    for number in wins { planner.offer(rows[number], role: tables[rows[number].table].role) }
    return planner.plan()
  }

  /// The plan of an event that comes with its message from another gateway, for a channel or transport of this one.
  public func plan(
    _ event: Event, to route: Route, role: String, row: String?, alert: Alert, rendering: Rendering?
  ) -> Plan {
    let steps = Step.compile(route, directory: directory)
    let compiled = CompiledRow(table: -1, row: Row(name: row, to: [route], alert: alert), to: steps, fallback: [], hold: nil)
    var planner = Planner(event: event, directory: directory)
    planner.offer(compiled, role: role)
    var plan = planner.plan()
    for index in plan.deliveries.indices where plan.deliveries[index].state == .waiting { plan.deliveries[index].rendering = rendering }
    return plan
  }

  /// Where an event goes that somebody sends to a channel by hand: each of its places once, and why it cannot go to some.
  public func places(ofChannel name: String, for event: Event) -> (open: [Destination], refusals: [String]) {
    var lanes: Set<String> = []
    var open: [Destination] = []
    var refusals: [String] = []
    for step in Step.compile(.channel(name), directory: directory) {
      let resolved = step.resolve(event, in: directory)
      switch resolved.lane {
      case .success(let lane): if lanes.insert(lane).inserted { open.append(resolved.destination) }
      case .failure(let refusal): refusals.append(refusal.note)
      }
    }
    return (open, refusals)
  }

  /// The destination of a delivery that was refused when it was planned, filled under this configuration: for a retry by hand, after
  /// `only` was widened, say. Nil where it needs no filling or still cannot be filled.
  public func refill(_ destination: Destination, of event: Event, role: String) -> Destination? {
    guard destination.target.values.members.contains(where: \.value.holdsTemplate) else { return nil }
    func filled(_ step: Step) -> Destination? {
      let written = step.written
      guard written.channel == destination.channel, written.transport == destination.transport, written.target == destination.target else {
        return nil
      }
      let resolved = step.resolve(event, in: directory)
      guard case .success = resolved.lane else { return nil }
      return resolved.destination
    }
    if let channel = destination.channel {
      return Step.compile(.channel(channel), directory: directory).lazy.compactMap(filled).first
    }
    // Which values may come is said by the row that it was written in.
    let rows = role.isEmpty ? [unrouted] : rows.filter { tables[$0.table].role == role }
    return rows.lazy.flatMap { $0.to + $0.fallback + ($0.escalation?.to ?? []) }.compactMap(filled).first
  }
}
