import Bellhop

/// What the noise rules of a row made of an event that it takes.
public enum RowVerdict: Sendable, Hashable {
  /// It is told, no louder than that.
  case tell(atMost: Alert?)
  /// It is kept from people: held by a window, folded or silenced, with the reason.
  case keep(DeliveryState, window: Int64?, note: String)
}
