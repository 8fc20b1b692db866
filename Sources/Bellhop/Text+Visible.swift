extension Text {
  /// Whether people see anything of it. White space, control characters and what Unicode calls default-ignorable are nothing to see.
  /// https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
  public var isVisible: Bool { Self.isVisible(nodes) }

  /// The same of a string.
  public static func isVisible(_ string: some StringProtocol) -> Bool { string.unicodeScalars.contains(where: isVisible) }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value > 0x20 }
    let properties = scalar.properties
    return !properties.isWhitespace && !properties.isDefaultIgnorableCodePoint && properties.generalCategory != .control
  }

  private static func isVisible(_ nodes: [Node]) -> Bool {
    nodes.contains { node in
      switch node {
      case .text(let string), .code(let string), .codeBlock(let string): isVisible(string)
      case .bold(let inner), .italic(let inner): isVisible(inner)
      case .link(let inner, let url): isVisible(inner) || isVisible(url)
      case .line: false
      case .list(let items): items.contains(where: isVisible)
      case .emoji: true
      }
    }
  }

  /// The bytes of a text without a byte order mark before them, which some servers send and no reader of JSON takes.
  /// https://www.rfc-editor.org/rfc/rfc8259#section-8.1
  public static func withoutMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
  }

  /// Without control characters, which no vendor shows and some refuse, and without what turns the direction of reading round. Line feeds
  /// and tabs stay.
  public static func clean(_ string: some StringProtocol) -> String {
    if string.isPlain || string.utf8.allSatisfy({ ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x0A || $0 == 0x09 }) { return String(string) }
    var out = String.UnicodeScalarView()
    for scalar in string.unicodeScalars where !isControl(scalar) && !turnsDirection(scalar) { out.append(scalar) }
    return String(out)
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0xFEFF: true
    default: false
    }
  }

  /// The controls of https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters: each can make what follows read otherwise
  /// than it is written.
  private static func turnsDirection(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// A string without the controls of direction.
  static func undirected(_ string: String) -> String {
    // All of them begin with one of these bytes.
    guard !string.isPlain, string.utf8.contains(where: { $0 == 0xD8 || $0 == 0xE2 }), string.unicodeScalars.contains(where: turnsDirection)
    else {
      return string
    }
    return String(String.UnicodeScalarView(string.unicodeScalars.filter { !turnsDirection($0) }))
  }

  /// The text without the controls of direction.
  var undirected: Text {
    // Most texts are this: nothing of it is made anew.
    if nodes.count == 1, case .text(let string) = nodes[0], string.isPlain { return self }
    return Text(Self.undirected(nodes))
  }

  private static func undirected(_ nodes: [Node]) -> [Node] {
    nodes.map { node in
      switch node {
      case .text(let string): .text(undirected(string))
      case .code(let string): .code(undirected(string))
      case .codeBlock(let string): .codeBlock(undirected(string))
      case .bold(let inner): .bold(undirected(inner))
      case .italic(let inner): .italic(undirected(inner))
      case .link(let inner, let url): .link(undirected(inner), url: undirected(url))
      case .list(let items): .list(items.map(undirected))
      case .line, .emoji: node
      }
    }
  }
}
