import Bellhop

/// One place that a route leads to, resolved as far as it can be without an event.
struct Step: Sendable {
  /// As it was written: what an event did not fill is kept so.
  let written: Destination
  private let program: TargetProgram?
  /// Of a destination without templates.
  private let lane: Result<String, TargetProgram.Refusal>?

  /// A destination for one event: where its lane is known it can be sent, else `note` says why not.
  struct Resolved {
    var destination: Destination
    var lane: Result<String, TargetProgram.Refusal>
  }

  init(_ destination: Destination, program: TargetProgram?, in directory: Directory) {
    written = destination
    self.program = program
    lane = program == nil ? Self.lane(of: destination, in: directory) : nil
  }

  func resolve(_ event: Event, in directory: Directory) -> Resolved {
    if let lane { return Resolved(destination: written, lane: lane) }
    guard let program else { return Resolved(destination: written, lane: Self.lane(of: written, in: directory)) }
    var filled = written
    switch program.fill(event) {
    case .success(let target):
      filled.target = target
      let lane = Self.lane(of: filled, in: directory)
      // What fits nowhere is kept as it was written: a retry by hand must not go where `only` forbids.
      if case .failure = lane { return Resolved(destination: written, lane: lane) }
      return Resolved(destination: filled, lane: lane)
    case .failure(let refusal): return Resolved(destination: written, lane: .failure(refusal))
    }
  }

  private static func lane(of destination: Destination, in directory: Directory) -> Result<String, TargetProgram.Refusal> {
    directory.place(of: destination).map(\.lane).mapError { TargetProgram.Refusal(note: $0.line) }
  }

  /// A channel leads to each of its places, a transport to one; where a target's field expands, each of its elements is a place.
  static func compile(_ route: Route, directory: Directory) -> [Step] {
    switch route {
    case .transport(let transport, let template):
      return targets(template.target, of: transport, directory).map { target, _ in
        let program = TargetProgram(target, only: template.only, partly: false)
        return Step(Destination(transport: transport, target: program?.written ?? target), program: program, in: directory)
      }
    case .channel(let name):
      let places = directory.channels[name] ?? []
      let among = places.map(\.place.transport)
      if places.isEmpty { return [Step(Destination(channel: name, transport: ""), program: nil, in: directory)] }
      return places.flatMap { place in
        targets(place.place.target, of: place.place.transport, directory).map { target, field in
          let program = TargetProgram(target, only: place.only, partly: true, keeping: field)
          // What tells this element from the others stays with it; the rest is looked up when it is sent.
          let own = field.flatMap { field in target[field].map { Target([field: $0]) } } ?? Target()
          let destination = Destination(
            channel: name, among: among, transport: place.place.transport, target: program?.written ?? own)
          return Step(destination, program: program, in: directory)
        }
      }
    }
  }

  /// The target once for each element of the field that expands, with that field's name; itself where there is none, or one element.
  private static func targets(_ target: Target, of transport: String, _ directory: Directory) -> [(target: Target, field: String?)] {
    guard let field = directory.expands[transport], let elements = target[field]?.array, elements.count > 1 else { return [(target, nil)] }
    return elements.map { element in
      var values = target.values
      values[field] = .array([element])
      return (Target(values), field)
    }
  }
}
