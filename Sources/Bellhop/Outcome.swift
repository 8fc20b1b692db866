/// What one attempt came to.
public enum Outcome: Sendable, Hashable {
  case delivered(Receipt)
  /// Not now. `retryAfter` is the vendor's own word and pauses the whole lane for exactly that long.
  case postponed(Fault, retryAfter: Duration? = nil)
  /// Never: sending it again would not help.
  case refused(Fault)
  /// It was sent and nobody knows what became of it.
  case unclear(Fault)

  /// Why it was not delivered; nil where it was.
  public var fault: Fault? {
    switch self {
    case .delivered: nil
    case .postponed(let fault, _), .refused(let fault), .unclear(let fault): fault
    }
  }

  /// The word in history and metrics: `delivered`, `postponed`, `refused`, `unclear`.
  public var word: String {
    switch self {
    case .delivered: "delivered"
    case .postponed: "postponed"
    case .refused: "refused"
    case .unclear: "unclear"
    }
  }
}

/// The vendor's proof that it took the message.
public struct Receipt: Sendable, Hashable {
  /// The vendor's id of the message, where it gives one: later messages of the same thread reply to it.
  public var id: String?
  /// What it takes to change the message later, where that is more than ``id``: Slack wants the channel's id too.
  public var anchor: String?
  /// One short line for the history: `200`, `#money 1700000000.1`.
  public var note: String
  /// What became of it where it was taken: ``DeliveryState/delivered``, or what a gateway further on says: ``DeliveryState/folded`` or
  /// ``DeliveryState/unclear``.
  public var state: DeliveryState

  /// Where the vendor gives no id nothing can be threaded under it. The note is taken as people may be shown it, on one line.
  public init(id: String? = nil, anchor: String? = nil, note: String = "", state: DeliveryState = .delivered) {
    self.id = id
    self.anchor = anchor
    self.note = note.readableLine
    self.state = state
  }
}
