import Bellhop
import Store

/// Tells everybody who follows what is committed. Commits are put in on the store's thread, which is all that happens there; the rest is done
/// behind it, one after the other.
public final class StreamHub: Sendable {
  private enum Notice: Sendable {
    case committed(Committed, Timestamp)
    case opened(Int, StreamSight, StreamMailbox, StreamStart, head: Int64)
    case closed(Int)
    case room(Int)
    case page(Int, HistoryStretch?)
    /// Nil where they could not be read.
    case lookedUp([HistoryEvent]?)
  }

  private struct Inbox {
    /// The newest event that was committed.
    var head: Int64
    var notices: [Notice] = []
    /// Of the commits among them.
    var bytes = 0
    /// They had no end, and were thrown away.
    var isOverrun = false
    /// Somebody works on them, or is about to.
    var isTended = false
    var readers = 0
    var next = 0
    var dropped: [StreamEnding: Int] = [:]

    /// True where somebody must come and work.
    mutating func add(_ notice: Notice) -> Bool {
      notices.append(notice)
      defer { isTended = true }
      return !isTended
    }
  }

  private let inbox: Guarded<Inbox>
  private let fanout: Guarded<StreamFanout>
  private let told: Guarded<Int64>
  private let history: any History
  private let epoch: String
  private let limits: StreamLimits
  private let now: @Sendable () -> Timestamp

  /// A hub that nobody follows yet.
  /// - Parameters:
  ///   - epoch: the store's.
  ///   - newest: the place of its newest event. What is committed later must be noted.
  ///   - now: wall time, for changes that have no time of their own.
  public init(
    history: any History, epoch: String, newest: Int64, limits: StreamLimits = StreamLimits(), now: @escaping @Sendable () -> Timestamp
  ) {
    self.history = history
    self.epoch = epoch
    self.limits = limits
    self.now = now
    inbox = Guarded(Inbox(head: newest))
    fanout = Guarded(StreamFanout(epoch: epoch, head: newest, limits: limits))
    told = Guarded(newest)
  }

  /// How many follow.
  public var readers: Int { inbox.withLock { $0.readers } }

  /// How many were dropped so far, and why.
  public var dropped: [StreamEnding: Int] { inbox.withLock { $0.dropped } }

  // MARK: The store's side

  /// Called for each commit, in order, on the store's thread.
  public func note(_ committed: Committed) {
    let mustTend = inbox.withLock { inbox in
      if let last = committed.arrivals.last { inbox.head = max(inbox.head, last.sequence) }
      guard inbox.readers > 0, !inbox.isOverrun else { return false }
      let weight = committed.arrivals.reduce((committed.settlements.count + committed.deliveries.count) * 256) {
        $0 + $1.event.footprint
      }
      inbox.isOverrun = inbox.bytes > 0 && inbox.bytes + weight > limits.inbox
      if inbox.isOverrun { return false }
      inbox.bytes += weight
      return inbox.add(.committed(committed, now()))
    }
    if mustTend { wake() }
  }

  // MARK: Readers

  /// Somebody follows from now on.
  /// - Parameter most: readers for whom there is room just now, where that is fewer than the limit.
  public func open(_ wish: StreamWish, most: Int = .max) async throws(StreamRefusal) -> StreamReader {
    let places = min(limits.readers, most)
    guard readers < places else { throw .crowded(places) }
    let start = try await start(of: wish)
    let id = inbox.withLock { inbox -> Int? in
      guard inbox.readers < places else { return nil }
      inbox.readers += 1
      inbox.next += 1
      return inbox.next
    }
    guard let id else { throw .crowded(places) }
    let mailbox = StreamMailbox(
      limits, epoch: epoch, told: { [told] in told.withLock { $0 } }, onRoom: { [weak self] in self?.post(.room(id)) },
      onEnd: { [weak self] ending in self?.left(id, ending) })
    // They come back at different times when all were sent away at once.
    _ = mailbox.put(StreamText.opening(retry: Int.random(in: 1_000...3_000)), upTo: nil, isForced: true)
    // In one go: what was committed before stands before it, and what comes later behind it.
    let mustTend = inbox.withLock { $0.add(.opened(id, wish.sight, mailbox, start, head: $0.head)) }
    if mustTend { wake() }
    return StreamReader(mailbox)
  }

