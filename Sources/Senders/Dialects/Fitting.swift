import Bellhop
import Crypto

// What comes in a vendor's words may be longer or odder than Bellhop's own form allows. It is made to fit rather than refused: the vendor
// would only send it again, and nobody there can mend it.
extension Draft {
  /// Within the limits, with a type and names that rows can match.
  mutating func fit(_ limits: EventLimits, sender: String) {
    if let id { self.id = Self.short(id, limits.id) }
    if let source { self.source = Self.own(Self.name(source, limits.source), sender) }
    if let subject { self.subject = Self.name(subject, limits.subject) }
    if let type { self.type = Self.own(Self.type(type, limits.type), sender) }
    if id?.isEmpty == true { id = nil }
    if source?.isEmpty == true { source = nil }
    if type?.isEmpty == true { type = nil }
    if let text, text.utf8.contains(0) { self.text = text.replacing("\0", with: "\u{FFFD}") }
    if let text, text.utf8.count > limits.text {
      // What was cut is told, and where the whole of it is.
      data["text"] = data["text"] ?? .string(Self.cut(text, 4 * limits.text))
      self.text = Self.cut(text, limits.text)
      body = nil
    }
    if type == nil, text?.isEmpty ?? true { text = "(a message without words)" }
  }

  /// Bellhop's own names are not for others: `bellhop.x` of a vendor's becomes `SENDER/bellhop.x`.
  private static func own(_ name: String, _ sender: String) -> String { Sender.isOwn(name) ? "\(sender)/\(name)" : name }

  /// A longer id is told apart by its digest.
  private static func short(_ id: String, _ limit: Int) -> String {
    let clean = name(id, .max)
    guard clean.utf8.count > limit else { return clean }
    let digest = SHA256.hash(data: Array(clean.utf8)).prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    return prefix(clean, limit - 33) + "-" + digest
  }

  /// Without control characters, and not longer than the limit.
  private static func name(_ text: String, _ limit: Int) -> String {
    let isClean = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    let clean =
      isClean ? text : String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    return clean.utf8.count > limit ? prefix(clean, limit) : clean
  }

  /// Segments between dots, of the signs that a type may hold; others become `_`.
  static func type(_ text: String, _ limit: Int) -> String {
    var out = ""
    for part in text.split(separator: ".") {
      let segment = part.unicodeScalars.map { scalar in
        scalar.properties.isAlphabetic && scalar.isASCII || ("0"..."9").contains(scalar) || "_-/:".unicodeScalars.contains(scalar)
          ? Character(scalar) : "_"
      }
      if !out.isEmpty { out += "." }
      out += String(segment)
    }
    let cut = prefix(out, limit)
    return cut.hasSuffix(".") ? String(cut.dropLast()) : cut
  }

  /// So many bytes from the beginning, with a mark where something is missing.
  private static func cut(_ text: String, _ limit: Int) -> String {
    text.utf8.count > limit ? prefix(text, limit - 64) + "… (cut: \(text.utf8.count) bytes in all)" : text
  }

  /// At most so many bytes, and whole characters.
  private static func prefix(_ text: String, _ limit: Int) -> String {
    var end = text.utf8.index(text.startIndex, offsetBy: limit, limitedBy: text.endIndex) ?? text.endIndex
    while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return String(text.unicodeScalars[..<end])
  }
}
