import Testing

@testable import Gateway

@Suite struct RecentMapTests {
  /// Few keys and many, in turns: the same as a dictionary.
  @Test(arguments: [1, 3, 5, 40]) func itCountsAsADictionary(_ keys: Int) {
    var map = RecentMap<String, Int>()
    var plain: [String: Int] = [:]
    var state: UInt64 = 1
    for _ in 0..<2_000 {
      // https://nuclear.llnl.gov/CNP/rng/rngman/node4.html
      state = state &* 2_862_933_555_777_941_757 &+ 3_037_000_493
      let key = "key \(Int(state >> 33) % keys)"
      map.change(key, from: 100) { $0 += 1 }
      plain[key, default: 100] += 1
    }
    #expect(Dictionary(uniqueKeysWithValues: map.entries.map { ($0.key, $0.value) }) == plain)
  }
}
