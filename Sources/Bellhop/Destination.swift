/// Where a delivery is headed, as the row named it. It is resolved under the configuration in force at each attempt,
/// so a backlog follows a vendor switch.
public struct Destination: Sendable, Hashable {
  /// Behind one reference: most deliveries share the destination that the row's table holds.
  private var fields: Shared<DestinationFields>

  private mutating func change(_ change: (inout DestinationFields) -> Void) {
    var value = fields.value
    change(&value)
    fields = Shared(value)
  }

  private struct DestinationFields: Sendable, Hashable {
    var channel: String?
    var among: [String]
    var transport: String
    var target: Target
  }

  /// The channel the row named; nil where it named a transport itself.
  public var channel: String? {
    get { fields.value.channel }
    set { change { $0.channel = newValue } }
  }
  /// All transports of that channel when planned, in order: they tell which of its new transports takes over from which.
  public var among: [String] {
    get { fields.value.among }
    set { change { $0.among = newValue } }
  }
  /// The transport this delivery was planned for.
  public var transport: String {
    get { fields.value.transport }
    set { change { $0.transport = newValue } }
  }
  /// Without a channel: the whole target. With one: only the values that its templates gave for this event.
  public var target: Target {
    get { fields.value.target }
    set { change { $0.target = newValue } }
  }

  /// `among` and `target` mean what their properties say: with a channel the target holds templated values only.
  public init(channel: String? = nil, among: [String] = [], transport: String, target: Target = Target()) {
    fields = Shared(DestinationFields(channel: channel, among: among, transport: transport, target: target))
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
