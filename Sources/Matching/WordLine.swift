import Bellhop

/// A line of words while it is written: see ``EventWords`` for what a word is. Emptied, it keeps its room for the next line.
public struct WordLine: Sendable {
  /// The line, and behind it what may be overwritten.
  var room = [UInt8](repeating: 0, count: 512)
  /// Bytes of the line.
  var count = 0

  /// An empty line.
  public init() {}

  /// Begins anew.
  public mutating func removeAll() { count = 0 }

  /// The line so far.
  public var bytes: [UInt8] { Array(room[..<count]) }

  /// The line so far, in its place.
  public func withBytes<Value>(_ read: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
    try room.withUnsafeBytes { try read(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }

  // MARK: Events

  /// All that an event says, as in ``EventWords/line(of:)``.
  public mutating func add(_ event: Event) {
    addAttributes(of: event)
    for member in event.data.members { add(member.value) }
  }

  /// The same, of an event whose data are given as JSON text (RFC 8259) instead. What is not JSON adds what can be read of it.
  public mutating func add(_ event: Event, data: [UInt8]) {
    addAttributes(of: event)
    data.withUnsafeBufferPointer { add(json: $0) }
  }

  private mutating func addAttributes(of event: Event) {
    put(EventWords.space)
    add(event.text)
    if let subject = event.subject { add(subject) }
    add(event.id)
    add(event.source)
    add(event.type)
  }

  mutating func add(_ value: JSON) {
    switch value {
    case .string(let text): add(text)
    case .int, .double, .literal: add(value.plain)
    case .array(let elements): for element in elements { add(element) }
    case .object(let object): for member in object.members { add(member.value) }
    case .null, .bool: break
    }
  }

  private mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(value: $0) }
  }

  /// The words of a value, with the boundary behind them.
  mutating func add(value text: UnsafeBufferPointer<UInt8>) {
    let start = count
    addWords(of: text)
    guard count > start else { return }
    put("\u{B6} ")
  }

  /// A word that no text can hold: `§`, a letter, and a number to the base of 36.
  public mutating func add(sign letter: Unicode.Scalar, _ number: UInt64) {
    put("\u{A7}")
    put(UInt8(ascii: letter))
    // Of 64 bits there are 13 digits at most.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 13) { digits in
      var at = digits.count
      var rest = number
      repeat {
        at -= 1
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 36)
        digits[at] = UInt8(truncatingIfNeeded: digit < 10 ? 48 + digit : 87 + digit)
        rest = quotient
      } while rest > 0
      put(UnsafeBufferPointer(rebasing: digits[at...]))
    }
    put(EventWords.space)
  }

  // MARK: Bytes

  mutating func put(_ byte: UInt8) {
    makeRoom(1)
    room[count] = byte
    count += 1
  }

  private mutating func put(_ text: StaticString) { put(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)) }

  private mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
    makeRoom(bytes.count)
    let start = count
    room.withUnsafeMutableBytes { UnsafeMutableRawBufferPointer(rebasing: $0[start...]).copyMemory(from: UnsafeRawBufferPointer(bytes)) }
    count += bytes.count
  }

  /// There are so many bytes behind the line.
  mutating func makeRoom(_ length: Int) {
    let missing = count + length - room.count
    if missing > 0 { room.append(contentsOf: repeatElement(0, count: max(room.count, missing))) }
  }
}
