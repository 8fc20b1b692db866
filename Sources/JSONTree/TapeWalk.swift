/// Walks simdjson's tape: a word is a type letter in the top byte and a payload below.
/// https://github.com/simdjson/simdjson/blob/master/doc/tape.md
struct TapeWalk {
  let tape: UnsafePointer<UInt64>
  let strings: UnsafePointer<UInt8>
  /// All bytes of the text are ASCII, and so is what its escapes stand for.
  let isASCII: Bool
  var numbers: WrittenNumbers
  private var at = 1  // Word 0 is the root.

  init(tape: UnsafePointer<UInt64>, strings: UnsafePointer<UInt8>, isASCII: Bool, numbers: WrittenNumbers) {
    self.tape = tape
    self.strings = strings
    self.isASCII = isASCII
    self.numbers = numbers
  }

  mutating func value() -> JSON {
    let word = tape[at]
    at += 1
    switch UInt8(word >> 56) {
    // The word of a container counts its elements in bits 32 to 55, saturating.
    case UInt8(ascii: "{"): return object(Int(word >> 32 & 0xFF_FFFF))
    case UInt8(ascii: "["): return array(Int(word >> 32 & 0xFF_FFFF))
    case UInt8(ascii: "\""): return .string(string(word))
    case UInt8(ascii: "l"):
      numbers.seen += 1
      defer { at += 1 }
      return .int(Int64(bitPattern: tape[at]))
    case UInt8(ascii: "u"):
      numbers.seen += 1
      at += 1
      return .literal(NumberLiteral(unchecked: numbers.text()))
    case UInt8(ascii: "d"):
      numbers.seen += 1
      defer { at += 1 }
      return double(Double(bitPattern: tape[at]))
    case UInt8(ascii: "t"): return .bool(true)
    case UInt8(ascii: "f"): return .bool(false)
    default: return .null
    }
  }

  private mutating func double(_ value: Double) -> JSON {
    let written = numbers.last()
    return NumberLiteral.holds(value, written)
      ? .double(value) : .literal(NumberLiteral(unchecked: String(decoding: written, as: UTF8.self)))
  }

  private mutating func object(_ count: Int) -> JSON {
    var members: [JSON.Object.Member] = []
    members.reserveCapacity(count)
    while UInt8(tape[at] >> 56) != UInt8(ascii: "}") {
      let key = string(tape[at])
      at += 1
      members.append(.init(key, value()))
    }
    at += 1
    return .object(.init(members))
  }

  private mutating func array(_ count: Int) -> JSON {
    var elements: [JSON] = []
    elements.reserveCapacity(count)
    while UInt8(tape[at] >> 56) != UInt8(ascii: "]") { elements.append(value()) }
    at += 1
    return .array(elements)
  }

  private func string(_ word: UInt64) -> String {
    let start = strings + Int(word & 0x00FF_FFFF_FFFF_FFFF)
    let length = Int(UnsafeRawPointer(start).loadUnaligned(as: UInt32.self))
    let text = UnsafeBufferPointer(start: start + 4, count: length)
    guard isASCII else { return String(decoding: text, as: UTF8.self) }
    // Unchecked: a string holds bytes of the text and what its escapes stand for, and all of them were seen to be ASCII.
    return String(copying: UTF8Span(unchecked: text.span, isKnownASCII: true))
  }
}

/// Finds the text of the number that the walk has just met. simdjson's tape does not say where a value stood, but its list of structure has
/// everything in the order of the tape; it is looked at only as far as the last number that is asked for.
struct WrittenNumbers {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let structure: UnsafeBufferPointer<UInt32>
  /// How many numbers the walk has met.
  var seen = 0
  private var passed = 0
  private var next = 0
  private var start = 0

  init(bytes: UnsafeBufferPointer<UInt8>, structure: UnsafeBufferPointer<UInt32>) {
    self.bytes = bytes
    self.structure = structure
  }

  mutating func text() -> String { String(decoding: last(), as: UTF8.self) }

  /// The number that was seen last.
  mutating func last() -> UnsafeBufferPointer<UInt8> {
    while passed < seen, next < structure.count {
      start = Int(structure[next])
      next += 1
      if start < bytes.count, Mending.isNumber(bytes[start]) { passed += 1 }
    }
    var end = start
    while end < bytes.count, Mending.isPartOfNumber(bytes[end]) { end += 1 }
    return UnsafeBufferPointer(rebasing: bytes[min(start, end)..<end])
  }
}
