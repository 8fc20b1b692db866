import Bellhop

/// How long the parts of a message may be once printed, as the vendor counts.
struct PageLimits: Sendable, Hashable {
  /// What a vendor counts.
  enum CountUnit: String, Sendable, CaseIterable {
    /// Unicode code points.
    case characters
    /// UTF-16 code units, as JavaScript counts.
    case utf16
    /// Bytes of UTF-8.
    case bytes

    func count(_ text: String) -> Int {
      switch self {
      case .characters: text.unicodeScalars.count
      case .utf16: text.utf16.count
      case .bytes: text.utf8.count
      }
    }
  }

  var unit = CountUnit.characters
  /// Of `headline` and `title`.
  var title = 250
  /// Of `text`, `all` and all `lines` together.
  var text = 20_000
  /// Of a field's name and of its value, of a link's label, of `type` and `subject`.
  var field = 1_000
  /// How many fields.
  var fields = 20
  /// Of a link's address. It cannot be cut: longer ones are only on the event's page.
  var link = 2_000

  /// The longest beginning of a plain text that fits, with an ellipsis where something is cut.
  func cut(_ text: String, to limit: Int) -> String {
    guard unit.count(text) > limit else { return text }
    let room = limit - unit.count("…")
    guard room >= 0 else { return "" }
    var out = ""
    var used = 0
    for character in text {
      let size = unit.count(String(character))
      if used + size > room { break }
      used += size
      out.append(character)
    }
    return out + "…"
  }
}
