import Bellhop

/// Takes HTTP requests out and brings answers back.
///
/// Implemented by `Curl`'s engine. The courier calls it with many requests at a time, transports and commands with a single one. Must hold: each errand is
/// answered exactly once, also when the carrier is closed or was never able to work.
public protocol Carrier: AnyObject, Sendable {
  /// Starts all of them. Each is answered through its ``Errand/answered``, on the carrier's thread.
  func carry(_ errands: [Errand])

  /// Breaks an errand off; its answer is then ``Fault/Kind/interrupted``. Nothing happens where it has been answered.
  func cancel(_ number: Int, of owner: ObjectIdentifier)

  /// Carries a single request. Comes back within milliseconds of its task being cancelled: ``Fault/Kind/interrupted``.
  func send(_ request: Request) async -> Answer

  /// A thread that the owner of errands may share, so that handing over and taking back wakes nobody; nil where there is none.
  var host: (any Host)? { get }
}

/// A request with who wants its answer.
public struct Errand: Sendable {
  /// Whose number it is: errands of several owners may be under way.
  public var owner: ObjectIdentifier
  /// Names it among its owner's.
  public var number: Int
  /// What is sent.
  public var request: Request
  /// Called once, on the carrier's thread: it must be quick.
  public var answered: @Sendable (_ number: Int, Answer) -> Void

  /// An errand under its owner's number.
  public init(owner: ObjectIdentifier, number: Int, request: Request, answered: @escaping @Sendable (_ number: Int, Answer) -> Void) {
    self.owner = owner
    self.number = number
    self.request = request
    self.answered = answered
  }
}
