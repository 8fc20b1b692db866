import CSimdJSON

/// Why text is not JSON that Bellhop takes.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A sentence without any of the text itself.
  public let description: String
}

extension JSON {
  /// How deep arrays and objects may nest. Real events need fewer than 20; a hostile one has 100,000.
  public static let maximumDepth = 64

  /// Parses one JSON value (RFC 8259: UTF-8, nothing after it). A byte order mark before it is skipped, half a surrogate pair in a string
  /// becomes U+FFFD, and a number that neither 64 bits nor a double hold keeps its text. Refused are numbers beyond a double's range, and
  /// whole ones of more than ``Mending/digits`` digits.
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
    let bytes = Mending.withoutMark(bytes)
    guard !bytes.isEmpty else { return .failure(JSONError(description: "the text is empty")) }
    guard let parser = ParserPool.take() else { return .failure(JSONError(description: "out of memory")) }
    defer { ParserPool.giveBack(parser, after: bytes.count) }
    let escapes = Mending.escapes(bytes)
    if escapes != .halfPairs {
      let result = parse(bytes, written: bytes, isASCII: escapes == .ascii && Mending.isASCII(bytes), with: parser)
      // NUMBER_ERROR: https://github.com/simdjson/simdjson/blob/v3.0.1/include/simdjson/error.h
      guard case .failure(let flaw) = result, flaw.code == 9 else { return result.mapError { JSONError(description: $0.sentence) } }
    }
    guard let mended = Mending.mended(bytes) else {
      return parse(bytes, written: bytes, isASCII: false, with: parser).mapError { JSONError(description: $0.sentence) }
    }
    // The numbers' own text is that of the sender, and stands at the same place.
    return mended.withUnsafeBufferPointer { parse($0, written: bytes, isASCII: false, with: parser) }.mapError {
      JSONError(description: $0.sentence)
    }
  }

  private static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, written: UnsafeBufferPointer<UInt8>, isASCII: Bool, with parser: ParserPool.Parser
  ) -> Result<JSON, ParserFlaw> {
    var tape: UnsafePointer<UInt64>?
    var strings: UnsafePointer<UInt8>?
    let code = bh_json_parse(parser.pointer, bytes.baseAddress, bytes.count, &tape, &strings)
    guard code == 0, let tape, let strings else { return .failure(ParserFlaw(code: code)) }
    var count = 0
    guard let structure = bh_json_structure(parser.pointer, &count) else { return .failure(ParserFlaw(code: 1)) }
    var walk = TapeWalk(
      tape: tape, strings: strings, isASCII: isASCII,
      numbers: WrittenNumbers(bytes: written, structure: UnsafeBufferPointer(start: structure, count: count)))
    return .success(walk.value())
  }

  /// simdjson's number for what is wrong.
  private struct ParserFlaw: Error {
    let code: Int32

    var sentence: String {
      switch code {
      case 4: "nested deeper than \(maximumDepth) levels"
      case 9, 8: String(cString: bh_json_error(code)).lowercased()
      default: String(cString: bh_json_error(code))
      }
    }
  }
}
