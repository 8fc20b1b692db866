import Bellhop

/// What a message of a chat is, by where it goes and what it says: the first rule that fits gives its type and severity.
///
/// For dialects whose messages are words alone. Without rules a message is of the type `message`, and its signs tell how bad it is.
struct TypeRules: Sendable {
  /// The setting in which they stand.
  static let field = Field(
    "types", .list(.map(.string)),
    doc: "what messages are: the first fitting of channel, username and text (words in it, * for any between) gives type and severity",
    example: ##"[{ channel: "#signups", type: user.registered }, { text: "payment*failed", type: payment.failed, severity: error }]"##)

  private struct MessageRule: Sendable {
    var channel: Glob?
    var username: Glob?
    var text: [[UInt8]]?
    var type: String?
    var severity: Severity?
  }
  private let rules: [MessageRule]

  init(_ values: Values) {
    rules = (values.list(Self.field.name) ?? []).compactMap { value in
      guard case .map(let entries) = value else { return nil }
      var rule = MessageRule()
      for entry in entries {
        guard case .string(let text) = entry.value else { continue }
        switch entry.key {
        case "channel": rule.channel = Glob(text.lowercased().replacing("*", with: "**"))
        case "username": rule.username = Glob(text.lowercased().replacing("*", with: "**"))
        case "text": rule.text = text.lowercased().split(separator: "*").map { Array($0.utf8) }
        case "type": rule.type = text
        case "severity": rule.severity = Severity(word: text)
        default: break
        }
      }
      return rule
    }
  }

  /// Mistakes of the setting.
  static func check(_ values: Values) -> [SettingMistake] {
    (values.list(field.name) ?? []).enumerated().flatMap { index, value -> [SettingMistake] in
      guard case .map(let entries) = value else { return [] }
      let place = [field.name, String(index)]
      let keys = ["channel", "username", "text", "type", "severity"]
      var mistakes: [SettingMistake] = []
      for entry in entries {
        guard case .string(let text) = entry.value else { continue }
        switch entry.key {
        case "type" where Draft.type(text, .max) != text || text.isEmpty:
          mistakes.append(SettingMistake(at: place + ["type"], "\"\(text)\" is not a type", hint: "write it like user.registered"))
        case "type" where Sender.isOwn(text):
          mistakes.append(
            SettingMistake(at: place + ["type"], "types of \"bellhop\" are Bellhop's own", hint: "begin it with another word"))
        case "severity" where Severity(word: text) == nil:
          let words = Severity.allCases.map(\.word)
          let guess = text.nearest(among: words).map { "did you mean \"\($0)\"? " } ?? ""
          mistakes.append(
            SettingMistake(at: place + ["severity"], "there is no severity \"\(text)\"", hint: guess + words.joined(separator: ", ")))
        case "channel", "username", "text", "type", "severity": break
        default:
          let guess = entry.key.nearest(among: keys).map { "did you mean \"\($0)\"?" }
          mistakes.append(
            SettingMistake(at: place + [entry.key], "unknown key", hint: guess ?? "known are \(keys.joined(separator: ", "))"))
        }
      }
      if !entries.contains(where: { ["type", "severity"].contains($0.key) }) {
        mistakes.append(SettingMistake(at: place, "the rule says nothing", hint: "add type: or severity:"))
      }
      return mistakes
    }
  }

  /// Type and severity of a message; what no rule says is nil.
  func judge(channel: String?, username: String?, text: String) -> (type: String?, severity: Severity?) {
    if rules.isEmpty { return (nil, nil) }
    let folded = Array(text.lowercased().utf8)
    for rule in rules {
      if let glob = rule.channel, !glob.matches(Self.bounded(channel)) { continue }
      if let glob = rule.username, !glob.matches(Self.bounded(username)) { continue }
      if let words = rule.text, !Self.holds(folded, words) { continue }
      return (rule.type, rule.severity)
    }
    return (nil, nil)
  }

  /// Names are short, and what is matched against a pattern must be.
  private static func bounded(_ name: String?) -> String { String((name ?? "").prefix(128)).lowercased() }

  /// The words in this order. Each is looked for behind the one before: one walk over the text.
  private static func holds(_ text: [UInt8], _ words: [[UInt8]]) -> Bool {
    var at = 0
    for word in words {
      guard let first = word.first else { continue }
      var found = false
      while at + word.count <= text.count {
        if text[at] == first, text[at..<(at + word.count)].elementsEqual(word) {
          found = true
          break
        }
        at += 1
      }
      guard found else { return false }
      at += word.count
    }
    return true
  }

  /// How bad a message is by the signs that people put before it.
  static func severity(of text: String) -> Severity? {
    // By bytes: a sign and the mark that gives it colour are one character.
    let head = Array(text.prefix(200).utf8)
    func holds(_ signs: [String]) -> Bool { signs.contains { sign in Self.holds(head, [Array(sign.utf8)]) } }
    let errors = [
      ":x:", ":red_circle:", ":rotating_light:", ":fire:", ":bangbang:", ":no_entry:", ":octagonal_sign:", "❌", "🔴", "🚨", "⛔", "🛑",
    ]
    if holds(errors) { return .error }
    return holds([":warning:", ":large_yellow_circle:", ":large_orange_circle:", "⚠", "🟡", "🟠"]) ? .warning : nil
  }
}
