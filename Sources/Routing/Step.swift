import Bellhop

/// One place that a route leads to, resolved as far as it can be without an event.
struct Step: Sendable {
  private let destination: Destination
  private let program: TargetProgram?
  /// Of a destination without templates.
  private let lane: Result<String, TargetProgram.Refusal>?

  /// A destination for one event: where its lane is known it can be sent, else `note` says why not.
  struct Resolved {
    var destination: Destination
    var lane: Result<String, TargetProgram.Refusal>
  }

  init(_ destination: Destination, program: TargetProgram?, in directory: Directory) {
    self.destination = destination
    self.program = program
    lane = program == nil ? Self.lane(of: destination, in: directory) : nil
  }

  func resolve(_ event: Event, in directory: Directory) -> Resolved {
    if let lane { return Resolved(destination: destination, lane: lane) }
    guard let program else { return Resolved(destination: destination, lane: Self.lane(of: destination, in: directory)) }
    var filled = destination
    switch program.fill(event) {
    case .success(let target):
      filled.target = target
      let lane = Self.lane(of: filled, in: directory)
      // What fits nowhere is kept as it was written: a retry by hand must not go where `only` forbids.
      if case .failure = lane { filled.target = program.written }
      return Resolved(destination: filled, lane: lane)
    case .failure(let refusal):
      filled.target = program.written
      return Resolved(destination: filled, lane: .failure(refusal))
    }
  }

  private static func lane(of destination: Destination, in directory: Directory) -> Result<String, TargetProgram.Refusal> {
    directory.place(of: destination).map(\.lane).mapError { TargetProgram.Refusal(note: $0.line) }
  }

  /// A channel leads to each of its places, a transport to one.
  static func compile(_ route: Route, directory: Directory, channels: [String: [ChannelPlace]]) -> [Step] {
    switch route {
    case .transport(let transport, let template):
      let program = TargetProgram(template.target, only: template.only, partly: false)
      let destination = Destination(transport: transport, target: program?.written ?? template.target)
      return [Step(destination, program: program, in: directory)]
    case .channel(let name):
      let places = channels[name] ?? directory.channels[name]?.map { ChannelPlace($0) } ?? []
      let among = places.map(\.place.transport)
      if places.isEmpty { return [Step(Destination(channel: name, transport: ""), program: nil, in: directory)] }
      return places.map { place in
        let program = TargetProgram(place.place.target, only: place.only, partly: true)
        let destination = Destination(
          channel: name, among: among, transport: place.place.transport, target: program?.written ?? Target())
        return Step(destination, program: program, in: directory)
      }
    }
  }
}
