import Store

// Pages of the history, for those who are behind.
extension StreamFanout {
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
  mutating func step(_ id: Int) {
    guard let follower = followers[id] else { return }
    if head - follower.cursor > 2 * limits.farthest { return drop([id], .behind) }
    if follower.mailbox.awaitRoom() { queue(id) } else { followers[id]?.stand = .crowded }
  }
}
