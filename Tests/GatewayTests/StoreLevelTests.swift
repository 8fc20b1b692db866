import Store
import Testing

@testable import Gateway

@Suite struct StoreLevelTests {
  private func warning(_ bytes: Int64 = 0, max: Int64? = nil, free: Double? = 1) -> String? {
    StoreLevel(bytes: bytes, maximum: max, free: free, minimumFree: 0.05).warning
  }

  @Test func roomIsNotTold() {
    #expect(warning() == nil)
    #expect(warning(1 << 40, free: nil) == nil)
    #expect(warning(9 << 20, max: 10 << 20, free: 0.1) == nil)
  }

  /// What `readyz` says: each in words of its own.
  @Test func whatStandsInTheWayIsNamed() {
    let errors: [SpoolError] = [.full("/a"), .failing("/a"), .overLimit("/a"), .busy("/a"), .broken("/a")]
    let words = errors.map(StoreLevel.word)
    #expect(Set(words).count == errors.count && words.allSatisfy { !$0.contains("/a") })
    #expect(words[0].contains("full") && !words[1].contains("full"))
  }

  @Test func aDiskIsLowBeforeItIsFull() {
    #expect(
      warning(free: 0.0834) == "8.3 % of the disk under the store is free: below 5.0 % new events get 503; make room, or shorten store.keep"
    )
  }

  @Test func aStoreIsLowBeforeItsMaximum() {
    #expect(
      warning((9 << 20) + 600_000, max: 10 << 20)
        == "the store takes 9 MiB of store.max (10 MiB): above it new events get 503; raise store.max, or shorten store.keep")
  }
}
