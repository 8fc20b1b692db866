import Bellhop

/// The types that a page may send.
struct PageTypes: Sendable {
  /// The setting in which they stand.
  static let field = Field(
    "types", .list(.string), value: .list([.string("ui.**")]),
    doc: "what a page may send, * for a word and ** for any: ui.** unless you say so; without a type it is a message of the first",
    example: "[\"ui.*\", cart.abandoned]")

  private let globs: [Glob]
  /// Of what comes without a type.
  let usual: String

  init(_ values: Values) {
    globs = Self.texts(values).map { Glob($0) }
    let plain = "message"
    let first = globs.first?.pattern.replacing(#/\*+/#, with: plain) ?? plain
    usual = globs.contains { $0.matches(plain) } ? plain : first
  }

  private static func texts(_ values: Values) -> [String] {
    (values.list(field.name) ?? []).compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  func allows(_ type: String) -> Bool { !Sender.isOwn(type) && globs.contains { $0.matches(type) } }

  /// Mistakes of the setting.
  static func check(_ values: Values) -> [SettingMistake] {
    texts(values).enumerated().compactMap { index, text in
      let place = [field.name, String(index)]
      let plain = text.replacing("*", with: "x")
      if Sender.isOwn(text) {
        return SettingMistake(at: place, "types of \"bellhop\" are Bellhop's own", hint: "begin it with another word")
      }
      if text.isEmpty || Draft.type(plain, .max) != plain || plain.utf8.count > 128 {
        return SettingMistake(at: place, "\"\(text)\" is not a type", hint: "write it like ui.error, or ui.*")
      }
      return nil
    }
  }
}
