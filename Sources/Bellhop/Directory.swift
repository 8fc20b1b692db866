/// The channels and transports of one configuration. Pure: routing folds by it, the courier sends by it.
public struct Directory: Sendable {
  /// A channel's places in the order of the file, as written.
  public var channels: [String: [ChannelPlace]]
  /// The names of all transports of the configuration.
  public var transports: Set<String>
  /// For transports that have one: the target's field whose elements are deliveries of their own (``Field/expands``).
  public var expands: [String: String]
  /// Why a target does not fit a transport; nil where it does.
  public var misfit: @Sendable (_ transport: String, _ target: Target) -> String?

  /// `misfit` finds no fault with any target by default; `serve` asks the kinds.
  public init(
    channels: [String: [ChannelPlace]], transports: Set<String>, expands: [String: String] = [:],
    misfit: @escaping @Sendable (String, Target) -> String? = { _, _ in nil }
  ) {
    self.expands = expands
    self.channels = channels
    self.transports = transports
    self.misfit = misfit
  }

  /// The place a destination means now, or why there is none (``Fault/Kind/misconfigured``).
  public func place(of destination: Destination) -> Result<Place, Fault> {
    do throws(Fault) { return .success(try resolve(destination)) } catch { return .failure(error) }
  }

  private func resolve(_ destination: Destination) throws(Fault) -> Place {
    var place = Place(transport: destination.transport, target: destination.target)
    if let name = destination.channel {
      guard let places = channels[name] else { throw .misconfigured("the channel \(name) is gone from the configuration") }
      guard let now = successor(of: destination, in: places) else {
        throw .misconfigured("the channel \(name) no longer goes to \(destination.transport)")
      }
      place = Place(transport: now.place.transport, target: try target(of: now, in: name, filledBy: destination.target))
    } else if !transports.contains(destination.transport) {
      throw .misconfigured("the transport \(destination.transport) is gone from the configuration")
    }
    // Sent as it is, a template would reach a place that nobody named.
    if let open = place.target.values.members.first(where: { $0.value.holdsTemplate }) {
      throw .misconfigured("\(open.key): \(open.value.plain) was not filled from the event")
    }
    if let why = misfit(place.transport, place.target) { throw .misconfigured(why) }
    return place
  }

  /// What the configuration says now, with the values that planning took from the event where it still asks for them.
  private func target(of now: ChannelPlace, in channel: String, filledBy planned: Target) throws(Fault) -> Target {
    guard !planned.values.isEmpty else { return now.place.target }
    var values = now.place.target.values
    let field = expands[now.place.transport]
    for member in values.members {
      guard let value = planned[member.key] else { continue }
      if member.key == field, let listed = member.value.array, let wanted = value.array {
        let isOpen = listed.contains(where: \.holdsTemplate)
        for one in wanted where !listed.contains(one) {
          guard isOpen else { throw .misconfigured("\(one.plain) is no longer in \(member.key) of the channel \(channel)") }
          try now.check(one, member.key)
        }
        values[member.key] = value
      } else if member.value.holdsTemplate {
        try now.check(value, member.key)
        values[member.key] = value
      }
    }
    return Target(values)
  }

  /// The place that keeps its transport; else the first of the channel's new transports, second for its second lost one, and so on:
  /// what the event already reaches through a transport that stayed is not sent there twice.
  private func successor(of destination: Destination, in places: [ChannelPlace]) -> ChannelPlace? {
    if let same = places.first(where: { $0.place.transport == destination.transport }) { return same }
    let stayed = Set(places.map(\.place.transport))
    let lost = destination.among.filter { !stayed.contains($0) }
    let new = places.filter { !destination.among.contains($0.place.transport) }
    guard let rank = lost.firstIndex(of: destination.transport), rank < new.count else { return nil }
    return new[rank]
  }
}

extension ChannelPlace {
  /// Values from events must match `only` as it stands now. A literal beside a template in one field is held to it as well.
  fileprivate func check(_ value: JSON, _ key: String) throws(Fault) {
    for text in value.leaves where !text.contains("{{") && !only.contains(where: { $0.allows(text, in: key) }) && !isWritten(text) {
      throw .misconfigured("\(key): \(text.prefix(80)) is not in only: \(only.map(\.pattern).joined(separator: ", "))")
    }
  }

  private func isWritten(_ text: String) -> Bool { place.target.values.members.contains { $0.value.leaves.contains(text) } }
}

extension Fault {
  fileprivate static func misconfigured(_ line: String) -> Fault { Fault(.misconfigured, line) }
}

extension JSON {
  /// Somewhere in it stands a `{{…}}` of a template.
  package var holdsTemplate: Bool { leaves.contains { $0.contains("{{") } }

  /// The strings in it, at any depth.
  fileprivate var leaves: [String] {
    switch self {
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(\.leaves)
    case .object(let object): object.members.flatMap(\.value.leaves)
    case .null, .bool, .int, .double, .literal: []
    }
  }
}
