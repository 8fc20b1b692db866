import Bellhop

/// An event that happened before the one of a test.
public struct TestStep: Sendable, Hashable {
  /// What happened.
  public var event: Event
  /// How long before.
  public var ago: Duration
  /// The file gives the event a time of its own.
  var hasTime: Bool

  /// The event as it happened then.
  public func event(at time: Timestamp) -> Event {
    if hasTime { return event }
    var event = event
    event.time = time
    return event
  }
}

/// One of the section `tests`: an event, and who must hear about it.
public struct ConfiguredTest: Sendable, Hashable {
  /// What it is called; nil where the file gives no name.
  public var name: String?
  /// What happens. Its time is ``at`` where that is given and the file says no other; else call ``event(now:)``.
  public var event: Event
  /// When it happens, for rows with calendars; nil is now.
  public var at: Timestamp?
  /// What happened before, in the order of the file; nil where the file says nothing of it.
  public var after: [TestStep]?
  /// Until when people must have heard of it, from ``at`` on; nil is at once.
  public var within: Duration?
  /// Role → names of channels and transports. Exact over all roles: those that are absent must get nothing.
  public var expect: [String: [String]]
  /// `bellhop.yaml:41`.
  public var position: String
  /// The file gives the event a time of its own.
  var hasTime: Bool

  /// The event as it happens at ``at``, or else now.
  public func event(now: Timestamp) -> Event {
    if hasTime { return event }
    var event = event
    event.time = at ?? now
    return event
  }
}
