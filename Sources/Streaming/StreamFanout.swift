import Bellhop
import Store

/// Who follows, and what each is told. It touches nothing but mailboxes: what must be read is handed out as errands, and comes back.
///
/// A reader is live, and then takes part in whatever comes; or it is behind, and then pages of the history are read for it until nothing
/// is left. While a page is on its way, what comes meanwhile is held: the page was cut at a moment that nobody knows, and what is behind
/// its end joins it without a seam.
struct StreamFanout {
  enum StreamErrand: Equatable {
    /// The events behind a place, for a reader.
    case page(Int, after: Int64)
    /// Events whose deliveries have ended.
    case lookUp([Int64])
  }

  enum Stand {
    case live
    /// It waits for its turn.
    case queued
    /// A page is on its way.
    case reading
    /// Its mailbox has no room for a page.
    case crowded
  }

  struct FollowerState {
    let sight: StreamSight
    let mailbox: StreamMailbox
    var stand = Stand.queued
    /// All up to here was put in: of one that is behind, and of one that has been live since.
    var cursor: Int64
    /// Events that are not there any more were asked for, and are missed.
    var minds: Bool
    /// What came since its page was asked for; and, as long as it is behind, what became of deliveries that it knows.
    var held: [StreamNews.NewsPiece] = []
    var heldBytes = 0
    /// More came than could be held, so another page is read.
    var isCut = false
  }

  let epoch: String
  let limits: StreamLimits
  var followers: [Int: FollowerState] = [:]
  /// Those who are live, by what they see.
  var live: [StreamSight: Set<Int>] = [:]
  /// Those who are not.
  var behind: Set<Int> = []
  /// Of those: whose turn it is for a page.
  var turns: [Int] = []
  var isReading = false
  /// The newest event that has been told.
  var head: Int64
  var recent = RecentEvents()
  var lookups = StreamLookups()

  init(epoch: String, head: Int64, limits: StreamLimits = StreamLimits()) {
    self.epoch = epoch
    self.head = head
    self.limits = limits
  }

  // MARK: Coming and going

  /// Somebody follows, from now on or from a place on.
  /// - Parameter head: the newest event, which nobody told while nobody followed.
  mutating func open(_ id: Int, _ sight: StreamSight, _ mailbox: StreamMailbox, from start: StreamStart, head newest: Int64) {
    head = max(head, newest)
    let (place, gap) = start.resolved(epoch, head: head, farthest: limits.farthest)
    var bytes = gap.map { StreamText.gap($0, farthest: limits.farthest) } ?? []
    bytes += StreamText.mark(StreamPlace(epoch, place))
    _ = mailbox.put(bytes, upTo: place, isForced: true)
    var minds = false
    if case .behind = start { minds = true }
    followers[id] = FollowerState(sight: sight, mailbox: mailbox, cursor: place, minds: minds)
    if place >= head { join(id) } else { queue(id) }
  }

  mutating func close(_ id: Int) {
    guard let follower = followers.removeValue(forKey: id) else { return }
    behind.remove(id)
    live[follower.sight]?.remove(id)
    if live[follower.sight]?.isEmpty == true { live[follower.sight] = nil }
    guard followers.isEmpty else { return }
    recent = RecentEvents()
    lookups.forget()
    turns = []
  }

  mutating func join(_ id: Int) {
    guard let follower = followers[id] else { return }
    followers[id]?.stand = .live
    followers[id]?.minds = true
    followers[id]?.held = []
    followers[id]?.heldBytes = 0
    behind.remove(id)
    live[follower.sight, default: []].insert(id)
    follower.mailbox.follow(true)
  }

  mutating func queue(_ id: Int) {
    followers[id]?.stand = .queued
    behind.insert(id)
    turns.append(id)
  }

  /// There is room in a mailbox.
  mutating func hasRoom(_ id: Int) { if case .crowded? = followers[id]?.stand { queue(id) } }

  /// Everybody goes on later: what was committed meanwhile could not be held.
  mutating func lose(head newest: Int64) {
    head = max(head, newest)
    drop(Array(followers.keys), .busy)
  }

  mutating func drop(_ ids: [Int], _ ending: StreamEnding) {
    for id in ids {
      followers[id]?.mailbox.drop(ending)
      close(id)
    }
  }

  /// What is to be read next; one page and one look-up at a time, so that a stream is no burden to who else reads.
  mutating func errands() -> [StreamErrand] {
    var errands: [StreamErrand] = []
    while !isReading, !turns.isEmpty {
      let id = turns.removeFirst()
      guard let follower = followers[id], case .queued = follower.stand else { continue }
      followers[id]?.stand = .reading
      isReading = true
      errands.append(.page(id, after: follower.cursor))
    }
    if let sequences = lookups.ask() { errands.append(.lookUp(sequences)) }
    return errands
  }
}
