import CSimdJSON
import Locks

/// Why text is not JSON that Bellhop takes.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A sentence without any of the text itself.
  public let description: String
}

extension JSON {
  /// How deep arrays and objects may nest. Real events need fewer than 20; a hostile one has 100,000.
  public static let maximumDepth = 64

  /// Parses one JSON value (RFC 8259: UTF-8, nothing after it). Whole numbers beyond 64 bits that do not fit are refused.
  public init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
    let parsed: Result<JSON, JSONError>? = bytes.withContiguousStorageIfAvailable { Self.parse($0) }
    let result = parsed ?? Array(bytes).withUnsafeBufferPointer { Self.parse($0) }
    self = try result.get()
  }

  /// Parses one JSON value from a string.
  public init(parsing text: String) throws(JSONError) {
    var text = text
    self = try text.withUTF8 { Self.parse($0) }.get()
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<JSON, JSONError> {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return .failure(JSONError(description: "the text is empty")) }
    guard let parser = ParserPool.take() else { return .failure(JSONError(description: "out of memory")) }
    defer { ParserPool.giveBack(parser, after: bytes.count) }
    var tape: UnsafePointer<UInt64>?
    var strings: UnsafePointer<UInt8>?
    let code = bh_json_parse(parser.pointer, base, bytes.count, &tape, &strings)
    guard code == 0, let tape, let strings else {
      return .failure(JSONError(description: sentence(for: code)))
    }
    var walk = TapeWalk(tape: tape, strings: strings)
    return .success(walk.value())
  }

  private static func sentence(for code: Int32) -> String {
    // simdjson tells depth and size with numbers of its own; these are the three that senders meet.
    switch code {
    case 4: "nested deeper than \(maximumDepth) levels"
    case 9, 8: String(cString: bh_json_error(code)).lowercased()
    default: String(cString: bh_json_error(code))
    }
  }
}

/// Walks simdjson's tape: a word is a type letter in the top byte and a payload below.
private struct TapeWalk {
  let tape: UnsafePointer<UInt64>
  let strings: UnsafePointer<UInt8>
  var at = 1  // Word 0 is the root.

  mutating func value() -> JSON {
    let word = tape[at]
    at += 1
    switch UInt8(word >> 56) {
    // The word of a container counts its elements in bits 32 to 55, saturating.
    case UInt8(ascii: "{"): return object(Int(word >> 32 & 0xFF_FFFF))
    case UInt8(ascii: "["): return array(Int(word >> 32 & 0xFF_FFFF))
    case UInt8(ascii: "\""): return .string(string(word))
    case UInt8(ascii: "l"):
      defer { at += 1 }
      return .int(Int64(bitPattern: tape[at]))
    case UInt8(ascii: "u"):
      defer { at += 1 }
      return .double(Double(tape[at]))
    case UInt8(ascii: "d"):
      defer { at += 1 }
      return .double(Double(bitPattern: tape[at]))
    case UInt8(ascii: "t"): return .bool(true)
    case UInt8(ascii: "f"): return .bool(false)
    default: return .null
    }
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
    return String(decoding: UnsafeBufferPointer(start: start + 4, count: length), as: UTF8.self)
  }
}

/// Parsers are kept because making one allocates. Large ones are let go, so that one big body does not stay in memory.
private enum ParserPool {
  /// Sendable because a parser is owned by one caller at a time: it is either in the pool or taken out of it, under the lock.
  final class Parser: @unchecked Sendable {
    let pointer: OpaquePointer
    init?() {
      guard let made = bh_json_parser_new(JSON.maximumDepth) else { return nil }
      pointer = made
    }
    deinit { bh_json_parser_free(pointer) }
  }

  private static let idle = Guarded<[Parser]>([])

  static func take() -> Parser? { idle.withLock { $0.popLast() } ?? Parser() }

  static func giveBack(_ parser: Parser, after bytes: Int) {
    guard bytes <= 65_536 else { return }
    idle.withLock { if $0.count < 8 { $0.append(parser) } }
  }
}
