import Bellhop
import NIOCore

/// How long a connection may take for what it is doing.
struct Patience {
  /// For a head to arrive.
  let head: TimeAmount
  /// For a body to arrive, before what has come is counted.
  let body: TimeAmount
  /// Without a request.
  let idle: TimeAmount
  /// For an answer to be taken.
  let taking: TimeAmount

  /// So long our side stays closed and listens, so that what still comes in does not turn into a reset that eats the answer.
  static let linger = TimeAmount.seconds(1)
  /// What each MiB that has come adds to the time of a body.
  private static let each = TimeAmount.seconds(4)
  private static let crowded = TimeAmount.seconds(8)
  private static let stopping = TimeAmount.seconds(5)

  /// What the limits say; less where more than half of the connections are taken, and little once the site stops.
  init(_ limits: SiteLimits, isCrowded: Bool, quiescedAt: NIODeadline?) {
    let most = quiescedAt == nil ? isCrowded ? Self.crowded : .hours(1_000_000) : Self.stopping
    head = min(Self.amount(limits.bodyTime), most)
    idle = min(Self.amount(limits.idleTime), most)
    let unhurried = quiescedAt == nil ? .hours(1_000_000) : Self.stopping
    body = min(Self.amount(limits.bodyTime), unhurried)
    taking = min(Self.amount(limits.bodyTime), unhurried)
    self.quiescedAt = quiescedAt
  }

  /// When who waits so long for an answer gets one: a fifth is for the way there and back.
  static func answer(within wait: Duration) -> TimeAmount { amount(wait * 4 / 5) }

  private let quiescedAt: NIODeadline?

  /// When the patience with a body of which so much has come is at its end.
  func end(ofBody since: NIODeadline, _ count: Int) -> NIODeadline {
    if let quiescedAt { return max(since, quiescedAt) + body }
    return since + body + .nanoseconds(Self.each.nanoseconds * Int64(count >> 16) / 16)
  }

  /// When the patience with a head that began then is at its end.
  func end(ofHead since: NIODeadline) -> NIODeadline { max(since, quiescedAt ?? since) + head }

  private static func amount(_ duration: Duration) -> TimeAmount { .microseconds(max(1_000, duration.microseconds)) }
}
