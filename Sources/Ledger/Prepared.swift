import Bellhop
import Store

/// A batch with all that can be worked out before the writer has it: the writer is one, callers are many.
struct PreparedBatch: Sendable {
  var arrivals: [PreparedArrival]
  var settlements: [Settlement]
  var alarms: [AlarmChange]
  var states: [String: StateValue?]
  var due: [Alarm]
  var begins: Bool
  var isPatient: Bool

  init(_ batch: Batch) {
    arrivals = batch.arrivals.map(PreparedArrival.init)
    settlements = batch.settlements
    alarms = batch.alarms
    states = batch.states
    due = batch.due
    begins = batch.begins
    isPatient = batch.isPatient
  }

  /// Bytes of memory that its events take up.
  var bytes: Int { arrivals.reduce(0) { $0 + $1.size } }

  /// Rows it means, roughly.
  var weight: Int { arrivals.count + settlements.count + alarms.count + states.count + due.count }
}

/// An arrival whose texts lie in one piece of memory, so that SQLite can read them where they are.
struct PreparedArrival: Sendable {
  let arrival: Arrival
  var event: Event { arrival.event }
  let subjectKey: Int64?
  let typeKey: Int64
  /// Bytes of memory that the event takes up, weighed once for all who hold it.
  let footprint: Int
  /// Those that the wish holds, each once.
  private let renderings: [(rendering: Rendering, bytes: [UInt8], weight: Int)]
  /// The identity, the lengths of sender and source, then the parts one after the other.
  private let bytes: [UInt8]
  private let ends: InlineArray<8, Int>

  /// The parts in the order of memory. Sender, source and id stand first, because the identity is made of them.
  enum Part: Int { case sender, source, id, type, subject, text, data }

  init(_ arrival: Arrival) {
    self.arrival = arrival
    let event = arrival.event
    footprint = Delivery.weight(of: event, nil)
    subjectKey = event.subject.map(Identity.key(ofSubject:))
    typeKey = Identity.key(ofType: event.type)
    renderings = Self.renderings(of: arrival.wish.plan)
    var bytes = [UInt8](unsafeUninitializedCapacity: 256 + event.text.utf8.count) { room, count in
      room[..<Self.head].initialize(repeating: 0)
      count = Self.head
    }
    var ends = InlineArray<8, Int>(repeating: Self.head)
    Self.add(event.sender, as: .sender, &bytes, &ends)
    Self.add(event.source, as: .source, &bytes, &ends)
    Self.add(event.id, as: .id, &bytes, &ends)
    Self.identify(&bytes, event.id, sender: event.sender.utf8.count, source: event.source.utf8.count)
    Self.add(event.type, as: .type, &bytes, &ends)
    Self.add(event.subject ?? "", as: .subject, &bytes, &ends)
    Self.add(event.text, as: .text, &bytes, &ends)
    if !event.data.isEmpty { event.data.write(to: &bytes) }
    ends[Part.data.rawValue + 1] = bytes.count
    self.bytes = bytes
    self.ends = ends
  }

  private static func add(_ text: String, as part: Part, _ bytes: inout [UInt8], _ ends: inout InlineArray<8, Int>) {
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
    ends[part.rawValue + 1] = bytes.count
  }

  private static func renderings(of plan: Plan) -> [(rendering: Rendering, bytes: [UInt8], weight: Int)] {
    var found: [(rendering: Rendering, bytes: [UInt8], weight: Int)] = []
    for delivery in plan.deliveries {
      guard let rendering = delivery.rendering, !rendering.isPlain else { continue }
      if !found.contains(where: { $0.rendering == rendering }) { found.append((rendering, rendering.json.bytes, rendering.footprint)) }
    }
    return found
  }

  /// A rendering as it is kept; one that the decider made is printed now.
  func bytes(of rendering: Rendering) -> [UInt8] { renderings.first { $0.rendering == rendering }?.bytes ?? rendering.json.bytes }

  private static let head = Identity.size + 8

  /// The lengths keep ("ab", "c") and ("a", "bc") apart.
  private static func identify(_ bytes: inout [UInt8], _ id: String, sender: Int, source: Int) {
    bytes.withUnsafeMutableBytes { bytes in
      bytes.storeBytes(of: Identity.key(ofID: id).littleEndian, as: UInt32.self)
      bytes.storeBytes(of: UInt32(truncatingIfNeeded: sender).littleEndian, toByteOffset: Identity.size, as: UInt32.self)
      bytes.storeBytes(of: UInt32(truncatingIfNeeded: source).littleEndian, toByteOffset: Identity.size + 4, as: UInt32.self)
      Identity.digest(UnsafeRawBufferPointer(rebasing: bytes[Identity.size...]), into: .init(rebasing: bytes[4..<Identity.size]))
    }
  }

  /// Bytes of memory that it takes up: as it came, and as it goes to the disk.
  var size: Int { footprint + bytes.count + renderings.reduce(0) { $0 + $1.bytes.count + $1.weight } }

  /// Bytes of memory that a delivery of it takes up with these words.
  func weight(with rendering: Rendering?) -> Int {
    guard let rendering else { return footprint }
    return footprint + (renderings.first { $0.rendering == rendering }?.weight ?? rendering.footprint)
  }

  /// Lends the identity and the parts.
  func withParts<Value>(_ body: (UnsafeRawBufferPointer, (Part) -> UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
    try bytes.withUnsafeBytes { bytes in
      try body(UnsafeRawBufferPointer(rebasing: bytes[..<Identity.size])) { part in
        UnsafeRawBufferPointer(rebasing: bytes[ends[part.rawValue]..<ends[part.rawValue + 1]])
      }
    }
  }
}
