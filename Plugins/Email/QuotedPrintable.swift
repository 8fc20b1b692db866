/// Text as lines of at most 76 ASCII characters, readable where it is ASCII. https://www.rfc-editor.org/rfc/rfc2045#section-6.7
enum QuotedPrintable {
  static func encode(_ text: String) -> String {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line($0) }.joined(separator: "\r\n")
  }

  private static func line(_ text: Substring) -> String {
    let hex = Array("0123456789ABCDEF".utf8)
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var width = 0
    for (index, byte) in bytes.enumerated() {
      let isLast = index == bytes.count - 1
      // A blank at the end of a line may be lost on the way; a `From ` at its beginning gets a `>` by old programs.
      let isPlain =
        (byte > 0x20 && byte < 0x7F && byte != 0x3D && !(index == 0 && byte == 0x46)) || ((byte == 0x20 || byte == 0x09) && !isLast)
      let piece = isPlain ? [byte] : [0x3D, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      if width + piece.count > 75 {
        out += [0x3D, 0x0D, 0x0A]
        width = 0
      }
      out += piece
      width += piece.count
    }
    return String(decoding: out, as: UTF8.self)
  }
}
