/// SplitMix64: the same seed gives the same run, here and tomorrow.
public struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  /// Luck of its own for every seed.
  public init(_ seed: UInt64) { state = seed }

  /// All 64 bits are random.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// One of them, each as likely.
  public mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &self)] }

  /// True so many times in a hundred.
  public mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
