import Bellhop
import Store
import Testing

@testable import Ledger

/// A wall clock that lies for a while erases nothing, and leaves nothing behind.
@Suite struct ClockTests {
  private func swept(_ ledger: Ledger) async throws { while try await ledger.sweep() {} }

  @Test(arguments: [Duration.seconds(86_400), .seconds(400 * 86_400), .seconds(70 * 365 * 86_400)])
  func aLeapAheadErasesNothing(_ leap: Duration) async throws {
    let fixture = Fixture()
    let ledger = try fixture.open(.init(keep: .seconds(86_400), freeFraction: { 1 }))
    for id in 0..<5 { try await ledger.keep(arrival("\(id)")) }
    _ = try await ledger.commit(Batch(settlements: fixture.deliveries.map { delivered($0) }))
    try await swept(ledger)
    fixture.leap(leap)
    try await ledger.keep(arrival("meanwhile"))
    try await swept(ledger)
    fixture.advance(.seconds(30))
    try await swept(ledger)
    fixture.leap(.zero - leap)
    try await swept(ledger)
    #expect(try await ledger.allIDs() == ["0", "1", "2", "3", "4", "meanwhile"])
    // What comes after it is stamped with the time that it is, and what was stamped wrongly goes with its neighbours.
    try await ledger.keep(arrival("after"))
    #expect(try await ledger.event(id: "after")?.received == fixture.time.withLock { $0 })
    _ = try await ledger.commit(Batch(settlements: fixture.deliveries.suffix(2).map { delivered($0) }))
    fixture.advance(.seconds(2 * 86_400))
    try await swept(ledger)
    #expect(try await ledger.allIDs() == [])
    await ledger.close()
  }

  /// Over a restart as well: the newest event tells how late it can be.
  @Test func aClockThatIsWrongAtTheStartErasesNothing() async throws {
    let fixture = Fixture()
    var ledger = try fixture.open(.init(keep: .seconds(86_400), freeFraction: { 1 }))
    try await ledger.keep(arrival("1"))
    _ = try await ledger.commit(Batch(settlements: fixture.deliveries.map { delivered($0) }))
    await ledger.close()
    fixture.leap(.seconds(400 * 86_400))
    ledger = try fixture.open(.init(keep: .seconds(86_400), freeFraction: { 1 }))
    try await swept(ledger)
    #expect(try await ledger.allIDs() == ["1"])
    // It was right after all: it has stood by it for an hour.
    fixture.advance(.seconds(3_600))
    try await swept(ledger)
    #expect(try await ledger.allIDs() == [])
    await ledger.close()
  }

  @Test func aLeapIsBelievedWhenItLasts() {
    var clock = SweepClock()
    let noon = Timestamp(seconds: 1_800_000_000)
    #expect(clock.time(wall: noon, ticks: .zero) == noon)
    #expect(clock.time(wall: noon + .seconds(60), ticks: .seconds(60)) == noon + .seconds(60))
    let year = Duration.seconds(365 * 86_400)
    #expect(clock.time(wall: noon + year, ticks: .seconds(120)) == noon + .seconds(120))
    #expect(clock.time(wall: noon + year + .seconds(3_599), ticks: .seconds(3_719)) == noon + .seconds(3_719))
    #expect(clock.time(wall: noon + year + .seconds(3_600), ticks: .seconds(3_720)) == noon + year + .seconds(3_600))
    // Backwards at once: nothing is lost by that.
    #expect(clock.time(wall: noon, ticks: .seconds(3_721)) == noon)
  }
}
