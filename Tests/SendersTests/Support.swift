import Bellhop
import Senders

/// The same luck every time.
struct Seeded: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    // SplitMix64: https://prng.di.unimi.it/splitmix64.c
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

let noon = Timestamp(seconds: 1_795_521_600)  // 2026-11-24T12:00:00Z

func decode(
  _ body: String, _ type: String? = nil, key: String? = nil, ce: [(String, String)] = [], redact: [String] = [],
  limits: EventLimits = EventLimits()
) -> Result<[Event], Rejection> {
  decode(Array(body.utf8), type, key: key, ce: ce, redact: redact, limits: limits)
}

func decode(
  _ body: [UInt8], _ type: String? = nil, key: String? = nil, ce: [(String, String)] = [], redact: [String] = [],
  limits: EventLimits = EventLimits()
) -> Result<[Event], Rejection> {
  var luck = Seeded(1)
  let envelope = Envelope(contentType: type, idempotencyKey: key, cloudEvent: ce.map { .init($0.0, $0.1) })
  return Sender(name: "shop", redact: redact).decode(body, envelope, limits: limits, at: noon, luck: &luck)
}

extension Result where Failure == Rejection {
  /// `422 0 /type: detail | …`, as the tables of these tests write it; nil for success.
  var mistakes: String? {
    guard case .failure(let rejection) = self else { return nil }
    if rejection.problems.isEmpty { return "\(rejection.status) \(rejection.title)" }
    let lines = rejection.problems.map { problem in
      [problem.index.map { "\($0) " }, problem.line.map { "line \($0) " }, problem.field.map { "\($0): " }, problem.detail].compactMap {
        $0
      }.joined()
    }
    return "\(rejection.status) " + lines.joined(separator: " | ")
  }
}
