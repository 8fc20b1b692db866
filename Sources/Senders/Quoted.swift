/// A word from outside inside a message: in quotes, without control characters, and short.
func quoted(_ word: String) -> String {
  let clean = String(String.UnicodeScalarView(word.unicodeScalars.prefix(41).map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  return clean.unicodeScalars.count > 40 ? "\"\(String(String.UnicodeScalarView(clean.unicodeScalars.prefix(40))))…\"" : "\"\(clean)\""
}
