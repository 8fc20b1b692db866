import Crypto

/// A UUID made of a message's id, for vendors that drop repeats by one. Version 8: https://www.rfc-editor.org/rfc/rfc9562#section-5.8
enum UUIDText {
  static func of(_ id: String) -> String {
    var bytes = Array(SHA256.hash(data: Array(id.utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    var parts: [Substring] = []
    var rest = hex[...]
    for length in [8, 4, 4, 4, 12] {
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return parts.joined(separator: "-")
  }
}
