import Bellhop
import FoundationEssentials

/// Header lines. Whatever a value holds, it stays one value: line breaks and control characters become blanks, and what is not plain
/// ASCII becomes encoded words. https://www.rfc-editor.org/rfc/rfc5322#section-2.2, https://www.rfc-editor.org/rfc/rfc2047
enum MailHeader {
  /// A line with free text: a subject.
  static func text(_ name: String, _ value: String) -> String { fold("\(name): ", words(value)) }

  /// A line with an address and perhaps a name. What is beyond ASCII before an `@` goes out as it is. https://www.rfc-editor.org/rfc/rfc6532
  static func mailbox(_ name: String, _ box: MailAddress) -> String {
    guard let label = box.name else { return "\(name): \(box.address)" }
    // A name of plain words needs no quotes.
    let isPlain = label.utf8.allSatisfy {
      ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x20
    }
    return fold("\(name): ", (isPlain ? label.split(separator: " ").map(String.init) : encoded(clean(label))) + ["<\(box.address)>"])
  }

  /// A line whose value is ours, token and no more.
  static func token(_ name: String, _ value: String) -> String { "\(name): \(value)" }

  private static func clean(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? " " : $0 }))
  }

  /// Words to be joined by blanks.
  private static func words(_ value: String) -> [String] {
    let flat = clean(value)
    let isPlain = flat.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !flat.contains("=?")
    let words = flat.split(separator: " ").map(String.init)
    return isPlain && words.allSatisfy { $0.utf8.count <= 60 } ? words : encoded(flat)
  }

  /// Encoded words of at most 75 characters, none of which splits a character.
  static func encoded(_ text: String) -> [String] {
    var words: [String] = []
    var chunk: [UInt8] = []
    func flush() {
      if !chunk.isEmpty { words.append("=?utf-8?B?\(Data(chunk).base64EncodedString())?=") }
      chunk = []
    }
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      // 36 bytes are 48 characters of base64, and 12 more around them: with its name in front the first word still fits a line.
      if chunk.count + bytes.count > 36 { flush() }
      chunk += bytes
    }
    flush()
    return words
  }

  /// Lines of at most 78 characters where the words allow it.
  private static func fold(_ start: String, _ words: [String]) -> String {
    var out = start
    var width = start.utf8.count
    for (index, word) in words.enumerated() {
      if index > 0 {
        let breaks = width + 1 + word.utf8.count > 78
        out += breaks ? "\r\n " : " "
        width = breaks ? 1 : width + 1
      }
      out += word
      width += word.utf8.count
    }
    return out
  }
}
