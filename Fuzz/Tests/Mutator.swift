/// Changes bytes as a fuzzer does, the same way each time.
struct Mutator: RandomNumberGenerator {
  private var state: UInt64
  /// What is put together with others.
  private let words: [[UInt8]]

  /// What parsers stumble over.
  private static let traps: [[UInt8]] = [
    "\"", "\\", "{", "}", "[", "]", ":", ",", "null", "-1", "1e999", "9223372036854775808", "\\ud800", "\n\n", "\r", "\0", "%", "%00", "=",
    "&", "{{", "}}", "<!", "```", "*", "\u{2028}", "\u{FEFF}", "#", "- ", "? ", "&a ", "*a", "<<: ", "{{#data.l}}", "{{/data.l}}",
  ].map { Array($0.utf8) }

  init(seed: UInt64, words: [[UInt8]]) {
    state = seed
    self.words = words
  }

  mutating func next() -> UInt64 {
    // SplitMix64: https://prng.di.unimi.it/splitmix64.c
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private mutating func below(_ count: Int) -> Int { count < 1 ? 0 : Int(next() % UInt64(count)) }

  private mutating func range(_ bytes: [UInt8]) -> Range<Int> {
    let start = below(bytes.count)
    return start..<min(bytes.count, start + 1 + below(24))
  }

  mutating func change(_ bytes: [UInt8]) -> [UInt8] {
    var out = bytes
    for _ in 0...below(4) {
      let place = below(out.count + 1)
      switch below(7) {
      case 0 where !out.isEmpty: out[below(out.count)] ^= 1 << UInt8(below(8))
      case 1 where !out.isEmpty: out[below(out.count)] = UInt8(truncatingIfNeeded: next())
      case 2: out.removeSubrange(range(out))
      case 3: out.insert(contentsOf: out[range(out)], at: place)
      case 4: out.insert(contentsOf: Self.traps[below(Self.traps.count)], at: place)
      case 5:
        let other = words[below(words.count)]
        out.insert(contentsOf: other[range(other)], at: place)
      default: out.removeLast(min(out.count, below(out.count / 4 + 1)))
      }
    }
    return out
  }
}
