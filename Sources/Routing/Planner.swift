import Bellhop
import Store
import Templates

/// Gathers what the rows want for one event and folds what would reach the same target twice.
struct Planner {
  let event: Event
  let directory: Directory
  private var wants: [Want] = []
  /// The number of each lane's group.
  private var lanes: [String: Int] = [:]
  private var groups: [Group] = []

  private struct Want {
    var row: Router.CompiledRow
    var role: String
    var destination: Destination
    var group: Int?
    /// Why it has no lane.
    var refusal: String?
    var verdict = RowVerdict.tell(atMost: nil)

    /// How loud it is.
    var alert: Alert {
      if case .tell(let cap?) = verdict { min(cap, row.row.alert) } else { row.row.alert }
    }
  }

  /// All that want the same target.
  private struct Group {
    /// The loudest; of several the first.
    var winner: Int
    var members: [Int]
  }

  init(event: Event, directory: Directory) {
    self.event = event
    self.directory = directory
  }

  /// What becomes of most events: one row tells one place of it, and nothing can be folded. Nil where it is not as simple as that. It is what
  /// ``plan()`` makes of such a row, without what many of them need.
  static func simple(_ event: Event, _ row: Router.CompiledRow, role: String, in directory: Directory) -> Plan? {
    guard row.to.count == 1, row.fallback.isEmpty else { return nil }
    let resolved = row.to[0].resolve(event, in: directory)
    guard case .success = resolved.lane else { return nil }
    var delivery = PlannedDelivery(destination: resolved.destination, role: role, row: row.row.name, alert: row.row.alert)
    delivery.rendering = rendering(row, event)
    if let hold = row.hold { delivery.holds = [hold.name] }
    return Plan(deliveries: [delivery])
  }

  /// - Parameter verdict: what its noise rules made of it. What is held back makes nobody else late.
  mutating func offer(_ row: Router.CompiledRow, role: String, _ verdict: RowVerdict = .tell(atMost: nil)) {
    for step in row.to {
      let resolved = step.resolve(event, in: directory)
      let number = wants.count
      if case .keep = verdict {
        wants.append(Want(row: row, role: role, destination: resolved.destination, verdict: verdict))
        continue
      }
      switch resolved.lane {
      case .failure(let refusal):
        wants.append(Want(row: row, role: role, destination: resolved.destination, refusal: refusal.note, verdict: verdict))
      case .success(let lane):
        let group = lanes[lane] ?? groups.count
        if group == groups.count {
          lanes[lane] = group
          groups.append(Group(winner: number, members: []))
        }
        let want = Want(row: row, role: role, destination: resolved.destination, group: group, verdict: verdict)
        if let winner = groups[group].members.isEmpty ? nil : groups[group].winner, want.alert > wants[winner].alert {
          groups[group].winner = number
        }
        groups[group].members.append(number)
        wants.append(want)
      }
    }
  }

  /// What becomes of the event where its rows are known.
  func plan() -> Plan {
    var deliveries = wanted()
    deliveries += lastResorts()
    guard deliveries.allSatisfy({ $0.state == .dead }), let first = wants.first, let refusal = first.refusal else {
      return Plan(deliveries: deliveries)
    }
    return Plan(fate: .unplannable, note: "role \(first.role), \(first.row.row.label): \(refusal)", deliveries: deliveries)
  }

