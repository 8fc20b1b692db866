import Bellhop
import Foundation
import Ledger
import Matching
import Store
import Testing

@testable import Search

@Suite(.timeLimit(.minutes(2))) struct IndexTests {
  /// The index keeps of a word what differs from the one before: a name that begins as no other word does stands there whole.
  /// Events that lie in three slices; every tenth is about Quentin.
  private func fill(_ ledger: Ledger, _ count: Int = 130) async throws {
    try await ledger.keep(
      (1...count).map { arrival("e\($0)", subject: $0 % 10 == 0 ? "quentin@example.com" : "bert", text: "number n\($0)") })
  }

  private func slices(_ fixture: SearchFixture) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: fixture.indexFolder)) ?? []).filter { $0.hasSuffix(".sqlite") }.sorted()
  }

  @Test func eachEventIsFoundOnceAcrossAStop() async throws {
    let fixture = SearchFixture()
    let ledger = try fixture.openLedger()
    try await fill(ledger)
    var search = fixture.openSearch(ledger)
    for _ in 0..<3 { _ = try await search.step(isBusy: true) }
    #expect(search.behind > 0)
    await search.close()
    search = fixture.openSearch(ledger)
    #expect(try await search.ids("number").count == 130)
    try await search.catchUp()
    #expect(search.behind == 0 && slices(fixture) == ["0.sqlite", "1.sqlite", "2.sqlite"])
    for number in Int64(0)...2 {
      let slice = try #require(search.shelf.slice(number))
      let found = try await slice.find("\"number\"", from: 0, before: .max, limit: 1_000, deadline: .now + .seconds(20))
      #expect(found == Array((max(1, number * 50)...min(130, number * 50 + 49)).reversed()))
      #expect(slice.isDone == (number < 2))
    }
    #expect(try await search.ids("n77") == ["e77"])
    await search.close()
    // What is in one piece stays so.
    search = fixture.openSearch(ledger)
    #expect(search.shelf.slice(0)?.isDone == true)
    let isMore = try await search.step(isBusy: false)
    #expect(!isMore)
    await search.close()
    await ledger.close()
  }

  @Test func itKeepsUpByItself() async throws {
    let fixture = SearchFixture()
    let ledger = try fixture.openLedger()
    let search = fixture.openSearch(ledger)
    let running = Task { await search.run() }
    try await fill(ledger)
    #expect(await eventually { search.behind == 0 && search.shelf.slice(2)?.through == 130 })
    #expect(fixture.news.withLock { $0 }.allSatisfy { if case .fails = $0 { false } else { true } })
    running.cancel()
    await running.value
    await search.close()
    await ledger.close()
  }

  /// Garbage, a file of another store and one of another form are made anew, and nobody who searches notices.
  @Test(arguments: ["garbage", "empty", "beheaded", "missing", "foreign", "version"]) func whatCannotBeUsedIsMadeAnew(kind: String)
    async throws
  {
    let fixture = SearchFixture()
    let ledger = try fixture.openLedger()
    try await fill(ledger)
    var search = fixture.openSearch(ledger)
    try await search.catchUp()
    await search.close()
    let path = fixture.indexFolder + "/1.sqlite"
    var bytes = try Data(contentsOf: URL(filePath: path))
    switch kind {
    case "garbage": bytes = Data((0..<bytes.count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    case "empty": bytes = Data()
    case "beheaded": for index in 4_096..<bytes.count { bytes[index] = 0xAA }
    // https://www.sqlite.org/fileformat2.html#user_version_number
    case "version": bytes[63] = 99
    case "foreign": bytes.replaceSubrange(try #require(bytes.range(of: Data(ledger.epoch.utf8))), with: Data("0123456789".utf8))
    default: break
    }
    if kind == "missing" { try FileManager.default.removeItem(atPath: path) } else { try bytes.write(to: URL(filePath: path)) }
    search = fixture.openSearch(ledger)
    #expect(try await search.ids("number").count == 130)
    #expect(try await search.ids("n77") == ["e77"])
    try await search.catchUp()
    #expect(search.shelf.slice(1)?.through == 99)
    #expect(try await search.ids("quentin number").count == 13)
    if kind == "missing" {
      #expect(fixture.news.withLock { $0 }.contains { if case .begins = $0 { true } else { false } })
    }
    await search.close()
    await ledger.close()
  }

  /// A place that cannot be written costs time, not answers.
  @Test func withoutAPlaceItLooksInTheStore() async throws {
    let fixture = SearchFixture()
    let ledger = try fixture.openLedger()
    try await fill(ledger)
    _ = FileManager.default.createFile(atPath: fixture.indexFolder, contents: Data())
    let search = fixture.openSearch(ledger)
    await search.catchUpAtEaseOnce()
    #expect(fixture.news.withLock { $0 }.contains { if case .fails = $0 { true } else { false } })
    #expect(try await search.ids("quentin number").count == 13)
    await search.close()
    await ledger.close()
  }

  @Test func whoIsForgottenIsInNoFile() async throws {
    let fixture = SearchFixture()
    let ledger = try fixture.openLedger()
    try await fill(ledger)
    let search = fixture.openSearch(ledger)
    try await search.catchUp()
    #expect(try fixture.found(["quentin"]) == ["quentin"])
    let count = try await search.forgetting { () async throws(SpoolError) in
      try await ledger.forget(subject: "quentin@example.com", limit: .max)
    }
    #expect(count == 13)
    #expect(try fixture.found(["quentin"]) == [])
    #expect(try await search.ids("quentin").isEmpty)
    #expect(try await search.ids("number").count == 117)
    try await search.catchUp()
    #expect(try fixture.found(["quentin"]) == [])
    #expect(search.behind == 0 && slices(fixture) == ["0.sqlite", "1.sqlite", "2.sqlite"])
    #expect(try await search.ids("number").count == 117)
    await search.close()
    await ledger.close()
    #expect(try fixture.found(["quentin"]) == [])
  }

  /// What cannot be removed is not said to be forgotten.
  @Test func forgettingThatCannotBeDoneSaysSo() async throws {
    let fixture = SearchFixture()
    let ledger = try fixture.openLedger()
    try await fill(ledger)
    let search = fixture.openSearch(ledger)
    try FileManager.default.createDirectory(atPath: fixture.indexFolder + "/0.sqlite/full", withIntermediateDirectories: true)
    let error = await #expect(throws: SpoolError.self) {
      try await search.forgetting { () async throws(SpoolError) in try await ledger.forget(subject: "quentin@example.com", limit: .max) }
    }
    #expect(error?.description.contains(fixture.indexFolder) == true && search.shelf.isMarked)
    try FileManager.default.removeItem(atPath: fixture.indexFolder + "/0.sqlite")
    let more = try await search.forgetting { () async throws(SpoolError) in
      try await ledger.forget(subject: "quentin@example.com", limit: .max)
    }
    #expect(more == 0 && !search.shelf.isMarked)
    #expect(try fixture.found(["quentin"]) == [])
    await search.close()
    await ledger.close()
  }

  /// Also where the index is being written all the while.
  @Test func forgettingBesideTheWork() async throws {
    let fixture = SearchFixture()
    let ledger = try fixture.openLedger()
    let search = fixture.openSearch(ledger)
    let running = Task { await search.run() }
    for round in 0..<10 {
      try await ledger.keep((0..<40).map { arrival("e\(round)-\($0)", subject: $0 % 2 == 0 ? "quentin\(round)@example.com" : "bert") })
      _ = try await search.forgetting { () async throws(SpoolError) in
        try await ledger.forget(subject: "quentin\(round)@example.com", limit: .max)
      }
      #expect(try fixture.found(["quentin\(round)"]) == [])
    }
    #expect(await eventually { search.behind == 0 })
    #expect(try fixture.found((0..<10).map { "quentin\($0)" }) == [])
    #expect(try await search.ids("bert").count == 200)
    running.cancel()
    await running.value
    await search.close()
    await ledger.close()
  }

  /// The gateway was stopped between the store's forgetting and the index's.
  @Test func forgettingThatBrokeOffIsDoneAtTheStart() async throws {
    let fixture = SearchFixture()
    let ledger = try fixture.openLedger()
    try await fill(ledger)
    var search = fixture.openSearch(ledger)
    try await search.catchUp()
    search.shelf.mark()
    await search.close()
    _ = try await ledger.forget(subject: "quentin@example.com", limit: .max)
    #expect(try fixture.found(["quentin"]) == ["quentin"])
    search = fixture.openSearch(ledger)
    #expect(try fixture.found(["quentin"]) == [] && !search.shelf.isMarked)
    try await search.catchUp()
    #expect(try await search.ids("number").count == 117)
    await search.close()
    await ledger.close()
  }

  @Test func whatIsNoLongerKeptGoesByTheSlice() async throws {
    let fixture = SearchFixture()
    let day = Duration.seconds(86_400)
    let ledger = try fixture.openLedger(.init(idempotency: day, keep: day, freeFraction: { 1 }))
    let old = (1...70).map { arrival("e\($0)", text: "old n\($0)", hearers: [], fate: .unrouted) }
    try await ledger.keep(old)
    let search = fixture.openSearch(ledger)
    try await search.catchUp()
    fixture.advance(.seconds(86_401))
    #expect(slices(fixture) == ["0.sqlite", "1.sqlite"])
    try await ledger.keep([arrival("young", text: "young", hearers: [], fate: .unrouted)])
    while try await ledger.sweep() {}
    _ = try await search.step(isBusy: false)
    #expect(slices(fixture) == ["1.sqlite"])
    #expect(try await search.ids("old").isEmpty)
    #expect(try await search.ids("young") == ["young"])
    try await search.catchUp()
    #expect(search.behind == 0)
    await search.close()
    await ledger.close()
  }
}

extension IndexTests {
  /// Also where their identities are remembered for longer.
  @Test func whatIsRememberedByItsIdentityAloneHasNoWords() async throws {
    let fixture = SearchFixture()
    let day = Duration.seconds(86_400)
    let ledger = try fixture.openLedger(.init(idempotency: day * 7, keep: day, freeFraction: { 1 }))
    try await ledger.keep((1...70).map { arrival("e\($0)", text: "needle n\($0)", hearers: [], fate: .unrouted) })
    var search = fixture.openSearch(ledger)
    try await search.catchUp()
    fixture.advance(.seconds(86_401))
    try await ledger.keep((1...50).map { arrival("young\($0)", text: "young", hearers: [], fate: .unrouted) })
    while try await ledger.sweep() {}
    await search.close()
    search = fixture.openSearch(ledger)
    try await search.catchUp()
    // Of the second some are kept.
    #expect(slices(fixture) == ["1.sqlite", "2.sqlite"])
    #expect(try await search.ids("needle").isEmpty)
    #expect(try await search.ids("young").count == 50)
    await search.close()
    await ledger.close()
  }
}

extension EventSearch {
  /// Tries once.
  fileprivate func catchUpAtEaseOnce() async {
    let task = Task { await catchUpAtEase() }
    _ = await eventually { progress.withLock { $0.hasFailed } }
    task.cancel()
    await task.value
  }
}

/// Looks again and again until it is so; the limit only ends a test that has failed.
func eventually(within limit: Duration = .seconds(30), _ isSo: () async throws -> Bool) async rethrows -> Bool {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try await isSo() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return false
}
