import Bellhop

@testable import Matching

extension Entry {
  /// A filter as people type it.
  static let filter: @Sendable ([UInt8]) throws -> Void = { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let event = Event(
      id: "1", sender: "s", source: "s", type: text, subject: text.isEmpty ? nil : text, time: Timestamp(seconds: 0), text: text,
      data: ["a": .string(text)])
    do {
      let filter = try FilterText.parse(text, allowing: Set(FilterText.Extra.allCases))
      _ = filter.matches(event)
      try demand(filter.phrases.count <= FilterText.maximumTerms, "\(filter.phrases.count) phrases")
    } catch let error as FilterMistake {
      let count = text.unicodeScalars.count
      try demand(error.offset >= 0 && error.offset + error.length <= count + 1, "a mistake at \(error.offset) of \(count)")
      try demand(error.caret(in: text).split(separator: "\n", omittingEmptySubsequences: false).count == 2, "not two lines")
    }
    let words = EventWords.all(in: text)
    try demand(words.allSatisfy { $0.utf8.count <= EventWords.maximumLength && !$0.contains(" ") }, "a word is too long, or two")
    try demand(EventWords.all(in: words.joined(separator: " ")) == words, "\(words) are not their own words")
    try demand(FilterPhrase(text)?.holds(in: EventWords.line(of: event)) ?? words.isEmpty, "\(text) does not say itself")
    let like = FilterText.like(type: String(text.prefix(100)), subject: String(text.prefix(200)))
    guard like.utf8.count <= FilterText.maximumLength else { return }
    var twin = event
    twin.type = String(text.prefix(100))
    twin.subject = text.isEmpty ? nil : String(text.prefix(200))
    try demand((try? FilterText.parse(like))?.matches(twin) == true, "\(like) is not like its event")
  }
}
