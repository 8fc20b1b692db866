/// Variables as a file of systemd's brings them, read as systemd does: `NAME=value` a line, `#` and `;` for comments, quotes of both kinds,
/// a backslash for the next character or a longer line. https://www.freedesktop.org/software/systemd/man/systemd.exec.html#EnvironmentFile=
public struct EnvironmentFile: Sendable {
  /// By name; a later line wins over an earlier one.
  public private(set) var values: [String: String] = [:]

  private enum ParsingState { case key, before, plain, single, double, comment }

  /// Takes what it understands; a line without `=` says nothing, as in systemd.
  public init(parsing bytes: [UInt8]) {
    var text = String(decoding: bytes, as: UTF8.self)[...]
    if text.hasPrefix("\u{FEFF}") { text = text.dropFirst() }
    var key = ""
    var value = ""
    /// How much of the value is more than blanks at its end.
    var kept = 0
    var place = ParsingState.key
    func isWanted(_ character: Character) -> Bool { character != "\n" && character != "\r\n" && character != "\r" }
    while let character = text.popFirst() {
      switch place {
      case .comment:
        if character == "\\" { _ = text.popFirst() } else if !isWanted(character) { place = .key }
      case .key:
        if key.isEmpty, character == "#" || character == ";" {
          place = .comment
        } else if !isWanted(character) {
          key = ""
        } else if character == "=" {
          place = .before
        } else if !(key.isEmpty && character.isWhitespace) {
          key.append(character)
        }
      case .before, .plain:
        if !isWanted(character) {
          add(key, String(value.prefix(kept)))
          (key, value, kept, place) = ("", "", 0, .key)
        } else if place == .before, character == "'" {
          place = .single
        } else if place == .before, character == "\"" {
          place = .double
        } else if character == "\\" {
          place = .plain
          if let next = text.popFirst(), isWanted(next) { value.append(next) }
          kept = value.count
        } else if !(place == .before && character.isWhitespace) {
          place = .plain
          value.append(character)
          if !character.isWhitespace { kept = value.count }
        }
      case .single:
        if character == "'" { place = .before } else { value.append(character) }
        kept = value.count
      case .double:
        if character == "\"" {
          place = .before
        } else if character == "\\", let next = text.popFirst() {
          if "\"\\`$".contains(next) { value.append(next) } else if isWanted(next) { value += "\\\(next)" }
        } else {
          value.append(character)
        }
        kept = value.count
      }
    }
    if place != .key, place != .comment { add(key, String(value.prefix(kept))) }
  }

  private mutating func add(_ key: String, _ value: String) {
    let name = String(key.reversed().drop { $0.isWhitespace }.reversed())
    if !name.isEmpty { values[name] = value }
  }
}
