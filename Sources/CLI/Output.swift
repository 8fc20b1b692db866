import Bellhop

/// Text for people: one line for one thing, nothing in it that steers a terminal.
enum Output {
  /// Text from outside on one line: line breaks and tabs become spaces; what would move the cursor or turn the reading direction goes.
  static func printable(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: out.append(" ")
      case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: continue
      default: out.append(scalar)
      }
    }
    return String(out)
  }

  /// The printable text of a member; empty where there is none.
  static func text(_ value: JSON?) -> String { value.map { printable($0.plain) } ?? "" }

  /// `1 mistake`, `2 mistakes`.
  static func count(_ number: Int, _ word: String, _ many: String? = nil) -> String {
    number == 1 ? "1 \(word)" : "\(number) \(many ?? word + "s")"
  }

  /// A length of time in its largest unit: `45s`, `3m`, `2h`, `5d`.
  static func age(_ duration: Duration) -> String {
    let seconds = max(0, duration.components.seconds)
    for (size, unit) in [(86_400, "d"), (3_600, "h"), (60, "m")] as [(Int64, String)] where seconds >= size {
      return "\(seconds / size)\(unit)"
    }
    return "\(seconds)s"
  }

  /// JSON over many lines, two spaces a level.
  static func pretty(_ value: JSON, indent: String = "") -> String {
    let inner = indent + "  "
    switch value {
    case .object(let object) where !object.isEmpty:
      let members = object.members.map { "\(inner)\(JSON.string($0.key).text): \(pretty($0.value, indent: inner))" }
      return "{\n\(members.joined(separator: ",\n"))\n\(indent)}"
    case .array(let elements) where elements.contains { $0.object != nil || $0.array != nil }:
      return "[\n\(elements.map { inner + pretty($0, indent: inner) }.joined(separator: ",\n"))\n\(indent)]"
    default: return value.text
    }
  }
}
