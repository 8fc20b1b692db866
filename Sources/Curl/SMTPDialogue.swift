/// What a mail server has said on a connection, as far as it decides what it may be told. Pure: a line at a time, in their order.
/// https://www.rfc-editor.org/rfc/rfc5321#section-4.2
struct SMTPDialogue: Sendable {
  /// Whether it has offered to take addresses beyond ASCII. https://www.rfc-editor.org/rfc/rfc6531#section-3.1
  private(set) var offersUnicode = false
  /// The last line since the mail began, and the last one that said no. A no to EHLO is none where HELO does.
  private(set) var last = ""
  private(set) var refusal: String?
  /// The next yes tells what the server can do.
  private var awaitsOffer = false

  /// Another mail begins.
  mutating func begin() { (last, refusal) = ("", nil) }

  /// Takes a line in. True where it is the yes to a sender: from now on recipients are named.
  mutating func hears(_ line: String) -> Bool {
    last = line
    if line.hasPrefix("4") || line.hasPrefix("5") { refusal = line }
    // A greeting, and the answer to STARTTLS, are followed by a new hello, which may be answered otherwise.
    if line.hasPrefix("220") { (awaitsOffer, offersUnicode) = (true, false) }
    guard line.hasPrefix("250") else { return false }
    let word = line.dropFirst(4).prefix { $0 != " " && !$0.isNewline }
    if awaitsOffer, word.lowercased() == "smtputf8" { offersUnicode = true }
    guard line.dropFirst(3).first != "-" else { return false }
    guard awaitsOffer else { return true }
    (awaitsOffer, refusal) = (false, nil)
    return false
  }
}
