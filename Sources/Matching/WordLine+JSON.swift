import Bellhop

extension WordLine {
  /// Each string and each number of a JSON text (RFC 8259), as of its tree, but without one; not the names of keys.
  mutating func add(json text: UnsafeBufferPointer<UInt8>) {
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\""):
        let string = JSONString(in: text, at: index)
        index = string.end
        if !string.isKey(in: text) { add(string, of: text) }
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): index = addNumber(of: text, from: index)
      default: index += 1
      }
    }
  }

  private mutating func add(_ string: JSONString, of text: UnsafeBufferPointer<UInt8>) {
    if string.hasEscapes {
      add(parsing: text[string.start..<string.end])
    } else {
      add(value: UnsafeBufferPointer(rebasing: text[string.start + 1..<max(string.start + 1, string.end - 1)]))
    }
  }

  /// Answers where it ends.
  private mutating func addNumber(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var end = start + 1
    var isFraction = false
    var isPlain = true
    scan: while end < text.count {
      switch text[end] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): break
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-"): isPlain = false
      default: break scan
      }
      end += 1
    }
    let number = text[start..<end]
    // People write 5.0 as 5, and 1e3 as 1000.
    if !isPlain || isFraction && number.last == UInt8(ascii: "0") {
      add(parsing: number)
    } else {
      add(value: UnsafeBufferPointer(rebasing: number))
    }
    return end
  }

  private mutating func add(parsing value: Slice<UnsafeBufferPointer<UInt8>>) {
    if let value = try? JSON(parsing: UnsafeBufferPointer(rebasing: value)) { add(value) }
  }
}

/// Where a string stands in a JSON text, with its quotes.
private struct JSONString {
  let start: Int
  private(set) var end: Int
  private(set) var hasEscapes = false

  init(in text: UnsafeBufferPointer<UInt8>, at start: Int) {
    self.start = start
    end = start + 1
    while end < text.count, text[end] != UInt8(ascii: "\"") {
      if text[end] == UInt8(ascii: "\\") {
        hasEscapes = true
        end += 1
      }
      end += 1
    }
    end = min(end + 1, text.count)
  }

  func isKey(in text: UnsafeBufferPointer<UInt8>) -> Bool {
    text[end...].first { $0 > 0x20 } == UInt8(ascii: ":")
  }
}
