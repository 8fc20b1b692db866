extension Unicode.Scalar {
  /// What people do not see and something obeys: control characters but for tab and line feed, marks that turn the direction of reading
  /// round, separators of lines and paragraphs, the byte order mark.
  /// https://unicode.org/reports/tr9/#Explicit_Directional_Embeddings https://trojansource.codes
  public var isHiddenCommand: Bool {
    switch value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}

extension StringProtocol {
  /// Without ``Swift/Unicode/Scalar/isHiddenCommand``: text from outside as people may be shown it.
  public var readable: String {
    if isPlain { return String(self) }
    return String(String.UnicodeScalarView(unicodeScalars.filter { !$0.isHiddenCommand }))
  }

  /// The same on one line: line breaks and tabs become blanks.
  public var readableLine: String {
    if isPlain { return String(self) }
    return split(whereSeparator: { $0.isNewline || $0 == "\t" }).joined(separator: " ").readable
  }
}
