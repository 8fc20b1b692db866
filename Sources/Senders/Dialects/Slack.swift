import Bellhop

extension Dialect {
  /// What posts to a Slack webhook today. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
  static let slack = Dialect(
    name: "slack", doc: "what posts to a Slack webhook; Mattermost's and Rocket.Chat's too",
    notes: [
      "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks",
      "Text, attachments and blocks become one text with its marks. A ping is never passed on: who was meant stands in data.mention.",
    ],
    secret: "the last piece of the address", settings: [TypeRules.field, markup], proof: "the key in the address",
    address: "/hooks/NAME/SECRET", prefixes: ["/services"],
    example: #"-H 'Content-Type: application/json' -d '{"text": "*Hello* from Slack"}'"#, pressure: 429, check: TypeRules.check
  ) { SlackReceiver(rules: TypeRules($0), isMarkdown: $0.string(markup.name) == "markdown") }

  private static let markup = Field(
    "markup", .choice(["slack", "markdown"]), value: .string("slack"),
    doc: "how texts are marked: Slack's way, or Mattermost's and Rocket.Chat's",
    example: "markdown")
}

/// Slack's incoming webhooks.
struct SlackReceiver: Receiver {
  let rules: TypeRules
  /// Texts are Markdown instead of Slack's mrkdwn.
  let isMarkdown: Bool

  func proof(of head: PostHead) -> Proof {
    // Some tools put `/slack` behind the address of a Discord webhook.
    let path = head.path.last == "slack" ? head.path.dropLast() : head.path[...]
    return .offered(path.last, head.token())
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    guard let object = Self.payload(body, head) else { return .failure(Self.rejection("invalid_payload")) }
    guard let draft = draft(object) else { return .failure(Self.rejection("no_text")) }
    return .success([draft])
  }

  /// JSON, or a form with JSON in `payload`, whatever the content type says: older tools do not say it right.
  static func payload(_ body: [UInt8], _ head: PostHead) -> JSON.Object? {
    if let object = try? JSON(parsing: Text.withoutMark(body)).object { return object }
    guard let pairs = FormFields.pairs(body), let text = pairs.first(where: { $0.name == "payload" })?.value else { return nil }
    return try? JSON(parsing: Array(text.utf8)).object
  }

  private static func rejection(_ word: String) -> Rejection { Rejection(status: 400, title: word) }

  /// The message as an event; nil where it says nothing.
  func draft(_ object: JSON.Object) -> Draft? {
    let said = SlackMessageText.read(object, isMarkdown ? .markdown(.mattermost) : .mrkdwn())
    guard !said.isEmpty else { return nil }
    var message = ChatMessage(title: said.title, text: said.text)
    message.links = said.links
    message.mentions = said.mentions
    message.severity = said.severity
    message.channel = object["channel"]?.string
    message.username = object["username"]?.string
    for key in ["icon_emoji", "thread_ts"] { if let value = object[key]?.string { message.data[key] = .string(value) } }
    return message.draft(rules)
  }

  /// Slack's own words. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
  func answer(_ outcome: PostOutcome, to head: PostHead) -> PostAnswer? {
    switch outcome {
    case .kept: PostAnswer(200, "text/plain; charset=utf-8", "ok")
    case .refused(let refusal): Self.refusal(refusal)
    }
  }

  private static func refusal(_ refusal: PostRefusal) -> PostAnswer {
    let (status, word) =
      switch refusal.status {
      // Never 404, never 400: who hears `invalid_token` with one of these stops for good.
      case 401, 403: (403, "invalid_token")
      case 429: (429, "rate_limited")
      case 405, 413: (refusal.status, "invalid_payload")
      case 400..<500: (400, refusal.title == "no_text" ? "no_text" : "invalid_payload")
      default: (refusal.status, "rollup_error")
      }
    return PostAnswer(status, "text/plain; charset=utf-8", word)
  }
}
