/// Percent-encoding, the one of the house. https://www.rfc-editor.org/rfc/rfc3986#section-2.1
extension StringProtocol {
  /// The text with every byte encoded but unreserved characters (https://www.rfc-editor.org/rfc/rfc3986#section-2.3) and the ASCII characters
  /// `kept`.
  ///
  /// - Parameter keepsEscapes: an escape that stands in the text already stays one; a percent sign that begins none is encoded.
  package func percentEncoded(keeping kept: String = "", keepsEscapes: Bool = false) -> String {
    let hex = Array("0123456789ABCDEF".utf8)
    let bytes = Array(utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      let isEscape = keepsEscapes && byte == UInt8(ascii: "%") && bytes[(index + 1)...].prefix(2).compactMap(hexValue).count == 2
      if isEscape || isUnreserved(byte) || kept.utf8.contains(byte) {
        out.append(byte)
      } else {
        out += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// The text that this stands for; nil where it is not UTF-8.
  ///
  /// - Parameters:
  ///   - plusIsSpace: `+` is a space, as in forms. https://url.spec.whatwg.org/#urlencoded-parsing
  ///   - keepsBroken: a percent sign that begins no escape is itself; else the answer is nil.
  package func percentDecoded(plusIsSpace: Bool = false, keepsBroken: Bool = false) -> String? {
    var out: [UInt8] = []
    var rest = Array(utf8)[...]
    while let byte = rest.popFirst() {
      let digits = byte == UInt8(ascii: "%") ? rest.prefix(2).compactMap(hexValue) : []
      if digits.count == 2 {
        out.append(digits[0] << 4 | digits[1])
        rest = rest.dropFirst(2)
      } else if byte == UInt8(ascii: "%"), !keepsBroken {
        return nil
      } else {
        out.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
      }
    }
    return String(validating: out, as: UTF8.self)
  }
}

private func isUnreserved(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
  default: "-._~".utf8.contains(byte)
  }
}

private func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46: byte - 0x37
  case 0x61...0x66: byte - 0x57
  default: nil
  }
}
