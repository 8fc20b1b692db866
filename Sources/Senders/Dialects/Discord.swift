import Bellhop

extension Dialect {
  /// What posts to a Discord webhook today. https://docs.discord.com/developers/resources/webhook#execute-webhook
  static let discord = Dialect(
    name: "discord", doc: "what posts to a Discord webhook",
    notes: [
      "https://docs.discord.com/developers/resources/webhook#execute-webhook",
      "Content and embeds become one text. With /slack behind the address it takes Slack's form, as Discord does.",
      "Files and edits of earlier messages are not taken.",
    ],
    secret: "the last piece of the address", settings: [TypeRules.field], proof: "the key in the address", address: "/hooks/NAME/SECRET",
    prefixes: ["/api/webhooks"], example: #"-H 'Content-Type: application/json' -d '{"content": "**Hello** from Discord"}'"#,
    methods: ["POST", "GET"], pressure: 429, check: TypeRules.check
  ) { DiscordReceiver(rules: TypeRules($0)) }
}

/// Discord's webhooks.
struct DiscordReceiver: Receiver {
  let rules: TypeRules

  private static func isSlack(_ head: PostHead) -> Bool { head.path.last == "slack" }

  func proof(of head: PostHead) -> Proof {
    let path = Self.isSlack(head) ? head.path.dropLast() : head.path[...]
    return .offered(path.last)
  }

  /// Some tools look at the webhook before they use it. Its token is not told.
  func reply(to head: PostHead, isProven: Bool) -> PostAnswer? {
    guard head.method == "GET", isProven else { return nil }
    return PostAnswer(200, ["id": "1", "type": 1, "name": "bellhop", "channel_id": "1", "guild_id": "1"])
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    if Self.isSlack(head) { return SlackReceiver(rules: rules, isMarkdown: false).drafts(body, head, at: now) }
    guard let object = Self.payload(body, head) else { return .failure(Rejection(status: 400, title: Self.notJSON)) }
    let message = Self.message(object)
    guard message.body.isVisible else { return .failure(Rejection(status: 400, title: Self.empty)) }
    return .success([message.draft(rules)])
  }

  private static func payload(_ body: [UInt8], _ head: PostHead) -> JSON.Object? {
    if let object = try? JSON(parsing: Text.withoutMark(body)).object { return object }
    guard let text = FormFields.pairs(body)?.first(where: { $0.name == "payload_json" })?.value else { return nil }
    return try? JSON(parsing: Array(text.utf8)).object
  }

  /// https://docs.discord.com/developers/resources/message#embed-object
  private static func message(_ object: JSON.Object) -> ChatMessage {
    var parts: [Text.Node] = []
    var mentions = MentionList()
    func add(_ text: Text) {
      guard text.isVisible else { return }
      if !parts.isEmpty { parts.append(.line) }
      parts += text.nodes
    }
    func read(_ value: JSON?) -> Text {
      guard let string = value?.string else { return Text() }
      let outside = MarkdownMarkup.read(string, .discord)
      for name in outside.mentions { mentions.insert(name) }
      return outside.text
    }
    var message = ChatMessage()
    add(read(object["content"]))
    for embed in (object["embeds"]?.array ?? []).prefix(10) {
      let title = read(embed["title"])
      if title.isVisible {
        let url = embed["url"]?.string
        add(Text([.bold(url.map { SlackControl.isAddress($0) } == true ? [.link(title.nodes, url: url ?? "")] : title.nodes)]))
      }
      if let name = embed["author"]?["name"]?.string { add(Text(literal: name)) }
      add(read(embed["description"]))
      for field in (embed["fields"]?.array ?? []).prefix(25) {
        let (name, value) = (read(field["name"]), read(field["value"]))
        add(Text((name.isVisible ? [.bold(name.nodes), .text(": ")] : []) + value.nodes))
      }
      if let footer = embed["footer"]?["text"]?.string { add(Text(literal: footer)) }
      if let image = embed["image"]?["url"]?.string, SlackControl.isAddress(image) {
        message.links.append(.init(label: "image", url: image))
      }
      if case .int(let colour)? = embed["color"], let meant = AttachmentColour.severity(rgb: Int(colour)) {
        message.severity = max(message.severity ?? meant, meant)
      }
    }
    message.text = Text(parts)
    message.mentions = mentions.names
    message.username = object["username"]?.string
    if let thread = object["thread_name"]?.string { message.channel = thread }
    // https://docs.discord.com/developers/resources/message#message-object-message-flags
    if case .int(let flags)? = object["flags"], flags & 1 << 12 != 0 { message.data["silent"] = true }
    return message
  }

  // MARK: Answers

  private static let notJSON = "The request body contains invalid JSON."
  private static let empty = "Cannot send an empty message"

  /// Discord's own. https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
  func answer(_ outcome: PostOutcome, to head: PostHead) -> PostAnswer? {
    if Self.isSlack(head) { return SlackReceiver(rules: rules, isMarkdown: false).answer(outcome, to: head) }
    switch outcome {
    case .kept(let events):
      guard ["true", "1"].contains(head.query("wait")?.lowercased()), let event = events.first?.event else {
        return PostAnswer(204, "", "")
      }
      return PostAnswer(
        200,
        [
          "id": .string(event.id), "type": 0, "content": .string(event.text), "channel_id": "1", "webhook_id": "1", "embeds": [],
          "timestamp": .string(event.time.rfc3339), "author": ["id": "1", "username": .string(event.sender), "bot": true],
        ])
    case .refused(let refusal): return Self.refusal(refusal)
    }
  }

  private static func refusal(_ refusal: PostRefusal) -> PostAnswer {
    switch refusal.status {
    case 401, 403: return PostAnswer(401, ["message": "Invalid Webhook Token", "code": 50_027])
    case 429:
      return PostAnswer(
        429, ["message": "You are being rate limited.", "retry_after": .double(Double(refusal.retryAfter ?? 1)), "global": false])
    case 400, 422: return PostAnswer(400, ["message": .string(refusal.title), "code": refusal.title == empty ? 50_006 : 50_109])
    default: return PostAnswer(refusal.status, ["message": .string(refusal.title), "code": 0])
    }
  }
}
