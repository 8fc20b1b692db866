/// Why a client was not made, or an event not sent.
public enum BellhopClientError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The gateway's address is none; what is wrong with it.
  case invalidAddress(String)
  /// The token holds what no header can, or the file of certificates is none.
  case invalidCredentials(String)
  /// As much waits as may wait: the gateway has been away for too long, or is too slow.
  case full
  /// It is larger than ``ClientOptions/maximumEvent``.
  case tooLarge
  /// The gateway will not take it: an HTTP status, and the beginning of what it said.
  case refused(status: Int, String)
  /// The gateway had not taken it in time. It may have it all the same: whoever sends it again gives the same id.
  case timedOut
  /// The task was cancelled. The gateway may have it all the same.
  case cancelled
  /// The client was shut down.
  case closed

  /// One line.
  public var description: String {
    switch self {
    case .invalidAddress(let why), .invalidCredentials(let why): why
    case .full: "too many events wait for the gateway"
    case .tooLarge: "the event is too large"
    case .refused(let status, let text): "the gateway answered \(status): \(text)"
    case .timedOut: "the gateway did not take it in time"
    case .cancelled: "cancelled before the gateway had taken it"
    case .closed: "the client was shut down"
    }
  }
}