  /// A delivery for each want, in their order.
  func wanted() -> [PlannedDelivery] {
    var rendered: [ObjectIdentifier: Rendering] = [:]
    return wants.indices.map { number in
      let want = wants[number]
      let row = want.row.row
      var delivery = PlannedDelivery(destination: want.destination, role: want.role, row: row.name, alert: want.alert)
      if case .keep(let state, let window, let note) = want.verdict {
        (delivery.state, delivery.window, delivery.note) = (state, window, note)
        guard state == .held else { return delivery }
        delivery.rendering = rendered[ObjectIdentifier(want.row)] ?? Self.rendering(want.row, event)
        rendered[ObjectIdentifier(want.row)] = delivery.rendering
        var taken: Set<String> = []
        delivery.fallback = fallback([want], taken: &taken)
        return delivery
      }
      guard let group = want.group.map({ groups[$0] }) else {
        delivery.state = .dead
        delivery.note = want.refusal
        return delivery
      }
      guard group.winner == number else {
        delivery.state = .folded
        delivery.note = note(folding: want, into: wants[group.winner])
        return delivery
      }
      // Once for a row, however many it tells.
      delivery.rendering = rendered[ObjectIdentifier(want.row)] ?? Self.rendering(want.row, event)
      rendered[ObjectIdentifier(want.row)] = delivery.rendering
      delivery.holds = holds(group)
      delivery.fallback = fallback(group)
      return delivery
    }
  }

  private func note(folding want: Want, into winner: Want) -> String {
    if want.role != winner.role { return PlannedDelivery.folding + winner.role }
    let isSame = want.row.row.label == winner.row.row.label
    return isSame ? "same target as another of this row" : "same target as \(winner.row.row.label)"
  }

  /// The calendars of all of them; none where one of them wants it now: what one role wants is not kept back because another can wait.
  private func holds(_ group: Group) -> [String] {
    let calendars = group.members.map { wants[$0].row.hold?.name }
    return calendars.contains(nil) ? [] : calendars.compactMap(\.self)
  }

  /// The fallbacks of what is dead from the start: there is no later death that they could wait for.
  private func lastResorts() -> [PlannedDelivery] {
    var taken: Set<String> = []
    return wants.filter { $0.refusal != nil }.flatMap { want in
      fallback([want], taken: &taken).map { destination in
        let row = want.row.row
        return PlannedDelivery(
          destination: destination, role: want.role, row: row.name, alert: row.alert, rendering: Self.rendering(want.row, event))
      }
    }
  }

  private func fallback(_ group: Group) -> [Destination] {
    guard group.members.contains(where: { !wants[$0].row.fallback.isEmpty }) else { return [] }
    var seen: Set<String> = []
    return fallback(([group.winner] + group.members).map { wants[$0] }, taken: &seen)
  }

  /// Of all of them, without what cannot be filled, what is taken, and where the event goes already.
  private func fallback(_ wants: [Want], taken seen: inout Set<String>) -> [Destination] {
    var destinations: [Destination] = []
    for step in wants.flatMap(\.row.fallback) {
      let resolved = step.resolve(event, in: directory)
      guard case .success(let lane) = resolved.lane, lanes[lane] == nil, seen.insert(lane).inserted else { continue }
      destinations.append(resolved.destination)
    }
    return destinations
  }

  private static func rendering(_ compiled: Router.CompiledRow, _ event: Event) -> Rendering? {
    if compiled.isPlain { return own(event) }
    let row = compiled.row
    var budget = ByteBudget(TemplateLimits.rendering)
    var rendering = Rendering(title: row.title?.render(event, within: &budget), text: row.text?.render(event, within: &budget))
    rendering.fields = row.fields.map { Message.Fact(name: $0.label, value: $0.template.render(event, within: &budget)) }
    for link in row.links {
      if let url = link.template.url(event), budget.spend(url.utf8.count) {
        rendering.links.append(Message.Link(label: link.label, url: url))
      } else {
        // No address that may be followed: people still see what it was.
        let text = link.template.plain(event, within: &budget)
        if !text.isEmpty { rendering.fields.append(Message.Fact(name: link.label, value: Text(literal: text))) }
      }
    }
    if row.text == nil, let body = event.body { rendering.text = body }
    return rendering
  }

  /// What is read where a row says nothing of its own: the event's words, with their marks where it has some.
  private static func own(_ event: Event) -> Rendering? { event.body.map { Rendering(text: $0) } }
}

extension Row {
  /// For people: its name, or where it stands.
  var label: String { name.map { "row \($0)" } ?? (position.isEmpty ? "a row without a name" : "the row at \(position)") }
}
