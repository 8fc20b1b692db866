import Bellhop
import GRDB
import Store

// Taking what the store holds into the index.
extension EventSearch {
  private static let bytesPerPage = 1 << 20
  private static let longestRest = Duration.seconds(2)
  private static let betweenLooks = Duration.seconds(30)
  private static let afterFailure = Duration.seconds(10)
  /// A file with more events than these is told about when it is made anew.
  private var worthTelling: Int64 { max(1, pace.slice / 25) }

  /// Events are coming, or deliveries are going.
  var isBusy: Bool { progress.withLock { $0.lastCommit.map { .now - $0 < .milliseconds(100) } ?? false } }

  /// Adds what is missing, a step at a time; while the store has work it rests longer than it works.
  func catchUpAtEase() async {
    while !Task.isCancelled {
      let start = ContinuousClock.now
      let isBusy = isBusy
      do {
        guard try await step(isBusy: isBusy) else { return goesWell(isWhole: true) }
        goesWell(isWhole: false)
      } catch {
        fails(error)
        try? await Task.sleep(for: Self.afterFailure)
        return
      }
      if isBusy {
        try? await Task.sleep(for: min((.now - start) * pace.rest, Self.longestRest))
      } else {
        await Task.yield()
      }
    }
  }

  private func goesWell(isWhole: Bool) {
    let wasTold = progress.withLock { progress in
      progress.hasFailed = false
      defer { if isWhole { progress.isTold = false } }
      return isWhole && progress.isTold
    }
    if wasTold { tell(.isWhole) }
  }

  private func fails(_ error: any Error) {
    if Task.isCancelled { return }
    let isFirst = progress.withLock { progress in
      defer { progress.hasFailed = true }
      return !progress.hasFailed
    }
    guard isFirst else { return }
    let line = (error as? DatabaseError)?.message ?? (error as? SpoolError)?.description ?? "\(error)"
    tell(.fails("\(line); searches look at what it lacks in the store"))
  }

  /// One step; answers whether there may be more to do.
  func step(isBusy: Bool) async throws -> Bool {
    try await work.pass { try await self.stepAlone(isBusy: isBusy) }
  }

  private func stepAlone(isBusy: Bool) async throws -> Bool {
    guard let span = try await log.eventSpan() else {
      shelf.drop(allBut: nil)
      progress.withLock { ($0.head, $0.older, $0.done) = ($0.highest, 0, []) }
      return false
    }
    dropOld(span)
    try await dropEmptied(span)
    survey(span)
    guard let number = next(span) else { return false }
    let slice = try shelf.make(number)
    let target = min(slice.range.upperBound, span.upperBound)
    do {
      if slice.through < target {
        let page = try await log.events(
          after: max(slice.through, span.lowerBound - 1), through: target, limit: isBusy ? pace.batch.busy : pace.batch.idle,
          bytes: Self.bytesPerPage)
        try await slice.add(page)
      } else {
        while try await slice.optimize() { if isBusy { return true } }
      }
    } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR].contains(error.resultCode) {
      forget(slice)
    }
    survey(span)
    // What came meanwhile is gathered first: a step for each event would cost more than all else that is done for it.
    return next(span) != nil
  }

  /// A file that cannot be used is made anew.
  func forget(_ slice: Slice) {
    shelf.drop(slice)
    progress.withLock { _ = $0.done.remove(slice.number) }
  }

  /// What lies wholly below the oldest event that is kept.
  private func dropOld(_ span: ClosedRange<Int64>) {
    let numbers = shelf.number(of: span.lowerBound)...shelf.number(of: span.upperBound)
    let isNew = progress.withLock { progress in
      defer { progress.lowest = numbers.lowerBound }
      return progress.lowest != numbers.lowerBound
    }
    guard isNew else { return }
    shelf.drop(allBut: numbers)
    progress.withLock { progress in progress.done = progress.done.filter(numbers.contains) }
  }

  /// What holds words of events of which only the identity is kept. Looked at now and then.
  private func dropEmptied(_ span: ClosedRange<Int64>) async throws {
    let isDue = progress.withLock { progress in
      if let last = progress.lastLook, .now - last < Self.betweenLooks { return false }
      progress.lastLook = .now
      return true
    }
    guard isDue else { return }
    for number in shelf.numbers() where number < shelf.number(of: span.upperBound) {
      let range = shelf.range(of: number)
      let look = EventScan(
        way: .all, from: range.lowerBound, before: range.upperBound + 1, limit: 1, bytes: .max, deadline: .now, takes: { _ in true })
      guard try await log.scan(look).events.isEmpty else { return }
      shelf.drop(number)
      progress.withLock { _ = $0.done.insert(number) }
    }
  }

  /// The newest slice that lacks something; nil where none does.
  private func next(_ span: ClosedRange<Int64>) -> Int64? {
    let done = progress.withLock { $0.done }
    let top = shelf.number(of: span.upperBound)
    for number in (shelf.number(of: span.lowerBound)...top).reversed() where !done.contains(number) {
      guard let slice = shelf.slice(number) else { return number }
      if slice.through < min(slice.range.upperBound, span.upperBound) { return number }
      guard slice.through == slice.range.upperBound else { continue }
      if !slice.isDone { return number }
      progress.withLock { _ = $0.done.insert(number) }
    }
    return nil
  }

  /// Counts what is missing.
  private func survey(_ span: ClosedRange<Int64>) {
    let done = progress.withLock { $0.done }
    let top = shelf.number(of: span.upperBound)
    var older: Int64 = 0
    var head = span.upperBound
    var missing: Int64 = 0
    for number in shelf.number(of: span.lowerBound)...top where !done.contains(number) {
      let range = shelf.range(of: number).clamped(to: span)
      let slice = shelf.slice(number)
      let through = max(slice?.through ?? range.lowerBound - 1, range.lowerBound - 1)
      if number == top { head = through } else { older += range.upperBound - through }
      if slice == nil { missing += range.upperBound - range.lowerBound + 1 }
    }
    let isNews = progress.withLock { progress in
      progress.highest = max(progress.highest, span.upperBound)
      (progress.head, progress.older) = (head, older)
      defer { if missing >= worthTelling { progress.isTold = true } }
      return missing >= worthTelling && !progress.isTold
    }
    if isNews { tell(.begins(events: missing)) }
  }
}
