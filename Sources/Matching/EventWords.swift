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
    var line = WordLine()
    line.addWords(of: text)
    return line.bytes.split(separator: space).map { String(decoding: $0, as: UTF8.self) }
  }

  /// All that an event says, as one line: its words with a space before and behind each, and ``boundary`` between one value and the next, so that
  /// nothing stands side by side that was not said so. It holds the text, the subject, the id, the source, the type, and each string and number
  /// of the data; not the names of its keys.
  public static func line(of event: Event) -> [UInt8] {
    var line = WordLine()
    line.add(event)
    return line.bytes
  }

  /// Stands between values in ``line(of:)``; no word.
  public static let boundary = "\u{B6}"

  static let space = UInt8(ascii: " ")
}
