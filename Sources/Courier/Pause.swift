import Bellhop
import Store

/// Why a lane does not send.
public struct Pause: Sendable, Hashable {
  /// Wall time; nil is until somebody resumes it.
  public var until: Timestamp?
  /// One line for people.
  public var why: String
  /// `bellhop lane pause`, not a vendor.
  public var byHand: Bool

  /// A pause until a time or for good.
  public init(until: Timestamp?, why: String, byHand: Bool) {
    self.until = until
    self.why = why
    self.byHand = byHand
  }
}

extension Pause {
  /// The prefix of the states of pauses by hand.
  static let byHandKey = "pause/"
  /// The prefix of the states of pauses that a vendor asked for.
  static let askedKey = "backoff/"

  /// As the spool keeps it: no longer than it lasts. `length` is how long it was asked for: over a restart it is not longer, whatever the
  /// clock says then.
  func state(length: Duration? = nil) -> StateValue {
    var object: JSON.Object = ["why": .string(why), "hand": .bool(byHand)]
    if let length { object["for"] = .int(length.microseconds) }
    if let until { object["until"] = .int(until.microseconds) }
    return StateValue(JSON.object(object).bytes, expires: until)
  }

  /// Reads ``state`` back; nil for what is none.
  init?(state: [UInt8]) {
    guard let json = try? JSON(parsing: state), let why = json["why"]?.string else { return nil }
    self.init(until: json["until"]?.int.map { Timestamp(microseconds: $0) }, why: why, byHand: json["hand"]?.bool ?? false)
  }

  /// How long what ``state(length:)`` kept was asked for.
  static func length(state: [UInt8]) -> Duration? {
    (try? JSON(parsing: state))?["for"]?.int.map { .microseconds($0) }
  }

  func isOver(at time: Timestamp) -> Bool { until.map { $0 <= time } ?? false }
}
