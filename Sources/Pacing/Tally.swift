import Bellhop

/// What a window counted: how many of which types, how bad the worst was, and which were the first and the last.
struct Tally: Sendable, Hashable {
  var count = 0
  /// By type, in the order of their first.
  var types: [TypeCount] = []
  var worst: Severity = .debug
  var first: [Int64] = []
  var last: [Int64] = []

  /// A message shows no more; what is beyond is counted under ``others``.
  static let types = 12
  static let samples = 5
  static let others = "others"

  mutating func add(_ event: PacedEvent) { add(event.sequence, type: event.event.type, severity: event.event.severity) }

  mutating func add(_ sequence: Int64, type: String, severity: Severity) {
    count += 1
    worst = max(worst, severity)
    let index =
      types.firstIndex { $0.type == type } ?? (types.count < Self.types ? types.count : types.firstIndex { $0.type == Self.others })
    if let index, index < types.count {
      types[index].count += 1
    } else {
      types.append(TypeCount(index == nil ? Self.others : type, 1))
    }
    if first.count < Self.samples {
      first.append(sequence)
    } else {
      last.append(sequence)
      if last.count > Self.samples { last.removeFirst() }
    }
  }

  /// As it stands in a rule's state.
  var json: JSON {
    [
      "n": .int(Int64(count)), "w": .int(Int64(worst.rawValue)), "t": .array(types.map { [.string($0.type), .int(Int64($0.count))] }),
      "f": .array(first.map(JSON.int)), "l": .array(last.map(JSON.int)),
    ]
  }

  init() {}

  /// Of what is no tally, an empty one.
  init(_ json: JSON?) {
    count = Int(clamping: json?["n"]?.int ?? 0)
    worst = json?["w"]?.int.flatMap { Severity(rawValue: Int(clamping: $0)) } ?? .debug
    types = (json?["t"]?.array ?? []).compactMap { pair in
      guard let pair = pair.array, pair.count == 2, let type = pair[0].string, let count = pair[1].int else { return nil }
      return TypeCount(type, Int(clamping: count))
    }
    first = (json?["f"]?.array ?? []).compactMap(\.int)
    last = (json?["l"]?.array ?? []).compactMap(\.int)
  }
}
