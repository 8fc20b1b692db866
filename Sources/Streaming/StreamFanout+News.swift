import Bellhop
import Store

// What is committed, and who is told of it.
extension StreamFanout {
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

  /// Events that were looked up: what became of their deliveries is told now. Nil: they could not be read, so nobody may believe that all was told.
  mutating func lookedUp(_ found: [HistoryEvent]?) {
    guard let found else {
      _ = lookups.answer([])
      return drop(Array(followers.keys), .busy)
    }
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
}
