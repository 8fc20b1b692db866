import Bellhop

extension Dialect {
  /// What posts to a Gotify server today. https://gotify.net/api-docs#/message/createMessage
  static let gotify = Dialect(
    name: "gotify", doc: "what posts to a Gotify server",
    notes: [
      "https://gotify.net/docs/pushmsg",
      "Tools that ask for a server get the address up to NAME, and put /message behind it; the application's token is the secret.",
      "A priority of 8 and more is an error, 4 to 7 a notice, 0 is debug; `types:` may say otherwise.",
    ],
    secret: "the application's token", settings: [TypeRules.field], proof: "X-Gotify-Key, Authorization: Bearer or ?token=",
    address: "/hooks/NAME/message?token=SECRET", prefixes: ["/message"],
    example: #"-H 'Content-Type: application/json' -d '{"title": "Backup", "message": "done", "priority": 5}'"#, pressure: 429,
    check: TypeRules.check
  ) { GotifyReceiver(rules: TypeRules($0)) }
}

/// Gotify's messages.
struct GotifyReceiver: Receiver {
  let rules: TypeRules

  func proof(of head: PostHead) -> Proof { .offered(head.header("x-gotify-key"), head.token(), head.query("token")) }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    guard let object = Self.object(body, head) else {
      return .failure(Rejection(status: 400, title: "the body is neither a JSON object nor a form"))
    }
    let extras = object["extras"]
    let isMarkdown = extras?["client::display"]?["contentType"]?.string == "text/markdown"
    var message = ChatMessage(title: object["title"]?.string.map { Text(literal: $0) })
    let text = object["message"]?.plain ?? ""
    message.text = isMarkdown ? MarkdownMarkup.read(text).text : Text(literal: text)
    guard message.text.isVisible else { return .failure(Rejection(status: 400, title: "Field 'message' is required")) }
    if let priority = Self.priority(object["priority"]) {
      message.severity = Self.severity(priority)
      message.data["priority"] = .int(priority)
    }
    if let url = extras?["client::notification"]?["click"]?["url"]?.string, SlackControl.isAddress(url) {
      message.links.append(.init(label: url, url: url))
    }
    if let extras, extras.object?.isEmpty == false { message.data["extras"] = extras }
    if let title = object["title"]?.string { message.data["title"] = .string(title) }
    return .success([message.draft(rules)])
  }

  private static func object(_ body: [UInt8], _ head: PostHead) -> JSON.Object? {
    if let object = try? JSON(parsing: Text.withoutMark(body)).object { return object }
    guard head.media.name == "application/x-www-form-urlencoded", let pairs = FormFields.pairs(body) else { return nil }
    return pairs.reduce(into: JSON.Object()) { $0[$1.name] = .string($1.value) }
  }

  private static func priority(_ value: JSON?) -> Int64? {
    switch value {
    case .int(let number)?: number
    case .string(let text)?: Int64(text)
    default: nil
    }
  }

  /// By what its app does: https://github.com/gotify/android#message-priorities
  private static func severity(_ priority: Int64) -> Severity {
    switch priority {
    case ..<1: .debug
    case 1...3: .info
    case 4...7: .notice
    default: .error
    }
  }

  /// https://github.com/gotify/server/blob/master/model/error.go
  func answer(_ outcome: PostOutcome, to head: PostHead) -> PostAnswer? {
    switch outcome {
    case .kept(let events):
      guard let event = events.first?.event else { return nil }
      let priority: JSON = event.data["priority"] ?? 0
      return PostAnswer(
        200,
        [
          "id": .int(Int64(bitPattern: fingerprint(event.id)) & 0x7FFF_FFFF), "appid": 1, "message": .string(event.text),
          "title": event.data["title"] ?? .string(event.sender), "priority": priority, "date": .string(event.time.rfc3339),
        ])
    case .refused(let refusal):
      let word =
        switch refusal.status {
        case 400: "Bad Request"
        case 401, 403: "Unauthorized"
        case 429: "Too Many Requests"
        default: "Error"
        }
      let status = refusal.status == 403 ? 401 : refusal.status
      return PostAnswer(
        status, ["error": .string(word), "errorCode": .int(Int64(status)), "errorDescription": .string(refusal.title)])
    }
  }
}
