/// Events that a reader is not told although it asked for what follows an id.
struct StreamGap: Hashable {
  /// Why; also the word that programs read.
  enum GapReason: String {
    case epoch, future, swept, far

    func line(_ farthest: Int64) -> String {
      switch self {
      case .epoch: "the id is none of this store's: the stream begins now"
      case .future: "the id is ahead of this store, which was restored from a backup, it seems: the stream begins now"
      case .swept: "store.keep has removed events between them"
      case .far: "more than \(farthest) events lie between; /v1/events has those before"
      }
    }
  }

  /// The id asked for, or that of the last event before it.
  var from: String
  /// What comes behind this is whole.
  var to: StreamPlace
  var reason: GapReason
}

extension StreamStart {
  /// Where a reader begins, and what it is told of first.
  /// - Parameters:
  ///   - head: the place of the newest event.
  ///   - farthest: so many events are caught up with.
  func resolved(_ epoch: String, head: Int64, farthest: Int64) -> (place: Int64, gap: StreamGap?) {
    func gap(_ from: String, _ place: Int64, _ reason: StreamGap.GapReason) -> (Int64, StreamGap?) {
      (place, StreamGap(from: from, to: StreamPlace(epoch, place), reason: reason))
    }
    switch self {
    case .now: return (head, nil)
    case .behind(let text):
      guard let place = StreamPlace(text), place.epoch == epoch else { return gap(text, head, .epoch) }
      if place.sequence > head { return gap(text, head, .future) }
      if head - place.sequence > farthest { return gap(text, head - farthest, .far) }
      return (place.sequence, nil)
    case .place(let place):
      if head - place > farthest { return gap(StreamPlace(epoch, place).description, head - farthest, .far) }
      return (min(place, head), nil)
    }
  }
}
