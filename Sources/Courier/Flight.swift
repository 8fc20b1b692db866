import Bellhop

/// A delivery that is in nobody's line because something is under way with it: at most one flight a delivery.
final class Flight {
  enum FlightPhase {
    /// The words of a heavy one are being read.
    case fetching
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
  var sending: Sending?
  var isCancelled = false
  /// Somebody else ended the delivery meanwhile: it does not come back.
  var isForgotten = false
  /// It was put back in line by hand before its end was heard of: the disk knows.
  var needsReread = false
  /// When its attempt began: wall time, and in ticks.
  var at = Timestamp(microseconds: 0)
  var began = Duration.zero
  /// Where it takes a place; nil for ends without an attempt.
  var slots: AttemptSlots?
  /// Bytes that it is reckoned with among heavy ones.
  var bytes = 0
  /// In ticks: when to cancel, then when to give up waiting.
  var deadline = Duration.forever

  init(_ parcel: Parcel, lane: Lane, token: Int, phase: FlightPhase, hasSlot: Bool = false) {
    self.parcel = parcel
    self.lane = lane
    self.token = token
    self.phase = phase
    self.hasSlot = hasSlot
  }
}

/// One attempt to be made.
final class Sending: Sendable {
  /// Names this attempt among all of the process.
  let token: Int
  let parcel: Parcel
  let way: ConfiguredTransport
  /// The lane's name, for the record, and the place's own.
  let lane: String
  let place: String
  let target: Target
  let publicURL: String?
  /// What else there is to open about it.
  let links: [Message.Link]
  /// Which configuration the way belongs to.
  let generation: Int
  /// The state that holds the anchor of this message's thread.
  let thread: String?
  /// The state that holds the anchor of the message that this one stands in for.
  let update: String?
  let number: Int

  init(
    token: Int, parcel: Parcel, way: ConfiguredTransport, lane: String, place: String, target: Target, publicURL: String?,
    links: [Message.Link] = [], generation: Int, thread: String?, update: String? = nil, number: Int
  ) {
    self.token = token
    self.parcel = parcel
    self.way = way
    self.lane = lane
    self.place = place
    self.target = target
    self.publicURL = publicURL
    self.links = links
    self.generation = generation
    self.thread = thread
    self.update = update
    self.number = number
  }
}
