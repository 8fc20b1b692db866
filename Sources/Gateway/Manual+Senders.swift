import Bellhop
import Senders
import Settings

extension Gateway {
  /// The dialects that there are.
  public static var dialectNames: [String] { Dialect.all.map(\.name) }

  /// All dialects with a line each, and the configured senders with what to paste; or one dialect or sender, explained. Nil for an unknown name.
  /// - Parameter loaded: a configuration whose senders are listed.
  public static func senders(_ name: String?, in loaded: Loaded? = nil) -> String? {
    let configured = loaded?.configuration?.senders ?? []
    let base = loaded?.configuration.map(Self.base) ?? "http://127.0.0.1:8484"
    if let name {
      if let sender = configured.first(where: { $0.name == name }) {
        return lines(of: sender, base) + "\n\n" + manual(of: sender.dialect, base)
      }
      return Dialect.named(name).map { manual(of: $0, base) }
    }
    let width = Dialect.all.map(\.name.count).max() ?? 0
    var out = "Dialects (senders: { NAME: { use: DIALECT, … } })\n"
    out += Dialect.all.map { "  \($0.name.padded(to: width + 2))\($0.doc)" }.joined(separator: "\n")
    if loaded != nil {
      out += "\n\nSenders of this configuration\n"
      out += configured.isEmpty ? "  none: only this machine may post, to \(base)/v1/events" : ""
    }
    return out + configured.map { lines(of: $0, base) }.joined(separator: "\n")
  }

  /// Where the gateway is reached, as far as the configuration says.
  private static func base(_ configuration: Configuration) -> String {
    configuration.server.publicURL.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
      ?? "\(configuration.server.tls == nil ? "http" : "https")://\(configuration.server.listen.host):\(configuration.server.listen.port)"
  }

  private static func lines(of sender: Sender, _ base: String) -> String {
    let address = base + filled(sender.dialect.address, sender)
    var out = "  \(sender.name) (\(sender.dialect.name))\n    address  \(address)\n"
    for host in sender.hosts { out += "    or       \(host), at any path\n" }
    return out + "    try it   curl \(filled(sender.dialect.example, sender)) '\(address)'"
  }

  private static func manual(of dialect: Dialect, _ base: String) -> String {
    var out = "\(dialect.name): \(dialect.doc)\n" + dialect.notes.map { "\($0)\n" }.joined()
    let secret = dialect.secret.map { _ in "secret: \"${MY_SECRET}\"" }
    let use = dialect.isOwn ? nil : "use: \(dialect.name)"
    out += "\nSettings (senders: { NAME: { \(([use, secret].compactMap { $0 }).joined(separator: ", ")), … } })\n"
    if let secret = dialect.secret { out += "  secret  \(secret) (required; a list while rotating)\n" }
    out += dialect.settings.isEmpty ? "" : table(dialect.settings)
    out += "\nAddress: \(base)\(dialect.address)\n"
    let more = dialect.prefixes.filter { !dialect.address.hasPrefix($0) }
    if !more.isEmpty { out += "or with \(more.joined(separator: ", ")) before what the vendor's own address has\n" }
    out += "Try it:  curl \(dialect.example) '\(base)\(dialect.address)'\n"
    out +=
      "Proof: \(dialect.proof). Method: \(dialect.methods.joined(separator: ", ")). At most \(dialect.limit) bytes, \(dialect.batch) events.\n"
    out += "Under pressure it answers \(dialect.pressure) with Retry-After."
    return out + (dialect.patience.map { " Its senders wait for \($0.short): it answers before that." } ?? "")
  }

  /// Names stand in addresses percent-encoded; the secret stays a word for people to fill in. Of a pattern something that it lets through.
  private static func filled(_ text: String, _ sender: Sender) -> String {
    sender.dialect.words.reduce(text.replacing("NAME", with: sender.name.percentEncoded())) { text, entry in
      guard let value = sender.values.keys(entry.setting).first?.key else { return text }
      return text.replacing(entry.word, with: value.reveal().replacing(#/\*+/#, with: "hello"))
    }
  }
}
