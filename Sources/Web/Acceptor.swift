import Bellhop
import Store

/// Takes events in. The gateway implements it; the listeners call it, on an event loop, for each request whose events are in order.
///
/// What must hold: `accept` only hands the events on and comes back at once, for a connection waits on the same thread; the callback is
/// called exactly once, on any thread, also where `accept` has not come back yet; and it says success only when the events are on disk.
public protocol Acceptor: Sendable {
  /// Plans the events and commits them, all or none; calls back when they are on disk, with an answer for each in their order.
  func accept(_ events: [Event], then: @escaping @Sendable (Result<[Acceptance], SpoolError>) -> Void)
  /// Notes that a request got a 4xx or 5xx, for metrics; `route` is `events` where events were posted, else `other`. Must be quick.
  func refused(route: String, status: Int)
  /// Notes that a request brought a wrong token, key or signature, for metrics, and whether it was told to wait; `route` is `events`, `hooks`,
  /// `other` or the name of a dialect. Must be quick.
  func unproved(route: String, isSlowed: Bool)
}
