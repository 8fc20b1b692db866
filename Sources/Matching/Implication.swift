import Bellhop

/// Proofs that everything one match takes, another takes too. Sound and not complete: false means only that no proof was found.
package enum Implication {
  package static func holds(_ narrow: Match, implies wide: Match) -> Bool {
    if narrow == wide { return true }
    switch wide {
    case .all(let parts): return parts.allSatisfy { holds(narrow, implies: $0) }
    case .any(let parts) where parts.contains { holds(narrow, implies: $0) }: return true
    case .severity(let severities) where severities.count == Severity.allCases.count: return true
    case .type(let globs), .source(let globs), .sender(let globs):
      if globs.contains(where: { $0.pattern == "**" }) { return true }
    default: break
    }
    switch (narrow, wide) {
    case (.all(let parts), _): return parts.contains { holds($0, implies: wide) }
    case (.any(let parts), _): return !parts.isEmpty && parts.allSatisfy { holds($0, implies: wide) }
    case (.not(let narrow), .not(let wide)): return holds(wide, implies: narrow)
    case (.type(let narrow), .type(let wide)), (.source(let narrow), .source(let wide)), (.sender(let narrow), .sender(let wide)),
      (.subject(let narrow), .subject(let wide)):
      return narrow.allSatisfy { glob in wide.contains { covers($0, glob) } }
    case (.severity(let narrow), .severity(let wide)): return narrow.isSubset(of: wide)
    case (.data(let path, let narrow), .data(let other, let wide)):
      return path == other && narrow.allSatisfy { test in wide.contains { holds(test, implies: $0) } }
    default: return false
    }
  }

  static func holds(_ narrow: ValueTest, implies wide: ValueTest) -> Bool {
    if narrow == wide { return true }
    switch (narrow, wide) {
    case (_, .all(let tests)): return tests.allSatisfy { holds(narrow, implies: $0) }
    case (.equals(let value), .equals(let other)): return ValueTest.equal(value, other)
    // It may be an element of a list of lists, into which the other test does not look.
    case (.equals(.array), _): return wide == .exists(true)
    // 5 and 5.0 are equal and written alike; other tests see text, so only text is sure to look the same to them.
    case (.equals(.string), .glob), (.equals(.string), .regex):
      guard case .equals(let value) = narrow, value.plain.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
      return wide.passes(value)
    case (.equals(let value), .less), (.equals(let value), .lessOrEqual), (.equals(let value), .greater),
      (.equals(let value), .greaterOrEqual):
      return wide.passes(value)
    case (.less(let a), .less(let b)), (.less(let a), .lessOrEqual(let b)), (.lessOrEqual(let a), .lessOrEqual(let b)): return a <= b
    case (.lessOrEqual(let a), .less(let b)): return a < b
    case (.greater(let a), .greater(let b)), (.greater(let a), .greaterOrEqual(let b)), (.greaterOrEqual(let a), .greaterOrEqual(let b)):
      return a >= b
    case (.greaterOrEqual(let a), .greater(let b)): return a > b
    case (.exists, _), (.not, _): return false
    case (.all(let tests), _): return tests.contains { holds($0, implies: wide) }
    case (_, .exists(true)): return true
    default: return false
    }
  }

  /// Every text that `narrow` matches, `wide` matches: by matching `wide` against the pieces of `narrow`, a star being a piece of its own.
  package static func covers(_ wide: Glob, _ narrow: Glob) -> Bool {
    if wide == narrow || wide.pattern == "**" { return true }
    // Literal globs compare characters, others bytes: where the two could differ, there is no proof.
    if narrow.isLiteral, !narrow.pattern.utf8.allSatisfy({ $0 < 0x80 }) { return false }
    let wide = pieces(of: wide)
    let narrow = pieces(of: narrow)
    var reached = [Bool](repeating: false, count: narrow.count + 1)
    reached[0] = true
    for piece in wide {
      var next = [Bool](repeating: false, count: narrow.count + 1)
      var isOpen = false
      for index in 0...narrow.count {
        switch piece {
        case .byte:
          if index < narrow.count, reached[index], narrow[index] == piece { next[index + 1] = true }
        case .segment, .any:
          isOpen = isOpen || reached[index]
          next[index] = isOpen
          let ends = index < narrow.count && (narrow[index] == .any || narrow[index] == .byte(UInt8(ascii: ".")))
          if piece == .segment, ends { isOpen = false }
        }
      }
      reached = next
    }
    return reached[narrow.count]
  }

  private enum ImplicationPiece: Equatable {
    case byte(UInt8)
    case segment
    case any
  }

  private static func pieces(of glob: Glob) -> [ImplicationPiece] {
    var pieces: [ImplicationPiece] = []
    for byte in glob.pattern.utf8 {
      if byte != UInt8(ascii: "*") {
        pieces.append(.byte(byte))
      } else if pieces.last == .segment {
        pieces[pieces.count - 1] = .any
      } else if pieces.last != .any {
        pieces.append(.segment)
      }
    }
    return pieces
  }
}
