import Bellhop
import Senders

/// Reads `senders`.
enum SendersSection {
  static let keys = ["use", "secret", "rate", "redact"]
  static let dialects = Dialect.allCases.map(\.rawValue)

  /// Names under which events come that no token vouches for.
  private static let reserved = [
    "bellhop": "Bellhop's own events", "local": "what comes through the socket, or without senders",
    "upstream": "what comes from another gateway",
  ]

  static func read(_ reader: Reader?) -> [Sender] {
    guard let reader else { return [] }
    let pairs = Names.pairs(reader, "a mapping of senders")
    reader.context.senders = pairs.map(\.key)
    var owners: [Secret: String] = [:]
    return pairs.compactMap { name, mark, value in
      if let whose = reserved[name] {
        reader.context.tell(mark, value.path, "\"\(name)\" is the sender of \(whose)", hint: "choose another name")
      }
      guard let keys = value.keys(keys, of: "a sender") else { return nil }
      let use = keys["use"].flatMap(Self.dialect)
      let secret = keys.required("secret", example: "\"${\(environmentName(name))}\"")
      let secrets = secret?.doors() ?? []
      for own in secrets {
        if let owner = owners[own], owner != name {
          secret?.mistake("sender \(owner) has the same secret: events could not be told apart", hint: "give each sender its own")
        }
        owners[own] = name
      }
      let redact = keys["redact"]?.elements("a key or a list of them")?.compactMap { $0.string("the name of a key in events") }
      return Sender(name: name, dialect: use ?? .api, secrets: secrets, rate: keys["rate"]?.rate(), redact: redact ?? [])
    }
  }

  private static func dialect(_ use: Reader) -> Dialect? {
    guard let text = use.text("the name of a dialect") else { return nil }
    if let dialect = Dialect(rawValue: text.text) { return dialect }
    use.mistake("there is no dialect \(text.shown)", hint: Words.hint(text.text, among: dialects, called: "dialects"))
    return nil
  }

  /// `old-app` → `OLD_APP_TOKEN`.
  private static func environmentName(_ name: String) -> String {
    String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }) + "_TOKEN"
  }
}
