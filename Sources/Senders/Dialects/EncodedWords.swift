import Bellhop
import FoundationEssentials

/// Text beyond ASCII in a header: `=?utf-8?B?…?=` and `=?utf-8?Q?…?=`. https://www.rfc-editor.org/rfc/rfc2047#section-2
enum EncodedWords {
  /// The text; a word that is not UTF-8 or not well-formed stays as it came. Some clients put UTF-8 into headers as it is, which stays too.
  static func decode(_ header: String) -> String {
    guard header.contains("=?") else { return header }
    var out = ""
    var rest = header[...]
    var isBehindWord = false
    while let start = rest.firstRange(of: "=?") {
      let between = rest[..<start.lowerBound]
      guard let (text, end) = word(rest[start.upperBound...]) else {
        out += rest[..<start.upperBound]
        rest = rest[start.upperBound...]
        isBehindWord = false
        continue
      }
      // Blanks between two words belong to neither.
      if !(isBehindWord && between.allSatisfy(\.isWhitespace)) { out += between }
      out += text
      rest = rest[end...]
      isBehindWord = true
    }
    return out + rest
  }

  /// The text of one word behind its `=?`, and where it ends.
  private static func word(_ rest: Substring) -> (String, Substring.Index)? {
    let parts = rest.split(separator: "?", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, ["utf-8", "utf8", "us-ascii"].contains(parts[0].lowercased()), let end = parts[2].firstRange(of: "?=") else {
      return nil
    }
    let encoded = parts[2][..<end.lowerBound]
    switch parts[1].lowercased() {
    case "b":
      guard let bytes = Data(base64Encoded: String(encoded)), let text = String(validating: bytes, as: UTF8.self) else { return nil }
      return (text, end.upperBound)
    case "q":
      // The same as percent-encoding but for the sign, and `_` for a blank.
      let escaped = encoded.replacing("%", with: "%25").replacing("=", with: "%").replacing("_", with: " ")
      return escaped.percentDecoded().map { ($0, end.upperBound) }
    default: return nil
    }
  }
}
