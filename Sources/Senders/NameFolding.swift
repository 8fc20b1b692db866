/// Folds the name of a key so that spellings of it are one: lower case, without separators and what is not seen, and letters that look like
/// Latin ones as these (in the manner of https://www.unicode.org/reports/tr39/#Confusable_Detection and of NFKC, for the letters that names
/// of secrets are made of).
enum NameFolding {
  /// Of a longer name the end is what tells.
  static let longest = 128

  static func folded(_ name: String) -> [UInt8] {
    var name = name
    return name.withUTF8 { bytes in
      Array(unsafeUninitializedCapacity: longest) { room, count in count = fold(bytes, into: room) }
    }
  }

  /// Answers how many bytes it wrote.
  static func fold(_ name: UnsafeBufferPointer<UInt8>, into room: UnsafeMutableBufferPointer<UInt8>) -> Int {
    var count = 0
    for index in max(0, name.count - longest)..<name.count {
      let byte = name[index]
      // Nearly all are.
      if byte &- 97 < 26 {
        room[count] = byte
        count += 1
        continue
      }
      if byte >= 0x80 { return foldUnicode(name, into: room) }
      if isSeparator(byte) { continue }
      room[count] = lower(byte)
      count += 1
    }
    return count
  }

  private static func foldUnicode(_ name: UnsafeBufferPointer<UInt8>, into room: UnsafeMutableBufferPointer<UInt8>) -> Int {
    // Four times as much, because what is dropped may be most of it.
    let text = String(decoding: name[max(0, name.count - 4 * longest)...], as: UTF8.self)
    var out: [UInt8] = []
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<0x80:
        if let byte = UInt8(exactly: scalar.value), !isSeparator(byte) { out.append(lower(byte)) }
      case let value where isUnseen(value): continue
      default:
        if let letter = latin(scalar) {
          if !isSeparator(letter) { out.append(letter) }
        } else {
          out.append(contentsOf: Array(String(scalar).utf8))
        }
      }
    }
    let end = out.suffix(longest)
    for (index, byte) in end.enumerated() { room[index] = byte }
    return end.count
  }

  /// The Latin letter that it looks like or stands for, in lower case.
  static func latin(_ scalar: Unicode.Scalar) -> UInt8? {
    func letter(_ offset: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 97 + offset % 26) }
    switch scalar.value {
    case 0xFF01...0xFF5E: return lower(UInt8(truncatingIfNeeded: scalar.value - 0xFEE0))
    case 0x1D400...0x1D6A3: return letter((scalar.value - 0x1D400) % 52)
    case 0x1D7CE...0x1D7FF: return UInt8(truncatingIfNeeded: 48 + (scalar.value - 0x1D7CE) % 10)
    case 0x24B6...0x24E9: return letter(scalar.value - 0x24B6)
    case 0x249C...0x24B5: return letter(scalar.value - 0x249C)
    case 0x1F130...0x1F149: return letter(scalar.value - 0x1F130)
    case 0x1F150...0x1F169: return letter(scalar.value - 0x1F150)
    case 0x1F170...0x1F189: return letter(scalar.value - 0x1F170)
    default: return lookAlikes[scalar]
    }
  }

  private static func isUnseen(_ value: UInt32) -> Bool {
    switch value {
    case 0xA0, 0xAD, 0xB7, 0x300...0x36F, 0x61C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F, 0x1AB0...0x1AFF, 0x2000...0x2015,
      0x2028...0x202F, 0x203F...0x2040, 0x205F...0x206F, 0x20D0...0x20FF, 0x2212, 0x3000, 0x3164, 0xFE00...0xFE0F, 0xFE33...0xFE34,
      0xFE4D...0xFE4F, 0xFE58, 0xFE63, 0xFEFF, 0xFFA0, 0xE0000...0xE01EF:
      true
    default: false
    }
  }

  private static let lookAlikes: [Unicode.Scalar: UInt8] = {
    let letters: [(Character, String)] = [
      ("a", "àáâãäåāăąаАαΑɑᴀªȧạ"), ("b", "вВΒβƀʙƄḅ"), ("c", "çćĉċčсСϲᴄℂℭ"), ("d", "ďđԁɗᴅḍ"), ("e", "èéêëēĕėęěеЕёЁεΕᴇℯℰẹє"), ("f", "ƒℱ"),
      ("g", "ĝğġģɡցɢℊ"), ("h", "ĥħһНнΗհʜℎℋℍℌ"), ("i", "ìíîïĩīĭįıіІїЇιΙɩɪℐℑİ"), ("j", "ĵјЈᴊ"), ("k", "ķкКκΚᴋK"), ("l", "ĺļľłӏƖǀʟℒℓ"),
      ("m", "мМΜᴍℳṃ"), ("n", "ñńņňηΝпոɴℕṇ"), ("o", "òóôõöøōŏőоОοΟσօᴏºℴọ"), ("p", "рРρΡᴘℙ"), ("q", "ԛℚ"), ("r", "ŕŗřгʀℛℜℝṛ"),
      ("s", "śŝşšѕЅſꜱṣ"), ("t", "ţťŧтТτΤᴛṭ"), ("u", "ùúûüũūŭůűųυսᴜụ"), ("v", "νѵᴠ"), ("w", "ŵԝωᴡ"), ("x", "хХχΧ"), ("y", "ýÿŷуУΥүʏ"),
      ("z", "źżžΖᴢℤ"),
    ]
    var table: [Unicode.Scalar: UInt8] = [:]
    for (letter, all) in letters {
      for scalar in all.unicodeScalars where !scalar.isASCII { table[scalar] = letter.asciiValue }
    }
    return table
  }()

  static func lower(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }

  /// Whether a name ends with a word in lower-case ASCII, or is that word, in any case of letters.
  static func ends(_ name: String, with word: StaticString, isWhole: Bool = false) -> Bool {
    var name = name
    return name.withUTF8 { bytes in
      let start = bytes.count - word.utf8CodeUnitCount
      guard isWhole ? start == 0 : start >= 0 else { return false }
      for offset in 0..<word.utf8CodeUnitCount where lower(bytes[start + offset]) != word.utf8Start[offset] { return false }
      return true
    }
  }

  static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: " ")
  }
}
