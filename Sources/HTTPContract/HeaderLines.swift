/// Reads the head of an answer: lines behind a status line, a continued line belonging to the one before.
/// https://www.rfc-editor.org/rfc/rfc9112#section-5
package struct HeaderLines {
  private let head: [UInt8]

  package init(_ head: [UInt8]) { self.head = head }

  /// All headers in their order, without blanks and line ends around their values.
  package var all: [Request.Header] {
    var headers: [Request.Header] = []
    eachLine { line in
      if line.first == 32 || line.first == 9 {
        if let last = headers.indices.last { headers[last].value += " " + Self.text(line) }
      } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
        headers.append(Request.Header(Self.text(line[..<colon]), Self.text(line[(colon + 1)...])))
      }
      return true
    }
    return headers
  }

  /// The value of the first header of that name, in any case; nil where there is none. Takes no other header apart.
  package func first(_ name: StaticString) -> String? {
    let wanted = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    var found: String?
    eachLine { line in
      guard line.count > wanted.count, line[line.startIndex + wanted.count] == UInt8(ascii: ":"),
        zip(line, wanted).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
      else { return true }
      found = Self.text(line[(line.startIndex + wanted.count + 1)...])
      return false
    }
    return found
  }

  private func eachLine(_ body: (ArraySlice<UInt8>) -> Bool) {
    var start = (head.firstIndex(of: 10) ?? head.count - 1) + 1
    while start < head.count {
      let end = head[start...].firstIndex(of: 10) ?? head.count
      guard body(head[start..<end]) else { return }
      start = end + 1
    }
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    guard let first = bytes.firstIndex(where: { $0 > 32 }), let last = bytes.lastIndex(where: { $0 > 32 }) else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
