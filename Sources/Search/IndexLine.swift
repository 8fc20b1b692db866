import Bellhop
import Matching
import Store

/// What the index holds of an event: its words, and what else it is found by, as words that no text can hold.
enum IndexLine {
  /// What is not said but known of an event, by the letter that stands before it.
  enum KnownFact: String {
    case sender = "s"
    case severity = "v"
    case role = "r"
    case row = "w"
  }

  /// The line for FTS5: words with spaces between them.
  static func text(of logged: LoggedEvent) -> String {
    var facts = [word(.sender, logged.event.sender), word(.severity, logged.event.severity.word)]
    facts += logged.roles.sorted().map { word(.role, $0) } + logged.rows.sorted().map { word(.row, $0) }
    return String(decoding: EventWords.line(of: logged.event), as: UTF8.self) + facts.joined(separator: " ")
  }

  /// The sign in front is no letter, so that it stands in no word. Two values may share a number (64 bits, FNV-1a,
  /// https://www.rfc-editor.org/rfc/rfc9923): what is found is looked at again.
  static func word(_ fact: KnownFact, _ value: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in value.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return "\u{A7}\(fact.rawValue)\(String(hash, radix: 36))"
  }
}
