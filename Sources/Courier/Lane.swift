import Bellhop
import DequeModule
import Store

/// A delivery by reference: lanes pass it on without copying an event.
final class Parcel: Sendable {
  let delivery: Delivery
  var id: Int64 { delivery.id }
  /// Its words were left on disk.
  var isHeavy: Bool { !delivery.isWhole }
  /// What it takes up while it waits.
  var load: Load { Load(count: 1, bytes: delivery.held) }
  init(_ delivery: Delivery) { self.delivery = delivery }
}

/// The queue in front of one target. Its line is a window on what the spool keeps in line:
/// it holds everything up to `cursor` that is not in flight, and `hasMore` says that there may be more above.
final class Lane {
  let id: Int
  let name: String
  let transport: String
  /// Nil: nobody can deliver what stands here, and it ends as misconfigured.
  let way: ConfiguredTransport?
  /// Those of its transport, shared with its other lanes.
  let slots: AttemptSlots
  var destinations: Set<Int64> = []

  var line: Deque<Parcel> = []
  /// Of the line.
  var load = Load()
  var cursor: Int64 = 0
  var hasMore = false
  var reading: PageRead?
  var readNotBefore = Duration.zero
  /// The words of a heavy one could not be read.
  var fetchNotBefore = Duration.zero

  /// Claimed attempts whose end is not yet on disk.
  var inFlight = 0
  /// Ends without an attempt that are not yet on disk.
  var closing = 0
  var pacer = RateGate()
  var breaker = Breaker()
  /// What a vendor asked for, or a backoff. Ticks are what counts inside the process.
  var rest: Rest?
  var throttles = 0
  /// Nil while it takes messages, as far as is known.
  var outage: LaneOutage?
  var drop: LaneDrop?
  /// Since when what waits here does not go out, and when that was told last.
  var hold: (since: Duration, told: Duration?)?
  var lastFault: Fault?

  /// All places of its transport were taken when it wanted one.
  var awaitsPlace = false
  /// A place has become free for it: if it does not take it, the next one must be told.
  var isInvited = false

  /// The earliest entry in the agenda.
  var armed: Duration?
  var isDirty = false

  struct PageRead {
    var number: Int
    var after: Int64
    var limit: PageLimit
    /// What came into line above the cursor since: the page may not hold it.
    var missed: [Int64] = []
  }

  struct Rest {
    var until: Duration
    var pause: Pause
    /// The places whose vendor named the time: it is kept under their names, for a place may share a lane today and not tomorrow.
    var places: Set<String> = []
    /// Whose word it is; nil when it was read from disk.
    var kind: String?
  }

  struct LaneDrop {
    var number: Int
    /// What came later stays.
    var through: Int64
    var count = 0
    /// What waits out of line has no index by lane: all alarms are looked at, a page at a time.
    var isScanned = false
    var isReading = false
    var after: Alarm?
    var readNotBefore = Duration.zero
  }

  init(id: Int, name: String, transport: String, way: ConfiguredTransport?, slots: AttemptSlots) {
    self.id = id
    self.name = name
    self.transport = transport
    self.way = way
    self.slots = slots
  }

  /// Of two rests the longer one counts.
  func extend(_ other: Rest) {
    let places = other.places.union(rest?.places ?? [])
    if rest == nil || other.until > rest?.until ?? .zero { rest = other }
    rest?.places = places
  }

  /// The first index whose id is not below `id`.
  func index(of id: Int64) -> Int {
    if let last = line.last, last.id < id { return line.count }
    var low = 0
    var high = line.count
    while low < high {
      let middle = (low + high) / 2
      if line[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func holds(_ id: Int64) -> Bool {
    let index = index(of: id)
    return index < line.count && line[index].id == id
  }

  /// Nothing to do, and nothing to remember.
  func canGo(at ticks: Duration) -> Bool {
    line.isEmpty && !hasMore && reading == nil && inFlight == 0 && closing == 0 && drop == nil && breaker.state == .closed
      && pacer.next <= ticks && (rest.map { $0.until <= ticks } ?? true)
  }
}
