import Bellhop

/// The latest spans of time, each with a value; what is older falls out.
struct TimeRing<Value: Sendable>: Sendable {
  private struct RingPlace: Sendable {
    var number: Int64
    var value: Value
  }

  private let seconds: Int64
  private let empty: Value
  private var places: [RingPlace?]

  /// - Parameters:
  ///   - count: how many spans are kept.
  ///   - seconds: how long each of them is.
  ///   - empty: the value of one in which nothing happened.
  init(of count: Int, seconds: Int64, empty: Value) {
    self.seconds = seconds
    self.empty = empty
    places = Array(repeating: nil, count: count)
  }

  /// Changes the span that a time is in; nothing where a later one has taken its place.
  mutating func change(at time: Timestamp, _ change: (inout Value) -> Void) {
    let number = number(of: time)
    let index = index(of: number)
    if let place = places[index], place.number > number { return }
    var value = empty
    if let place = places[index], place.number == number {
      value = place.value
      // So that the change does not copy it.
      places[index] = nil
    }
    change(&value)
    places[index] = RingPlace(number: number, value: value)
  }

  /// All spans up to the one that a time is in, oldest first.
  func spans(until time: Timestamp) -> [(start: Timestamp, value: Value)] {
    let last = number(of: time)
    return (0..<Int64(places.count)).reversed().map { back in
      let number = last - back
      let place = places[index(of: number)]
      return (Timestamp(seconds: number * seconds), place?.number == number ? place?.value ?? empty : empty)
    }
  }

  private func number(of time: Timestamp) -> Int64 {
    let whole = time.seconds
    return (whole >= 0 ? whole : whole - seconds + 1) / seconds
  }

  private func index(of number: Int64) -> Int {
    let count = Int64(places.count)
    return Int((number % count + count) % count)
  }
}

/// How often something took how long, in steps of an eighth: four steps between a length and its double.
struct LatencyCounts: Sendable {
  private(set) var count = 0
  private var steps: [Int: Int] = [:]

  mutating func add(_ length: Duration) {
    count += 1
    steps[Self.step(of: max(1, length.microseconds)), default: 0] += 1
  }

  /// The length that so large a part does not exceed; nil where there is none.
  func quantile(_ part: Double) -> Duration? {
    var left = max(1, Int((Double(count) * part).rounded(.up)))
    for (step, number) in steps.sorted(by: { $0.key < $1.key }) {
      left -= number
      if left <= 0 { return .microseconds(Self.middle(of: step)) }
    }
    return nil
  }

  private static func step(of microseconds: Int64) -> Int {
    let octave = Int64.bitWidth - 1 - microseconds.leadingZeroBitCount
    let rest = octave >= 2 ? (microseconds >> (Int64(octave) - 2)) & 3 : 0
    return octave * 4 + Int(rest)
  }

  private static func middle(of step: Int) -> Int64 {
    let octave = Int64(step / 4)
    let base = Int64(1) << octave
    return base + base * Int64(step % 4) / 4 + base / 8
  }
}