  private func left(_ id: Int, _ ending: StreamEnding?) {
    inbox.withLock { inbox in
      inbox.readers -= 1
      if let ending { inbox.dropped[ending, default: 0] += 1 }
    }
    post(.closed(id))
  }

  /// What the history knows of a beginning.
  private func start(of wish: StreamWish) async throws(StreamRefusal) -> StreamStart {
    do throws(SpoolError) {
      switch wish.beginning {
      case .now: return .now
      case .behind(let id): return .behind(id)
      case .since(let time): return .place(try await place(before: time))
      case .newest(let count): return .place(try await place(ofNewest: count, for: wish.sight))
      }
    } catch { throw .store(error) }
  }

  private func place(before time: Timestamp) async throws(SpoolError) -> Int64 {
    var query = HistoryQuery(until: time, limit: 1)
    while true {
      let page = try await history.search(query)
      if let event = page.events.first { return event.sequence }
      guard let next = page.next, next != query.cursor else { return 0 }
      query.cursor = next
    }
  }

  /// Looks back, some hundred events at a time, until there are enough that the sight shows.
  private func place(ofNewest count: Int, for sight: StreamSight) async throws(SpoolError) -> Int64 {
    let newest = try await history.newest()
    let end = max(0, newest - limits.looksBack)
    var found: [Int64] = []
    var low = newest
    while low > end, found.count < count {
      let high = low
      low = max(end, high - Int64(limits.pageEvents))
      var at = low
      var block: [Int64] = []
      while at < high {
        let stretch = try await history.stretch(after: at, limit: Int(high - at), bytes: limits.pageBytes)
        for event in stretch.events where event.sequence <= high {
          if let seen = event.seen(by: sight.only), sight.takes(seen) { block.append(seen.sequence) }
        }
        if stretch.isEnd || stretch.end <= at { break }
        at = stretch.end
      }
      found = block + found
    }
    guard let first = found.suffix(count).first else { return newest }
    return first - 1
  }

  // MARK: Behind both

  private func post(_ notice: Notice) { if inbox.withLock({ $0.add(notice) }) { wake() } }

  private func wake() { Task { tend() } }

  /// Works until nothing is left. Only one does it at a time.
  private func tend() {
    while let (notices, lost) = take() {
      let (errands, head) = fanout.withLock { fanout in
        for notice in notices { Self.apply(notice, to: &fanout) }
        if let lost { fanout.lose(head: lost) }
        return (fanout.errands(), fanout.head)
      }
      told.withLock { $0 = max($0, head) }
      for errand in errands { run(errand) }
    }
  }

  /// What has come, and the newest event where commits were thrown away; nil lets who works rest.
  private func take() -> (notices: [Notice], lost: Int64?)? {
    inbox.withLock { inbox in
      guard !inbox.notices.isEmpty || inbox.isOverrun else {
        inbox.isTended = false
        return nil
      }
      let lost = inbox.isOverrun ? inbox.head : nil
      let notices = inbox.notices
      inbox.notices = []
      inbox.bytes = 0
      inbox.isOverrun = false
      return (notices, lost)
    }
  }

  private static func apply(_ notice: Notice, to fanout: inout StreamFanout) {
    switch notice {
    case .committed(let committed, let time): fanout.note(committed, at: time)
    case .opened(let id, let sight, let mailbox, let start, let head): fanout.open(id, sight, mailbox, from: start, head: head)
    case .closed(let id): fanout.close(id)
    case .room(let id): fanout.hasRoom(id)
    case .page(let id, let stretch): fanout.page(id, stretch)
    case .lookedUp(let events): fanout.lookedUp(events)
    }
  }

  private func run(_ errand: StreamFanout.StreamErrand) {
    Task { [history, limits] in
      switch errand {
      case .page(let id, let after):
        let stretch = try? await history.stretch(after: after, limit: limits.pageEvents, bytes: limits.pageBytes)
        post(.page(id, stretch))
      case .lookUp(let sequences):
        post(.lookedUp(try? await history.events(at: sequences)))
      }
    }
  }
}
