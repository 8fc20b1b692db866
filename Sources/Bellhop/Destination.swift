/// Where a delivery is headed, as the row named it. It is resolved under the configuration in force at each attempt,
/// so a backlog follows a vendor switch.
public struct Destination: Sendable, Hashable {
  /// The channel the row named; nil where it named a transport itself.
  public var channel: String?
  /// All transports of that channel when planned, in order: they tell which of its new transports takes over from which.
  public var among: [String]
  /// The transport this delivery was planned for.
  public var transport: String
  /// Without a channel: the whole target. With one: only the values that its templates gave for this event.
  public var target: Target

  /// `among` and `target` mean what their properties say: with a channel the target holds templated values only.
  public init(channel: String? = nil, among: [String] = [], transport: String, target: Target = Target()) {
    self.channel = channel
    self.among = among
    self.transport = transport
    self.target = target
  }

  /// As the history shows it: `money`, `critical/mail`, `chat #ops`.
  public var description: String {
    guard let channel else { return target.values.isEmpty ? transport : "\(transport) \(target)" }
    let name = among.count > 1 ? "\(channel)/\(transport)" : channel
    return target.values.isEmpty ? name : "\(name) \(target)"
  }
}

/// A transport and the target inside it: a destination under the configuration in force.
public struct Place: Sendable, Hashable {
  /// The transport's name in the configuration.
  public var transport: String
  /// Where inside it; empty for transports that have one place only.
  public var target: Target

  /// Not checked: whether the target fits is ``Directory/misfit``'s to say.
  public init(transport: String, target: Target = Target()) {
    self.transport = transport
    self.target = target
  }

  /// The name of the lane in front of it: `chat #money`, or `log` alone.
  public var lane: String { target.values.isEmpty ? transport : "\(transport) \(target)" }
}

/// The channels and transports of one configuration. Pure: routing folds by it, the courier sends by it.
public struct Directory: Sendable {
  /// A channel's places in the order of the file. Targets may hold templates.
  public var channels: [String: [Place]]
  /// The names of all transports of the configuration.
  public var transports: Set<String>
  /// For transports that have one: the target's field whose elements are deliveries of their own (``Field/expands``).
  public var expands: [String: String]
  /// Why a target does not fit a transport; nil where it does.
  public var misfit: @Sendable (_ transport: String, _ target: Target) -> String?

  /// `misfit` finds no fault with any target by default; `serve` asks the kinds.
  public init(
    channels: [String: [Place]], transports: Set<String>, expands: [String: String] = [:],
    misfit: @escaping @Sendable (String, Target) -> String? = { _, _ in nil }
  ) {
    self.expands = expands
    self.channels = channels
    self.transports = transports
    self.misfit = misfit
  }

  /// The place a destination means now, or why there is none (``Fault/Kind/misconfigured``).
  public func place(of destination: Destination) -> Result<Place, Fault> {
    func misconfigured(_ line: String) -> Result<Place, Fault> { .failure(Fault(.misconfigured, line)) }
    guard let name = destination.channel else {
      guard transports.contains(destination.transport) else {
        return misconfigured("the transport \(destination.transport) is gone from the configuration")
      }
      if let why = misfit(destination.transport, destination.target) { return misconfigured(why) }
      return .success(Place(transport: destination.transport, target: destination.target))
    }
    guard let places = channels[name] else { return misconfigured("the channel \(name) is gone from the configuration") }
    guard let place = successor(of: destination, in: places) else {
      return misconfigured("the channel \(name) no longer goes to \(destination.transport)")
    }
    if destination.target.values.isEmpty { return .success(place) }
    var values = place.target.values
    if let field = expands[place.transport], let wanted = destination.target[field]?.array, let listed = values[field]?.array,
      !listed.contains(where: { $0.plain.contains("{{") }), let gone = wanted.first(where: { !listed.contains($0) })
    {
      return misconfigured("\(gone.plain) is no longer in \(field) of the channel \(name)")
    }
    for member in destination.target.values.members where values[member.key] != nil { values[member.key] = member.value }
    let target = Target(values)
    if let why = misfit(place.transport, target) { return misconfigured(why) }
    return .success(Place(transport: place.transport, target: target))
  }

  /// The place that keeps its transport; else the first of the channel's new transports, second for its second lost one, and so on:
  /// what the event already reaches through a transport that stayed is not sent there twice.
  private func successor(of destination: Destination, in places: [Place]) -> Place? {
    if let same = places.first(where: { $0.transport == destination.transport }) { return same }
    let stayed = Set(places.map(\.transport))
    let lost = destination.among.filter { !stayed.contains($0) }
    let new = places.filter { !destination.among.contains($0.transport) }
    guard let rank = lost.firstIndex(of: destination.transport), rank < new.count else { return nil }
    return new[rank]
  }
}
