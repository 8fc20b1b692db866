import Bellhop
import Store

/// Bellhop's own trouble on the way out. The gateway makes events of it.
public enum CourierEvent: Sendable {
  /// A lane's breaker opened: all of its messages fail.
  case laneBroken(lane: String, fault: Fault)
  /// A broken lane delivers again.
  case laneMended(lane: String)
  /// Messages have waited in a lane for so long because it is paused, rests or is broken; `until` is nil where nobody knows.
  case laneHeld(lane: String, for: Duration, why: String, until: Timestamp?)
  /// The machine's clock was set by so much; negative is back.
  case clockJumped(by: Duration)
  /// A delivery ended as dead, and that is on disk.
  case deliveryDead(Delivery, Fault)
  /// Fates cannot be written down; lanes wait, nothing is lost.
  case spoolFailing(SpoolError)
  /// They can again.
  case spoolMended
}

/// What `bellhop lane list` shows of a lane.
public struct LaneReport: Sendable, Hashable {
  /// `chat #money`.
  public var name: String
  /// The transport's name; empty for deliveries that have no place under this configuration.
  public var transport: String
  /// The transport's kind.
  public var kind: String
  /// In line and out of it, as far as the spool counts.
  public var waiting: Int
  /// Attempts under way or being written down.
  public var inFlight: Int
  /// Nil when it sends.
  public var pause: Pause?
  /// `closed`, `open` or `probing`.
  public var breaker: String
  /// When the oldest that waits was received.
  public var oldest: Timestamp?
  /// What went wrong last.
  public var lastFault: Fault?
}

/// What a new configuration meant for the backlog.
public struct ReloadReport: Sendable, Hashable {
  /// Deliveries that wait, as far as the spool counts.
  public var waiting = 0
  /// Those that have no place now and end as dead, by destination as the history shows it.
  public var misconfigured: [String: Int] = [:]
  /// Set when the spool could not be asked: the counts are missing, the configuration is in force all the same.
  public var uncounted: SpoolError?
  /// Nothing waits.
  public init() {}
}

/// Why a lane could not be paused, resumed or dropped.
public enum CourierError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No lane of that name can exist under this configuration.
  case unknownLane(String)
  /// Somebody is dropping it already.
  case beingDropped(String)
  /// The courier has not started or has stopped.
  case notRunning
  /// It could not be written down.
  case spool(SpoolError)

  /// What, and what to do.
  public var description: String {
    switch self {
    case .unknownLane(let name): "there is no lane \"\(name)\"; `bellhop lane list` shows them"
    case .beingDropped(let name): "the lane \"\(name)\" is being dropped already; `bellhop lane list` shows what is left"
    case .notRunning: "the courier is not running; start the gateway"
    case .spool(let error): error.description
    }
  }
}
