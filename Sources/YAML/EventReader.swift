import CYAML

/// libyaml's parser, owned: the only code that touches its memory. https://pyyaml.org/wiki/LibYAML
///
/// Everything is copied out of an event before the event is released, and nothing calls back from C.
struct EventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let lines: TextLines

  /// Reads from a buffer, which must outlive the reader. Nil when memory is short.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, lines: TextLines) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      return nil
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    // libyaml wants a pointer even where there is nothing to read; the empty string literal lives for ever.
    if let base = bytes.baseAddress, !bytes.isEmpty {
      yaml_parser_set_input_string(parser, base, bytes.count)
    } else {
      let nothing: StaticString = ""
      yaml_parser_set_input_string(parser, nothing.utf8Start, 0)
    }
    self.parser = parser
    self.lines = lines
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  borrowing func next() throws(Flaw) -> ParserEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw flaw() }
    defer { yaml_event_delete(&event) }
    return ParserEvent(mark: Position(event.start_mark), step: Self.step(of: event))
  }

  private static func step(of event: yaml_event_t) -> ParserEvent.ParserStep {
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_ALIAS_EVENT: return .alias(string(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = scalar.value.map { String(decoding: UnsafeBufferPointer(start: $0, count: scalar.length), as: UTF8.self) } ?? ""
      let properties = ParserEvent.Properties(anchor: string(scalar.anchor), tag: string(scalar.tag))
      return .scalar(Scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE), properties)
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      return .sequenceStart(.init(anchor: string(start.anchor), tag: string(start.tag)))
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      return .mappingStart(.init(anchor: string(start.anchor), tag: string(start.tag)))
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .streamEnd
    default: return .other
    }
  }

  private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private borrowing func flaw() -> Flaw {
    let error = parser.pointee
    return Complaint(
      problem: error.problem.map { String(cString: $0) } ?? "", context: error.context.map { String(cString: $0) } ?? "",
      mark: Position(error.problem_mark), contextMark: Position(error.context_mark), isMemory: error.error == YAML_MEMORY_ERROR
    ).flaw(in: lines)
  }
}

extension Position {
  /// libyaml counts from 0.
  fileprivate init(_ mark: yaml_mark_t) { self.init(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1) }
}
