import Bellhop
import Matching
import Store

/// What the index holds of an event: its words, and what else it is found by, as words that no text can hold.
enum IndexLine {
  /// What is not said but known of an event, by the letter that stands before it.
  enum KnownFact: Unicode.Scalar {
    case sender = "s"
    case severity = "v"
    case role = "r"
    case row = "w"
  }

  /// Writes the line for FTS5: words with spaces between them.
  static func write(_ logged: LoggedEvent, to line: inout WordLine) {
    line.add(logged.event, data: logged.data)
    write(.sender, logged.event.sender, to: &line)
    write(.severity, logged.event.severity.word, to: &line)
    for role in logged.roles { write(.role, role, to: &line) }
    for row in logged.rows { write(.row, row, to: &line) }
  }

  /// The word for a fact, as it is asked for.
  static func word(_ fact: KnownFact, _ value: String) -> String {
    var line = WordLine()
    write(fact, value, to: &line)
    return String(decoding: line.bytes.dropLast(), as: UTF8.self)
  }

  /// The sign in front is no letter, so that it stands in no word. Two values may share a number (64 bits, FNV-1a,
  /// https://www.rfc-editor.org/rfc/rfc9923): what is found is looked at again.
  private static func write(_ fact: KnownFact, _ value: String, to line: inout WordLine) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in value.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    line.add(sign: fact.rawValue, hash)
  }
}
