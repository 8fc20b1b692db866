import Bellhop

/// The kind `remote`: another gateway that calls in, from where nobody can call it, and hands messages to a transport of its own.
public enum RemoteKind {
  /// The kind as the gateway registers it.
  public static func kind() -> Kind {
    Kind(
      name: "remote", doc: "Another gateway that connects to this one, such as a Raspberry Pi behind the office's router.",
      notes: [
        "There, upstream: { url: …, secret: …, take: { NAME: bell } } takes the messages of the transport NAME.",
        "A message is done when the other gateway has delivered it; until then it waits here.",
      ],
      settings: settings, target: [],
      // An office may be without a line for long. What is too old by then is folded over there, by the rules of that transport.
      defaults: Kind.Defaults(concurrency: 1, parallel: 16, timeout: .seconds(60), tryFor: .seconds(30 * 86_400)), check: check
    ) { RemoteTransport($0) }
  }

  private static let settings: [Field] = [
    Field(
      "secret", .list(.dated(.secret)), required: true,
      doc: "What the other gateway says to be let in; a list while it changes, each with expires: if you like.",
      example: "\"${OFFICE_SECRET}\"")
  ]

  /// It opens a stream of everybody's messages: it must not be guessed.
  private static let shortest = 16

  private static func check(_ values: Values) -> [SettingMistake] {
    values.keys("secret").enumerated().compactMap { index, own in
      if own.key.reveal().utf8.count >= shortest { return nil }
      return SettingMistake(
        at: ["secret", String(index)], "is shorter than \(shortest) characters",
        hint: "make one with `openssl rand -hex 32`, and give it to both gateways")
    }
  }
}
