import Bellhop

/// A compiled source: steps in a row, where sections are jumps.
struct Program: Sendable {
  enum ProgramStep: Sendable {
    case text(String)
    /// `bare`: outside the quotes of a JSON text. `slot` counts the values from 0.
    case value(Tag.Name, bare: Bool, slot: Int)
    /// What is between here and `end` is for each element of a list, or once, or not at all.
    case section(Tag.Name, end: Int)
    /// What is between here and `end` is for a value that is missing or false, or not for it.
    case inverted(Tag.Name, end: Int)
    /// The end of the section that begins at `start`.
    case end(start: Int)
  }

  let steps: [ProgramStep]
  /// The names of its values, where it has no sections: its shape is the same for all events.
  let straight: [Tag.Name]?

  /// Takes tags whose sections are closed, as ``TagScanner`` leaves them.
  init(_ tags: [Tag]) {
    let tags = StandaloneLines.removed(from: tags)
    var steps: [ProgramStep] = []
    var open: [Int] = []
    var names: [Tag.Name] = []
    var hasSections = false
    var quotes = JSONQuotes()
    for tag in tags {
      switch tag {
      case .text(let text):
        quotes.read(text)
        steps.append(.text(text))
      case .variable(let name, _):
        steps.append(.value(name, bare: !quotes.isInside, slot: names.count))
        names.append(name)
      case .open(let name, let inverted, _):
        hasSections = true
        open.append(steps.count)
        steps.append(inverted ? .inverted(name, end: 0) : .section(name, end: 0))
      case .close:
        guard let start = open.popLast() else { break }
        switch steps[start] {
        case .section(let name, _): steps[start] = .section(name, end: steps.count)
        case .inverted(let name, _): steps[start] = .inverted(name, end: steps.count)
        case .text, .value, .end: break
        }
        steps.append(.end(start: start))
      case .comment: break
      }
    }
    self.steps = steps
    straight = hasSections ? nil : names
  }
}

/// Whether one stands between the quotes of a JSON text.
private struct JSONQuotes {
  private(set) var isInside = false

  mutating func read(_ text: String) {
    var isEscaped = false
    for byte in text.utf8 {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = isInside
      } else if byte == UInt8(ascii: "\"") {
        isInside.toggle()
      }
    }
  }
}

/// A section's tag or a comment that stands alone on its line takes the line with it.
/// https://github.com/mustache/spec/blob/master/specs/sections.yml ("Standalone Lines")
private enum StandaloneLines {
  static func removed(from tags: [Tag]) -> [Tag] {
    let alone = tags.indices.map { isAlone($0, tags) }
    return tags.indices.compactMap { index in
      guard case .text(let text) = tags[index] else { return tags[index] }
      var rest = text.unicodeScalars[...]
      if index + 1 < tags.count, alone[index + 1] { while let last = rest.last, isBlank(last) { rest.removeLast() } }
      if index > 0, alone[index - 1] {
        rest = rest.drop(while: isBlank)
        if rest.first == "\r" { rest = rest.dropFirst() }
        if rest.first == "\n" { rest = rest.dropFirst() }
      }
      return rest.isEmpty ? nil : .text(String(rest))
    }
  }

  private static func isAlone(_ index: Int, _ tags: [Tag]) -> Bool {
    switch tags[index] {
    case .text, .variable: return false
    case .open, .close, .comment: break
    }
    return beginsLine(index, tags) && endsLine(index, tags)
  }

  private static func beginsLine(_ index: Int, _ tags: [Tag]) -> Bool {
    guard index > 0 else { return true }
    guard case .text(let text) = tags[index - 1] else { return false }
    let before = text.unicodeScalars.reversed().first { !isBlank($0) }
    return before == "\n" || (before == nil && index == 1)
  }

  private static func endsLine(_ index: Int, _ tags: [Tag]) -> Bool {
    guard index + 1 < tags.count else { return true }
    guard case .text(let text) = tags[index + 1] else { return false }
    let after = text.unicodeScalars.drop(while: isBlank)
    return after.first == "\n" || (after.first == "\r" && after.dropFirst().first == "\n") || (after.isEmpty && index + 2 == tags.count)
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
}
