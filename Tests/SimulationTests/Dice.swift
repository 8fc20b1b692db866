/// SplitMix64: small, fast, the same everywhere. https://prng.di.unimi.it/splitmix64.c
struct Dice {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// From 0 to below 1.
  mutating func luck() -> Double { Double(next() >> 11) / Double(UInt64(1) << 53) }
  mutating func chance(_ probability: Double) -> Bool { luck() < probability }
  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
  mutating func duration(_ range: ClosedRange<Double>) -> Duration {
    .microseconds(Int64((range.lowerBound + (range.upperBound - range.lowerBound) * luck()) * 1_000_000))
  }
}
