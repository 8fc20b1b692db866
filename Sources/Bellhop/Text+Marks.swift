extension Text {
  /// Printed text line by line, where marks hold for one line and must touch the words inside them, as in Slack's and Markdown's.
  ///
  /// - Parameters:
  ///   - printed: Text in the markup already. A block of code is left as it is.
  ///   - mark: Puts the words of one line, without the blanks around them, and their marks.
  package static func mark(_ printed: String, in out: inout String, _ mark: (inout String, Substring) -> Void) {
    guard !printed.contains("```") else { return out += printed }
    for (index, line) in printed.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if index > 0 { out += "\n" }
      let words = line.drop(while: \.isWhitespace)
      guard let last = words.lastIndex(where: { !$0.isWhitespace }) else {
        out += line
        continue
      }
      out += line[..<words.startIndex]
      mark(&out, words[...last])
      out += words[words.index(after: last)...]
    }
  }
}
