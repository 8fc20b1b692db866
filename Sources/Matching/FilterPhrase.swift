import Bellhop

/// Words side by side that an event says, or does not: see ``EventWords`` for what a word is, and for what is looked at.
public struct FilterPhrase: Sendable, Hashable {
  /// As typed, without its quotes or its star.
  public let text: String
  /// The words, one at least.
  public let words: [String]
  /// The last word is the beginning of one.
  public let isPrefix: Bool
  /// It must not stand there.
  public let isExcluded: Bool
  /// As it stands in a line: with a space before and behind each word.
  private let bytes: [UInt8]
  /// Where to go on when so many bytes stood there and the next did not (Knuth, Morris and Pratt, https://doi.org/10.1137/0206024).
  private let fallback: [Int]

  /// - Returns: nil where there is no word in the text.
  public init?(_ text: String, isPrefix: Bool = false, isExcluded: Bool = false) {
    var line = WordLine()
    line.addWords(of: text)
    guard line.count > 0 else { return nil }
    var bytes = [EventWords.space] + line.bytes
    words = bytes.split(separator: EventWords.space).map { String(decoding: $0, as: UTF8.self) }
    if isPrefix { bytes.removeLast() }
    self.text = text
    self.isPrefix = isPrefix
    self.isExcluded = isExcluded
    self.bytes = bytes
    fallback = Self.fallback(of: bytes)
  }

  /// - Parameter line: ``EventWords/line(of:)``.
  func holds(in line: [UInt8]) -> Bool { stands(in: line) != isExcluded }

  /// In time that grows with the line alone, whatever stands in both.
  private func stands(in line: [UInt8]) -> Bool {
    var matched = 0
    for byte in line {
      while matched > 0, bytes[matched] != byte { matched = fallback[matched - 1] }
      if bytes[matched] == byte { matched += 1 }
      if matched == bytes.count { return true }
    }
    return false
  }

  private static func fallback(of bytes: [UInt8]) -> [Int] {
    var fallback = [0]
    for byte in bytes.dropFirst() {
      var length = fallback[fallback.count - 1]
      while length > 0, bytes[length] != byte { length = fallback[length - 1] }
      fallback.append(bytes[length] == byte ? length + 1 : 0)
    }
    return fallback
  }
}
