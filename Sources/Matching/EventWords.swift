import Bellhop

/// What a word is, wherever people look for one: in searches, streams and silences.
///
/// A word is a run of letters, digits and their marks, in lower case and without accents: `Zoë` is `zoe`. All else stands between words, so that
/// `jane@example.com` is three of them. Scripts that put no space between words (Chinese, Japanese, Thai …) are read letter by letter: each is a
/// word, and a piece of a sentence is such words side by side. Of a longer word the first ``maximumLength`` bytes count.
public enum EventWords {
  /// Bytes of a word.
  public static let maximumLength = 128

  /// The words of a text, in their order.
  public static func all(in text: String) -> [String] {
    var line: [UInt8] = []
    append(text, to: &line)
    return line.split(separator: space).map { String(decoding: $0, as: UTF8.self) }
  }

  /// All that an event says, as one line: its words with a space before and behind each, and ``boundary`` between one value and the next, so that
  /// nothing stands side by side that was not said so. It holds the text, the subject, the id, the source, the type, and each string and number
  /// of the data; not the names of its keys.
  public static func line(of event: Event) -> [UInt8] {
    var line = [space]
    for text in [event.text, event.subject ?? "", event.id, event.source, event.type] { add(text, to: &line) }
    for member in event.data.members { add(member.value, to: &line) }
    return line
  }

  /// Stands between values in ``line(of:)``; no word.
  public static let boundary = "\u{B6}"

  static let space = UInt8(ascii: " ")

  private static func add(_ value: JSON, to line: inout [UInt8]) {
    switch value {
    case .string(let text): add(text, to: &line)
    case .int, .double, .literal: add(value.plain, to: &line)
    case .array(let elements): for element in elements { add(element, to: &line) }
    case .object(let object): for member in object.members { add(member.value, to: &line) }
    case .null, .bool: break
    }
  }

  private static func add(_ text: String, to line: inout [UInt8]) {
    let start = line.count
    append(text, to: &line)
    if line.count > start { line.append(contentsOf: [0xC2, 0xB6, space]) }
  }

  /// Writes the words of a text, with a space behind each.
  static func append(_ text: String, to line: inout [UInt8]) {
    var text = text
    text.withUTF8 { bytes in
      var word = OpenWord(start: line.count)
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        if byte < 0x80 {
          index += 1
          let folded = WordLetters.ascii[Int(byte)]
          if folded == 0 { word.end(&line) } else { word.add(folded, to: &line) }
        } else {
          // A string's bytes are valid UTF-8: the first byte tells how many there are.
          let count = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
          var scalar = UInt32(byte) & (count == 4 ? 0x07 : count == 3 ? 0x0F : 0x1F)
          for next in 1..<count { scalar = scalar << 6 | UInt32(bytes[index + next] & 0x3F) }
          index += count
          word.add(scalar, to: &line)
        }
      }
      word.end(&line)
    }
  }
}

/// Where the word that is being written stands in its line.
private struct OpenWord {
  var start: Int
  /// It is as long as words get: what comes does not count.
  var isFull = false

  mutating func add(_ byte: UInt8, to line: inout [UInt8]) {
    guard !isFull, line.count - start < EventWords.maximumLength else {
      isFull = true
      return
    }
    line.append(byte)
  }

  mutating func add(_ scalar: UInt32, to line: inout [UInt8]) {
    switch WordLetters.part(scalar) {
    case .none: end(&line)
    case .dropped: break
    case .letter(let letter): put(letter, to: &line)
    case .alone(let letter):
      end(&line)
      put(letter, to: &line)
      end(&line)
    case .several(let scalars):
      for scalar in scalars { if WordLetters.isAlone(scalar) { add(alone: scalar, to: &line) } else { put(scalar, to: &line) } }
    }
  }

  private mutating func add(alone scalar: UInt32, to line: inout [UInt8]) {
    end(&line)
    put(scalar, to: &line)
    end(&line)
  }

  private mutating func put(_ value: UInt32, to line: inout [UInt8]) {
    guard !isFull, let scalar = Unicode.Scalar(value) else { return }
    guard line.count - start + UTF8.width(scalar) <= EventWords.maximumLength else {
      isFull = true
      return
    }
    line.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
  }

  mutating func end(_ line: inout [UInt8]) {
    if line.count > start { line.append(EventWords.space) }
    start = line.count
    isFull = false
  }
}
