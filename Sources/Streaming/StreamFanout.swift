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
  private(set) var isReading = false
  /// The newest event that has been told.
  private(set) var head: Int64
  private var recent = RecentEvents()
  private var lookups = StreamLookups()

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

  private mutating func join(_ id: Int) {
    guard let follower = followers[id] else { return }
    followers[id]?.stand = .live
    followers[id]?.minds = true
    followers[id]?.held = []
    followers[id]?.heldBytes = 0
    behind.remove(id)
    live[follower.sight, default: []].insert(id)
    follower.mailbox.follow(true)
  }

  private mutating func queue(_ id: Int) {
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

  private mutating func drop(_ ids: [Int], _ ending: StreamEnding) {
    for id in ids {
      followers[id]?.mailbox.drop(ending)
      close(id)
    }
  }

  // MARK: What is committed

  mutating func note(_ committed: Committed, at now: Timestamp) {
    let before = head
    var parts: [StreamNews.NewsPart] = []
    for kept in committed.arrivals where kept.sequence > before {
      let told = kept.told
      recent.add(told)
      parts.append(.event(told))
      head = max(head, kept.sequence)
    }
    for settlement in committed.settlements where settlement.state != .waiting {
      if let (delivery, event) = recent.delivery(settlement.delivery, of: settlement.event) {
        parts.append(.fate(StreamFate(settlement, of: delivery, event, at: now)))
      } else {
        lookups.add(settlement, at: now)
      }
    }
    // Of events that are not new: fallbacks, retries by hand, and what a window let go.
    for delivery in committed.deliveries where delivery.sequence <= before {
      var fate = StreamFate(delivery, at: now)
      // Of a large one the words are on disk only.
      if let event = recent.event(delivery.sequence) { fate.event = event }
      recent.add(fate.delivery)
      if !lookups.wait(fate) { parts.append(.fate(fate)) }
    }
    tell(StreamNews(parts, in: epoch), since: before)
    if lookups.count > limits.lookups { drop(Array(followers.keys), .busy) }
  }

  /// Events that were looked up: what became of their deliveries is told now.
  mutating func lookedUp(_ found: [HistoryEvent]) {
    tell(StreamNews(lookups.answer(found).map { .fate($0) }, in: epoch), since: head)
  }

  /// - Parameter before: the newest event before these.
  private mutating func tell(_ news: StreamNews, since before: Int64) {
    if news.isEmpty { return }
    var news = news
    var late: [(id: Int, pieces: [StreamNews.NewsPiece])] = []
    for (sight, ids) in live {
      let pieces = news.pieces(for: sight)
      if pieces.isEmpty { continue }
      let bytes = pieces.count == 1 ? pieces[0].bytes : pieces.flatMap(\.bytes)
      for id in ids {
        guard let follower = followers[id] else { continue }
        // Its page went further than what had been told by then.
        let isAhead = follower.cursor > before
        let own = isAhead ? pieces.filter { !$0.isEvent || $0.sequence > follower.cursor }.flatMap(\.bytes) : bytes
        if !follower.mailbox.put(own, upTo: head) { late.append((id, pieces)) }
      }
    }
    for id in behind { if let follower = followers[id] { hold(news.pieces(for: follower.sight), for: id) } }
    for (id, pieces) in late { fallBehind(id, since: before, pieces) }
  }

  /// Its mailbox is full: it reads on from the history when there is room.
  private mutating func fallBehind(_ id: Int, since before: Int64, _ pieces: [StreamNews.NewsPiece]) {
    guard let follower = followers[id] else { return }
    live[follower.sight]?.remove(id)
    if live[follower.sight]?.isEmpty == true { live[follower.sight] = nil }
    behind.insert(id)
    follower.mailbox.follow(false)
    followers[id]?.cursor = max(before, follower.cursor)
    hold(pieces, for: id)
    step(id)
  }

  private mutating func hold(_ pieces: [StreamNews.NewsPiece], for id: Int) {
    guard var follower = followers[id], !pieces.isEmpty else { return }
    let isReading = if case .reading = follower.stand { true } else { false }
    // Whoever reads a page later reads the rest with it.
    for piece in pieces where isReading || !piece.isEvent && piece.sequence <= follower.cursor {
      follower.held.append(piece)
      follower.heldBytes += piece.bytes.count
    }
    if follower.heldBytes > limits.waiting {
      follower.isCut = true
      follower.held.removeAll(where: \.isEvent)
      follower.heldBytes = follower.held.reduce(0) { $0 + $1.bytes.count }
    }
    followers[id] = follower
    if follower.heldBytes > limits.waiting { drop([id], .slow) }
  }

  // MARK: The past

  /// A page that was asked for; nil where the history did not answer.
  mutating func page(_ id: Int, _ stretch: HistoryStretch?) {
    isReading = false
    guard let follower = followers[id] else { return }
    guard let stretch else { return drop([id], .busy) }
    let place = max(follower.cursor, stretch.end)
    var bytes: [UInt8] = []
    if let missing = stretch.missing, follower.minds {
      let gap = StreamGap(
        from: StreamPlace(epoch, missing.lowerBound - 1).description, to: StreamPlace(epoch, missing.upperBound), reason: .swept)
      bytes += StreamText.gap(gap, farthest: limits.farthest)
    }
    for event in stretch.events {
      guard let seen = event.seen(by: follower.sight.only), follower.sight.takes(seen) else { continue }
      bytes += StreamText.event(seen, in: epoch)
    }
    let isEnd = stretch.isEnd && !follower.isCut
    // What is held of later events comes again with a later page, unless this was the last one.
    for piece in follower.held where piece.isEvent ? isEnd && piece.sequence > place : isEnd || piece.sequence <= place {
      bytes += piece.bytes
    }
    followers[id]?.held = []
    followers[id]?.heldBytes = 0
    followers[id]?.isCut = false
    followers[id]?.cursor = place
    _ = follower.mailbox.put(bytes, upTo: isEnd ? max(place, head) : place, isForced: true)
    if isEnd { join(id) } else { step(id) }
  }

  /// The next page, when there is room for it.
  private mutating func step(_ id: Int) {
    guard let follower = followers[id] else { return }
    if head - follower.cursor > 2 * limits.farthest { return drop([id], .behind) }
    if follower.mailbox.awaitRoom() { queue(id) } else { followers[id]?.stand = .crowded }
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
