import Bellhop

/// A delivery that is in nobody's line because something is under way with it: at most one flight a delivery.
final class Flight {
  enum FlightPhase {
    /// The start of a `repeat: no` attempt is being written down.
    case starting
    case sending
    /// The end of an attempt, or an end without one, is being written down.
    case settling(Then)
    /// A delivery whose time has come is being put in line.
    case releasing
  }

  /// What to do once it is on disk.
  struct Then {
    /// Back into line as this; nil: it has left.
    var line: Parcel?
    var event: CourierEvent?
  }

  var parcel: Parcel
  var lane: Lane
  let token: Int
  var phase: FlightPhase
  /// Takes one of the lane's places.
  let hasSlot: Bool
  /// Nil for ends without an attempt.
  let sending: Sending?
  var isCancelled = false
  /// Somebody else ended the delivery meanwhile: it does not come back.
  var isForgotten = false
  /// It was put back in line by hand before its end was heard of: the disk knows.
  var needsReread = false
  /// In ticks: when to cancel, then when to give up waiting.
  var deadline = Duration.forever

  init(_ parcel: Parcel, lane: Lane, token: Int, phase: FlightPhase, sending: Sending? = nil) {
    self.parcel = parcel
    self.lane = lane
    self.token = token
    self.phase = phase
    self.sending = sending
    hasSlot = sending != nil
  }
}

/// One attempt to be made.
struct Sending: Sendable {
  /// Names this attempt among all of the process.
  var token: Int
  var parcel: Parcel
  var way: ConfiguredTransport
  /// The lane's name, for the record, and the place's own.
  var lane: String
  var place: String
  var target: Target
  var publicURL: String?
  /// Which configuration the way belongs to.
  var generation: Int
  /// The state that holds the anchor of this message's thread.
  var thread: String?
  var number: Int
  var at: Timestamp
  var began: Duration
}
