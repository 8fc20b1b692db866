import Bellhop

// How far the value beside a name reaches, and whether it is one.
extension TextScan {
  struct ScannedValue {
    /// Without its quotes.
    var range: Range<Int>
    var isQuoted = false
  }

  /// The value that begins there; each byte of it is a step.
  mutating func value(at start: Int) -> ScannedValue {
    let value = read(start)
    spend(value.range.upperBound - min(start, value.range.upperBound))
    return value
  }

  private func read(_ start: Int) -> ScannedValue {
    guard start < bytes.count else { return ScannedValue(range: bytes.count..<bytes.count) }
    var open = start
    while open < bytes.count, bytes[open] == UInt8(ascii: "\\") { open += 1 }
    if open < bytes.count, Self.isQuote(bytes[open]) { return quoted(open, escapes: open - start) }
    if spells("%22", at: start) { return ScannedValue(range: start + 3..<plainEnd(start + 3), isQuoted: true) }
    switch bytes[start] {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("): return ScannedValue(range: start..<bracketEnd(start))
    default: return ScannedValue(range: start..<plainEnd(start))
    }
  }

  /// To the same quote behind as many backslashes: JSON inside of JSON has its quotes escaped. Unclosed, it is all the rest.
  private func quoted(_ open: Int, escapes: Int) -> ScannedValue {
    let quote = bytes[open]
    var index = open + 1
    var slashes = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\\") {
        slashes += 1
      } else {
        // SQL doubles a quote inside of quotes.
        if escapes == 0, bytes[index] == quote, index > open + 1, byte(index + 1) == quote {
          index += 2
          continue
        }
        if bytes[index] == quote, escapes == 0 ? slashes.isMultiple(of: 2) : slashes <= escapes {
          return ScannedValue(range: open + 1..<index - (escapes == 0 ? 0 : slashes), isQuoted: true)
        }
        slashes = 0
      }
      index += 1
    }
    return ScannedValue(range: open + 1..<bytes.count, isQuoted: true)
  }

  /// To the bracket that closes; unclosed, all the rest.
  private func bracketEnd(_ start: Int) -> Int {
    var depth = 0
    for index in start..<bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
    }
    return bytes.count
  }

  /// To a blank, a quote or a closing bracket. `, ; &` end it where another name or nothing follows: passwords have them inside.
  private func plainEnd(_ start: Int) -> Int {
    var index = start
    scan: while index < bytes.count {
      switch bytes[index] {
      case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "|"),
        UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
        break scan
      case UInt8(ascii: "\\") where isEscape(byte(index + 1)): break scan
      case UInt8(ascii: "&"), UInt8(ascii: ","), UInt8(ascii: ";"): if startsAnother(index + 1) { break scan }
      case UInt8(ascii: "%")
      where spells("%22", at: index) || spells("%26", at: index) || spells("%2c", at: index) || spells("%7d", at: index): break scan
      default: break
      }
      index += 1
    }
    // A full stop ends the sentence, not the value.
    while index > start, bytes[index - 1] == UInt8(ascii: "."), index == bytes.count || bytes[index] <= 0x20 { index -= 1 }
    return index
  }

  private func isEscape(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "n") || byte == UInt8(ascii: "r") || byte == UInt8(ascii: "t") || byte == UInt8(ascii: "u") || Self.isQuote(byte)
  }

  /// Behind a `,`, `;` or `&`: the end, a blank, or a name and its separator.
  private func startsAnother(_ start: Int) -> Bool {
    guard start < bytes.count, bytes[start] > 0x20, !Self.isQuote(bytes[start]) else { return true }
    var index = start
    while index < bytes.count, index - start < 48,
      Self.isWord(bytes[index]) || bytes[index] == UInt8(ascii: "[") || bytes[index] == UInt8(ascii: "]")
    {
      index += 1
    }
    return index > start && (byte(index) == UInt8(ascii: "=") || byte(index) == UInt8(ascii: ":") || byte(index) == UInt8(ascii: "%"))
  }

  /// The end of the line, also of one whose end is escaped, and of the quotes around it.
  mutating func lineEnd(_ start: Int, stopsAtQuotes: Bool) -> Int {
    var index = start
    defer { spend(index - start) }
    while index < bytes.count, !Self.isLineEnd(bytes[index]) {
      if bytes[index] == UInt8(ascii: "\\"), isEscape(byte(index + 1)) { break }
      if stopsAtQuotes, Self.isQuote(bytes[index]) { break }
      index += 1
    }
    return index
  }

  // MARK: What is no value

  /// A mask, a placeholder, a word for nothing, and in prose the word that goes on: `password: must be longer`.
  func isStandIn(_ range: Range<Int>, isProse: Bool) -> Bool {
    guard let first = bytes[range].first else { return true }
    if range.count > 24 { return first == UInt8(ascii: "$") && byte(range.lowerBound + 1) == UInt8(ascii: "{") }
    switch first {
    case UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: ":"):
      if isPlaceholder(range) { return true }
    case UInt8(ascii: "{"): if byte(range.lowerBound + 1) == UInt8(ascii: "{") { return true }
    case UInt8(ascii: "*"), UInt8(ascii: "x"), UInt8(ascii: "X"):
      if bytes[range].allSatisfy({ $0 == first }) { return true }
    default: break
    }
    if bytes[range].elementsEqual(Secret.mask.utf8) { return true }
    let word = bytes[range].filter { Self.isAlphanumeric($0) || $0 == UInt8(ascii: "'") }
    let text = String(decoding: word, as: UTF8.self).lowercased()
    return Self.nothings.contains(text) || isProse && Self.goings.contains(text)
  }

  /// `?`, `$1`, `${NAME}`, `%s`, `%(name)s`, `:name`, `@name`: what stands in statements and templates.
  private func isPlaceholder(_ range: Range<Int>) -> Bool {
    let rest = bytes[range].dropFirst()
    switch bytes[range.lowerBound] {
    case UInt8(ascii: "?"): return rest.isEmpty
    case UInt8(ascii: "$"):
      return rest.first == UInt8(ascii: "{") || rest.first == UInt8(ascii: "(") || !rest.isEmpty && rest.allSatisfy(Self.isDigit)
    case UInt8(ascii: "%"): return rest.first == UInt8(ascii: "(") || rest.count == 1
    default:
      return !rest.isEmpty && rest.allSatisfy { $0 &- 97 < 26 || $0 == UInt8(ascii: "_") }
        || rest.count <= 2 && rest.allSatisfy(Self.isDigit)
    }
  }

  private static let nothings: Set<String> = [
    "null", "none", "nil", "undefined", "true", "false", "empty", "filtered", "redacted", "masked", "hidden", "removed", "yes", "no", "na",
    "string", "str", "bool", "boolean", "int", "varchar", "required", "optional", "omitted", "sensitive", "await", "async", "typeof",
    "yield", "lambda", "function",
  ]

  private static let goings: Set<String> = [
    "must", "is", "are", "was", "were", "has", "have", "can't", "cant", "cannot", "should", "shall", "may", "not", "too", "does", "doesn't",
    "do", "don't", "did", "will", "invalid", "incorrect", "wrong", "expired", "missing", "mismatch", "changed", "updated", "reset",
    "created",
    "revoked", "rotated", "rotate", "deleted", "generated", "sent", "failed", "failure", "success", "ok", "error", "denied", "rejected",
    "unknown", "unset", "set", "on", "off", "enabled", "disabled", "valid", "verified", "found", "blank", "at", "for", "from", "of", "in",
    "to", "the", "a", "an", "this", "that", "field", "please", "use", "no", "only", "minimum", "length", "expected", "unexpected",
    "refresh",
    "refreshed", "issued", "accepted", "unauthorized", "forbidden", "needs", "need", "contains", "and", "or", "with", "bad", "malformed",
    "authentication", "available", "unavailable", "absent", "present", "provided", "saved", "stored", "loaded", "any", "new", "old", "same",
    "enter", "choose", "never", "already", "could", "couldn't", "used", "unused", "exists", "strong", "weak", "good", "read", "permission",
    "can", "couldn", "isn", "doesn", "wasn", "don", "won", "shouldn", "hasn", "didn", "write", "access",
    "get", "put", "list", "watch", "add", "create", "update", "delete", "remove", "check", "forgot", "forgotten", "recovery", "rotation",
  ]

  /// Source text of stack traces and reports: `token = get_token(user)`, `password=self.password`.
  func isCode(_ range: Range<Int>, _ isSpaced: Bool) -> Bool {
    guard let first = bytes[range].first, Self.isLetter(first) || first == UInt8(ascii: "_") else { return false }
    var index = range.lowerBound
    var hasDot = false
    while index < range.upperBound, Self.isLetter(bytes[index]) || bytes[index] == UInt8(ascii: "_") || bytes[index] == UInt8(ascii: ".") {
      hasDot = hasDot || bytes[index] == UInt8(ascii: ".")
      index += 1
    }
    let next = byte(index)
    if index < range.upperBound {
      // A call or an index; with a name of letters only, and closed again where there was no room around the sign.
      guard next == UInt8(ascii: "(") || next == UInt8(ascii: "[") else { return false }
      return isSpaced || byte(range.upperBound) == UInt8(ascii: ")") || byte(range.upperBound) == UInt8(ascii: "]")
    }
    if next == UInt8(ascii: "[") { return true }
    let isArgument = next == UInt8(ascii: ")") || next == UInt8(ascii: ",") || next == UInt8(ascii: ";")
    return hasDot ? isSpaced || isArgument : isArgument && names.weight(of: name(range)) != nil
  }
}
