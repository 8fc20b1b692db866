import Bellhop

/// What waits for one reader: the hub puts in, the reader's connection takes out, each in its own time. Its bytes have an end.
public final class StreamMailbox: Sendable {
  private struct WaitingPieces {
    var pieces: [[UInt8]] = []
    var bytes = 0
    /// All up to here was put in, or is not for this reader; nil as long as nobody has looked where it begins.
    var place: Int64?
    /// The hub puts in whatever comes, so that what has been told to all has been told to this one.
    var isLive = false
    var isEnded = false
    /// Whoever takes out has been told that there is something.
    var isTold = false
    var news: (@Sendable () -> Void)?
    /// The hub has more, and waits for room.
    var wantsRoom = false
    /// Since when something did not fit.
    var crowdedSince: ContinuousClock.Instant?
  }

  private let box = Guarded(WaitingPieces())
  private let limits: StreamLimits
  private let epoch: String
  /// The place of the newest event that has been told to all who are live.
  private let told: @Sendable () -> Int64
  private let onRoom: @Sendable () -> Void
  private let onEnd: @Sendable (StreamEnding?) -> Void

  /// - Parameters:
  ///   - onRoom: called once after ``awaitRoom(_:)``, when there is room.
  ///   - onEnd: called once, with why the stream ended before its reader did.
  init(
    _ limits: StreamLimits, epoch: String, told: @escaping @Sendable () -> Int64, onRoom: @escaping @Sendable () -> Void,
    onEnd: @escaping @Sendable (StreamEnding?) -> Void
  ) {
    self.limits = limits
    self.epoch = epoch
    self.told = told
    self.onRoom = onRoom
    self.onEnd = onEnd
  }

  // MARK: The hub's side

  /// Puts something in, after which the reader has been told all up to a place; false where it does not fit. What is forced fits always.
  func put(_ bytes: [UInt8], upTo place: Int64?, isForced: Bool = false) -> Bool {
    let (isIn, news) = box.withLock { box -> (Bool, (@Sendable () -> Void)?) in
      // Nobody reads it any more, and the hub hears of that apart.
      if box.isEnded { return (true, nil) }
      if !isForced, box.bytes > 0, box.bytes + bytes.count > limits.waiting { return (false, nil) }
      if let place { box.place = max(box.place ?? place, place) }
      if bytes.isEmpty { return (true, nil) }
      box.pieces.append(bytes)
      box.bytes += bytes.count
      return (true, Self.tell(&box))
    }
    news?()
    return isIn
  }

  /// From now on the hub puts in whatever comes, or not any more.
  func follow(_ isLive: Bool) { box.withLock { $0.isLive = isLive } }

  /// Whether a page fits; if not, `onRoom` is called when one does.
  func awaitRoom() -> Bool {
    box.withLock { box in
      if box.bytes <= limits.waiting / 4 { return true }
      box.wantsRoom = true
      box.crowdedSince = box.crowdedSince ?? .now
      return false
    }
  }

  private static func tell(_ box: inout WaitingPieces) -> (@Sendable () -> Void)? {
    guard !box.isTold, let news = box.news else { return nil }
    box.isTold = true
    return news
  }

  // MARK: The reader's side

  /// Calls `act` now where there is something already, and again whenever there is something after all that was known has been taken.
  public func listen(_ act: @escaping @Sendable () -> Void) {
    let news = box.withLock { box -> (@Sendable () -> Void)? in
      box.news = act
      return box.pieces.isEmpty && !box.isEnded ? nil : Self.tell(&box)
    }
    news?()
  }

  /// What a reader takes out.
  public struct Taken {
    /// In their order.
    public var pieces: [[UInt8]] = []
    /// There is more: take again.
    public var isMore = false
    /// Nothing will come any more.
    public var isEnd = false
  }

  /// Takes out at least one piece, where there is one, and no more when they have so many bytes.
  public func take(upTo bytes: Int) -> Taken {
    let (taken, isRoom) = box.withLock { box -> (Taken, Bool) in
      var taken = Taken()
      var count = 0
      var weight = 0
      for piece in box.pieces where count == 0 || weight + piece.count <= bytes {
        weight += piece.count
        count += 1
      }
      taken.pieces = Array(box.pieces.prefix(count))
      box.pieces.removeFirst(count)
      box.bytes -= weight
      taken.isMore = !box.pieces.isEmpty
      taken.isEnd = box.isEnded && !taken.isMore
      box.isTold = taken.isMore
      guard box.bytes <= limits.waiting / 4 else { return (taken, false) }
      box.crowdedSince = nil
      defer { box.wantsRoom = false }
      return (taken, box.wantsRoom)
    }
    if isRoom { onRoom() }
    return taken
  }

  /// Puts in a sign of life, and the place from which its reader would resume; nothing where something waits already.
  public func beat() {
    // Before the look at the box: what was told to all by then was put in by then.
    let told = told()
    let news = box.withLock { box -> (@Sendable () -> Void)? in
      guard !box.isEnded, box.pieces.isEmpty else { return nil }
      if box.isLive { box.place = max(box.place ?? told, told) }
      let mark = box.place.map { StreamText.mark(StreamPlace(epoch, $0)) } ?? StreamText.comment
      box.pieces.append(mark)
      box.bytes += mark.count
      return Self.tell(&box)
    }
    news?()
  }

  /// Drops a reader that has taken too long.
  public func look(at now: ContinuousClock.Instant) {
    let isSlow = box.withLock { box in box.crowdedSince.map { $0 + limits.slowness <= now } ?? false }
    if isSlow { drop(.slow) }
  }

  /// Ends the stream with a word; what waited is thrown away, for its reader resumes behind what it has read.
  public func drop(_ ending: StreamEnding) { end(ending) }

  /// Ends the stream behind what waits.
  public func finish() { end(nil) }

  private func end(_ ending: StreamEnding?) {
    let (isNew, news) = box.withLock { box -> (Bool, (@Sendable () -> Void)?) in
      guard !box.isEnded else { return (false, nil) }
      box.isEnded = true
      if let ending {
        box.pieces = [StreamText.dropped(ending)]
        box.bytes = box.pieces[0].count
      }
      return (true, Self.tell(&box))
    }
    guard isNew else { return }
    news?()
    onEnd(ending)
  }

  /// Bytes that wait.
  var weight: Int { box.withLock { $0.bytes } }
}

/// Somebody who follows a stream, for as long as somebody holds this.
public final class StreamReader: Sendable {
  /// What waits for it.
  public let mailbox: StreamMailbox

  init(_ mailbox: StreamMailbox) { self.mailbox = mailbox }

  deinit { mailbox.finish() }
}
