import Bellhop

/// The transports whose far end calls in. The gateway implements it; the listeners call it for `/v1/remotes`.
///
/// What must hold: `visited` is quick and may be asked before it is known who is calling, so it tells nothing but the transport; `welcome`
/// is called only after the transport has admitted the caller.
public protocol Visits: Sendable {
  /// The transport of that name, where its far end calls in.
  func visited(_ name: String) -> (any Visited)?
  /// The far end of that transport has called in: what waits for it may go.
  func welcome(_ name: String) async
}

/// All that the web asks of a gateway, where one object has it.
public typealias Desk = Acceptor & Insight & Operator & Visits
