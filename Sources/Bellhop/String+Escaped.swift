extension StringProtocol {
  /// The text with each of these scalars written as said, wherever it stands.
  ///
  /// `replacing(_:with:)` looks at whole characters: a quote in front of a combining mark is another character than `"`, and a line feed behind
  /// a carriage return another than a line feed, but who reads the text next sees a quote and a line feed all the same.
  /// https://www.unicode.org/reports/tr29/#Grapheme_Cluster_Boundaries
  public func escaped(_ written: KeyValuePairs<Unicode.Scalar, String>) -> String {
    var out = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if let other = written.first(where: { $0.key == scalar }) {
        out.append(contentsOf: other.value.unicodeScalars)
      } else {
        out.append(scalar)
      }
    }
    return String(out)
  }

  /// In double quotes, as YAML, JSON and filters read it: with a backslash in front of each backslash and quote. Controls stay as they are.
  public var inQuotes: String { "\"\(escaped(["\\": "\\\\", "\"": "\\\""]))\"" }
}
