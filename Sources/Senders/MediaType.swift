/// A media type without its parameters, in lower case, and its charset. https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1
struct MediaType {
  let name: String
  let charset: String?

  init(_ header: String) {
    let parts = header.split(separator: ";", omittingEmptySubsequences: false)
    name = Self.trim(parts.first ?? "").lowercased()
    var charset: String?
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1)
      if pair.count == 2, Self.trim(pair[0]).lowercased() == "charset" {
        charset = Self.trim(pair[1]).filter { $0 != "\"" }.lowercased()
      }
    }
    self.charset = charset
  }

  /// Everything that is taken is UTF-8, of which ASCII is a part.
  var isUTF8: Bool { charset == nil || charset == "utf-8" || charset == "utf8" || charset == "us-ascii" }

  /// `application/json`, `text/json` and anything `+json`. https://www.rfc-editor.org/rfc/rfc6839#section-3.1
  var isJSON: Bool { name == "application/json" || name == "text/json" || name.hasSuffix("+json") }

  private static func trim(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
