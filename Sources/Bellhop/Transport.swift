/// A configured way out. It sends; it does not retry, log, route or throw.
public protocol Transport: Sendable {
  /// One try. Must come back soon after its task is cancelled; what was sent without an answer is ``Outcome/unclear(_:)``.
  func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome
  /// Lets go of connections and handles. Called once, after the last `send` has come back.
  func close() async
  /// What this machine or the vendor shows of the reason for a failure, a line each, without any secret. `bellhop ring` tells it.
  func examine() async -> [String]
}

extension Transport {
  /// For transports that hold nothing.
  public func close() async {}
  /// For transports whose faults say all there is to say.
  public func examine() async -> [String] { [] }
}

/// What a transport may want to know about this try.
public struct Attempt: Sendable, Hashable {
  /// 1 for the first.
  public var number: Int
  /// Wall time at its start.
  public var at: Timestamp
  /// How long it may take in all.
  public var timeout: Duration
  /// How long ago the event was accepted.
  public var age: Duration
  /// The vendor's id of the message that opened the thread, when the target threads and there is one.
  public var replyTo: String?
  /// What the vendor needs to change the earlier message that this one stands in for (``Receipt/anchor``), when the target updates and there is
  /// one. Refused, the message is sent as a new one.
  public var changes: String?
  /// Whether the message may arrive twice. False with `repeat: no`: then nothing below the transport may send it again either.
  public var mayRepeat: Bool

  /// The first try, with 15 s and outside any thread, of a message that may arrive twice, unless told otherwise.
  public init(
    number: Int = 1, at: Timestamp, timeout: Duration = .seconds(15), age: Duration = .zero, replyTo: String? = nil,
    changes: String? = nil, mayRepeat: Bool = true
  ) {
    self.number = number
    self.at = at
    self.timeout = timeout
    self.age = age
    self.replyTo = replyTo
    self.changes = changes
    self.mayRepeat = mayRepeat
  }
}
