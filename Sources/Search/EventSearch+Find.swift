import Bellhop
import GRDB
import Matching
import Store

extension EventSearch {
  /// Finds events, the newest first.
  ///
  /// - Parameters:
  ///   - filter: ``FilterText``, with all that may be asked there.
  ///   - fate: only events whose plan ended so.
  ///   - only: the roles whose events are there for the reader; nil is all of them.
  ///   - cursor: ``SearchPage/next`` of the page before; nil begins with the newest.
  ///   - limit: 1 to 1,000.
  ///   - now: what times in the filter are counted from.
  ///   - withDeliveries: false leaves them out where nothing asks about them.
  /// - Throws: ``SpoolError/slow(_:)`` where too many ask at a time.
  public func find(
    _ filter: EventFilter, fate: Fate? = nil, for only: Set<String>? = nil, cursor: Int64? = nil, limit: Int = 50, now: Timestamp,
    withDeliveries: Bool = true
  ) async throws(SpoolError) -> SearchPage {
    var filter = filter
    if let only, !filter.roles.isEmpty {
      filter.roles = filter.roles.filter(only.contains)
      // Else how long it takes would tell what others have.
      if filter.roles.isEmpty { return SearchPage(events: []) }
    }
    try await seats.take(within: pace.patience)
    let start = ContinuousClock.now
    defer { rise(since: start) }
    var low: Int64 = 0
    var high = cursor ?? .max
    if let since = filter.since { low = try await log.sequence(receivedFrom: since.moment(now: now)) }
    if let until = filter.until { high = min(high, try await log.sequence(receivedFrom: until.moment(now: now))) }
    guard let span = try await log.eventSpan() else { return SearchPage(events: []) }
    low = max(low, span.lowerBound)
    if span.upperBound < .max { high = min(high, span.upperBound + 1) }
    guard low < high else { return SearchPage(events: []) }
    let plan = SearchPlan(filter, only: only)
    var walk = SearchWalk(
      search: self, filter: filter, fate: fate, plan: plan, only: only, withDeliveries: withDeliveries, low: low, upper: high,
      limit: min(max(limit, 1), 1_000), start: start)
    return try await walk.page()
  }

  /// Gives the seat back; where deliveries are going, only after a rest: who asks without end leaves them the larger part of the time.
  private func rise(since start: ContinuousClock.Instant) {
    let worked = ContinuousClock.now - start
    guard let rest = rest(after: worked) else { return seats.giveBack() }
    Task { [seats] in
      try? await Task.sleep(for: rest)
      seats.giveBack()
    }
  }

  /// How long a seat stays empty after a question; nil where nobody needs that.
  func rest(after worked: Duration) -> Duration? {
    isBusy ? min(max(worked * pace.emptiness, pace.shortestRest), pace.patience / 2) : nil
  }
}

/// One question on its way from the newest event to older ones.
private struct SearchWalk {
  let search: EventSearch
  let filter: EventFilter
  let fate: Fate?
  let plan: SearchPlan
  let only: Set<String>?
  let withDeliveries: Bool
  /// The lowest sequence that is asked about.
  let low: Int64
  /// All from here on has been looked at.
  var upper: Int64
  let limit: Int
  let start: ContinuousClock.Instant
  private let deadline: ContinuousClock.Instant
  private var found: [HistoryEvent] = []
  private var bytes = 0
  private var isCut = false
  private var chunk: Int

  static let bytesPerPage = 4 << 20
  private static let largestChunk = 1_024
  /// The first look of a page may take longer than all of it should: without a step forward the next page would begin at the same place.
  private static let firstLook = Duration.seconds(2)

  init(
    search: EventSearch, filter: EventFilter, fate: Fate?, plan: SearchPlan, only: Set<String>?, withDeliveries: Bool, low: Int64,
    upper: Int64,
    limit: Int, start: ContinuousClock.Instant
  ) {
    self.search = search
    self.filter = filter
    self.fate = fate
    self.plan = plan
    self.only = only
    self.withDeliveries = withDeliveries
    self.low = low
    self.upper = upper
    self.limit = limit
    self.start = start
    deadline = start + (plan.isBroad ? search.pace.broadBudget : search.pace.budget)
    chunk = limit + 1
  }

  /// One more than fits is looked for, so that the end is known.
  private var isFull: Bool { found.count > limit || bytes >= Self.bytesPerPage }

  mutating func page() async throws(SpoolError) -> SearchPage {
    if let expression = plan.expression {
      let before = upper
      while upper > low, !isFull, !isCut {
        if upper < before, ContinuousClock.now >= deadline {
          isCut = true
        } else {
          try await look(expression, isFirst: upper == before)
        }
      }
    } else {
      try await scan(plan.way, from: low)
    }
    if found.count > limit {
      found.removeLast(found.count - limit)
      return SearchPage(events: found, next: found.last?.sequence, searchedBackTo: found.last?.received)
    }
    guard upper > low else { return SearchPage(events: found) }
    return SearchPage(events: found, next: upper, searchedBackTo: try await search.log.received(from: upper))
  }

  /// Looks at the next part: what is not in the index, or what a slice of it finds.
  private mutating func look(_ expression: String, isFirst: Bool) async throws(SpoolError) {
    let number = search.shelf.number(of: upper - 1)
    let base = max(low, search.shelf.range(of: number).lowerBound)
    let slice = search.shelf.slice(number)
    let indexed = min(slice?.through ?? base - 1, upper - 1)
    guard let slice, indexed >= base, indexed == upper - 1 else {
      return try await scan(plan.way, from: max(base, indexed + 1))
    }
    let sequences: [Int64]
    do {
      sequences = try await slice.find(
        expression, from: base, before: upper, limit: chunk, deadline: isFirst ? start + Self.firstLook : deadline)
    } catch let error as DatabaseError where [.SQLITE_INTERRUPT, .SQLITE_ABORT].contains(error.resultCode) {
      if isFirst { throw .slow("the question took too long: narrow it, by longer words, a type or since") }
      isCut = true
      return
    } catch is CancellationError {
      throw .busy("the caller went away before the search was done")
    } catch {
      // Thrown away, it is made anew; until then what it held is looked at in the store.
      return search.forget(slice)
    }
    guard let last = sequences.last else {
      upper = base
      return
    }
    let isLast = sequences.count < chunk
    chunk = min(chunk * 2, Self.largestChunk)
    // Behind the last of them there may be more.
    try await scan(.these(sequences), from: isLast ? base : last)
  }

  /// Looks at events in the store, down to a sequence.
  private mutating func scan(_ way: EventScan.ScanWay, from base: Int64) async throws(SpoolError) {
    let (filter, fate, only) = (filter, fate, only)
    let needsDeliveries = withDeliveries || only != nil || filter.asksOfDeliveries
    let tell: @Sendable (HistoryEvent) -> HistoryEvent? = { event in
      guard let seen = event.seen(by: only), filter.holds(for: seen) else { return nil }
      return seen
    }
    let result = try await search.log.scan(
      EventScan(
        way: way, from: base, before: upper, limit: limit + 1 - found.count, bytes: Self.bytesPerPage - bytes, deadline: deadline,
        takes: { (fate == nil || $0.fate == fate) && filter.matches($0.event) },
        tells: needsDeliveries ? tell : nil))
    found += result.events
    bytes += result.bytes
    upper = result.last ?? base
    if result.last != nil, !isFull { isCut = true }
  }
}
