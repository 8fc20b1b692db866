import Bellhop

/// Tables, calendars and channels of one configuration, compiled.
public struct Router: Sendable {
  public init(
    tables: [Table], calendars: [Calendar], directory: Directory, channels: [String: [ChannelPlace]], unrouted: [Route]
  ) {}
  public func plan(_ event: Event, at: Timestamp) -> Plan { Plan(fate: .unrouted) }
  public func explain(_ event: Event, at: Timestamp) -> Explanation { Explanation() }
}

/// Why an event goes where it goes.
public struct Explanation: Sendable {
  public var json: JSON { .null }
  public var text: String { "" }
}
