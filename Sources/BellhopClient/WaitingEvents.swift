/// Called once, when the event's fate is known.
typealias EventFate = @Sendable (Result<Void, BellhopClientError>) -> Void

/// An event that waits to be taken.
struct WaitingEvent: Sendable {
  var number: UInt64
  var line: [UInt8]
  var fate: EventFate?
}

/// The events that wait, in the order they came, bounded in number and bytes. Pure: what it hands back is to be called by who holds no lock.
struct WaitingEvents {
  let options: ClientOptions
  private(set) var events: [WaitingEvent] = []
  private(set) var bytes = 0
  private(set) var counts = ClientCounts()
  private(set) var isClosed = false
  private var last: UInt64 = 0

  init(_ options: ClientOptions) { self.options = options }

  /// A number for an event that is about to come.
  mutating func number() -> UInt64 {
    last += 1
    return last
  }

  mutating func add(_ event: WaitingEvent) -> BellhopClientError? {
    let refusal: BellhopClientError? =
      if isClosed {
        .closed
      } else if event.line.count > options.maximumEvent {
        .tooLarge
      } else if events.count >= options.maximumWaiting || bytes + event.line.count > options.maximumBytes {
        .full
      } else {
        nil
      }
    guard refusal == nil else {
      counts.dropped += 1
      return refusal
    }
    events.append(event)
    bytes += event.line.count
    counts.waiting = events.count
    return nil
  }

  /// The oldest, for one request: they go on waiting until their fate is known.
  func batch(count: Int? = nil, bytes limit: Int = 512 << 10) -> [WaitingEvent] {
    var left = limit
    var batch: [WaitingEvent] = []
    for event in events.prefix(count ?? options.batch) {
      left -= event.line.count + 1
      if left < 0 && !batch.isEmpty { break }
      batch.append(event)
    }
    return batch
  }

  /// They are sent, or refused. Answers whom to tell.
  mutating func settle(_ batch: [WaitingEvent], as count: WritableKeyPath<ClientCounts, Int>) -> [EventFate] {
    remove(Set(batch.map(\.number)), as: count)
  }

  /// Nobody waits for it any more. Nil where its fate is known already.
  mutating func giveUp(_ number: UInt64) -> EventFate? { remove([number], as: \.dropped).first }

  /// No more come.
  mutating func close() { isClosed = true }

  /// What waits is dropped.
  mutating func abandon() -> [EventFate] {
    close()
    return remove(Set(events.map(\.number)), as: \.dropped)
  }

  private mutating func remove(_ numbers: Set<UInt64>, as count: WritableKeyPath<ClientCounts, Int>) -> [EventFate] {
    var fates: [EventFate] = []
    events.removeAll { event in
      guard numbers.contains(event.number) else { return false }
      bytes -= event.line.count
      counts[keyPath: count] += 1
      if let fate = event.fate { fates.append(fate) }
      return true
    }
    counts.waiting = events.count
    return fates
  }
}
