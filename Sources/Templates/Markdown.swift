import Bellhop

/// Reads the Markdown subset of ``Template`` in time linear to its length. Slots are opaque: a value is never looked at.
enum Markdown {
  /// A character of the source or the place of a value.
  enum Unit: Hashable {
    case scalar(Unicode.Scalar)
    case slot(Int)
    case cut
  }

  static func parse(_ pieces: [Piece]) -> [Mark] {
    var units: [Unit] = []
    for piece in pieces {
      switch piece {
      case .text(let text): for scalar in text.unicodeScalars { units.append(.scalar(scalar)) }
      case .slot(let slot): units.append(.slot(slot))
      case .cut: units.append(.cut)
      }
    }
    return blocks(lines(of: units))
  }

  /// YAML's block texts end with a line break that nobody means.
  private static func lines(of units: [Unit]) -> [ArraySlice<Unit>] {
    var lines: [ArraySlice<Unit>] = []
    var start = 0
    var index = 0
    while index < units.count {
      if case .scalar(let scalar) = units[index], isNewline(scalar) {
        lines.append(units[start..<index])
        if scalar == "\r", index + 1 < units.count, units[index + 1] == .scalar("\n") { index += 1 }
        start = index + 1
      }
      index += 1
    }
    lines.append(units[start...])
    while let last = lines.last, last.allSatisfy(isBlank) { lines.removeLast() }
    return lines
  }

  private static func blocks(_ lines: [ArraySlice<Unit>]) -> [Mark] {
    var marks: [Mark] = []
    var index = 0
    while index < lines.count {
      if index > 0 { marks.append(.line) }
      if isFence(lines[index]) {
        let end = lines[(index + 1)...].firstIndex(where: isFenceEnd) ?? lines.count
        marks.append(.codeBlock(pieces(of: Array(lines[(index + 1)..<end].joined(separator: [.scalar("\n")])))))
        index = end + 1
      } else if item(lines[index]) != nil {
        var items: [[Mark]] = []
        while index < lines.count, let item = item(lines[index]) {
          items.append(InlineParser.parse(Array(item)))
          index += 1
        }
        marks.append(.list(items))
      } else {
        marks += InlineParser.parse(Array(lines[index]))
        index += 1
      }
    }
    return marks
  }

  /// What stands behind `- `.
  private static func item(_ line: ArraySlice<Unit>) -> ArraySlice<Unit>? {
    let body = line.drop(while: isBlank)
    guard body.first == .scalar("-"), let second = body.dropFirst().first, isBlank(second) else { return nil }
    return body.dropFirst(2).drop(while: isBlank)
  }

  private static func isFence(_ line: ArraySlice<Unit>) -> Bool {
    let body = line.drop(while: isBlank)
    return body.starts(with: fence) && !body.dropFirst(3).contains(.scalar("`"))
  }

  private static func isFenceEnd(_ line: ArraySlice<Unit>) -> Bool {
    let body = line.drop(while: isBlank)
    return body.starts(with: fence) && body.dropFirst(3).allSatisfy(isBlank)
  }

  private static let fence: [Unit] = [.scalar("`"), .scalar("`"), .scalar("`")]

  static func isBlank(_ unit: Unit) -> Bool { unit == .scalar(" ") || unit == .scalar("\t") }

  /// The characters that Swift's `Character.isNewline` knows, so that a text node holds none of them.
  private static func isNewline(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  static func pieces(of units: some Sequence<Unit>) -> [Piece] {
    var pieces: [Piece] = []
    var text = String.UnicodeScalarView()
    func flush() {
      if !text.isEmpty { pieces.append(.text(String(text))) }
      text = String.UnicodeScalarView()
    }
    for unit in units {
      switch unit {
      case .scalar(let scalar): text.append(scalar)
      case .slot(let slot):
        flush()
        pieces.append(.slot(slot))
      case .cut:
        flush()
        pieces.append(.cut)
      }
    }
    flush()
    return pieces
  }
}
