import Bellhop
import FoundationEssentials

extension Dialect {
  /// What publishes to an ntfy server today. https://docs.ntfy.sh/publish/
  static let ntfy = Dialect(
    name: "ntfy", doc: "what publishes to an ntfy server",
    notes: [
      "https://docs.ntfy.sh/publish/",
      "A topic goes behind the address. Tools that can be told a server but no path need `host:`, and then own every path of that name.",
      "The topic stands in data.channel. Priority 5 is an error, 4 a warning, 1 debug; `types:` may say otherwise.",
    ],
    secret: "the access token, or the password", settings: [TypeRules.field], proof: "Authorization: Bearer or Basic, or ?auth=",
    address: "/hooks/NAME/TOPIC", example: "-H 'Authorization: Bearer SECRET' -H 'Title: Backup' -d 'done'",
    methods: ["POST", "PUT", "GET"],
    pressure: 429, check: TypeRules.check
  ) { NtfyReceiver(rules: TypeRules($0)) }
}

/// ntfy's messages: the body is the text and headers or the query say the rest, or all of it is JSON.
struct NtfyReceiver: Receiver {
  let rules: TypeRules

  func proof(of head: PostHead) -> Proof {
    // https://docs.ntfy.sh/publish/#query-param: the header, in base64 without padding.
    var inQuery: PostHead?
    if let auth = head.query("auth"), auth.utf8.count < 4_096 {
      let padded = auth + String(repeating: "=", count: (4 - auth.utf8.count % 4) % 4)
      if let bytes = Data(base64Encoded: padded), let value = String(validating: bytes, as: UTF8.self) {
        inQuery = PostHead(headers: [.init("authorization", value)])
      }
    }
    return .offered(head.token(), head.password, inQuery?.token(), inQuery?.password)
  }

  /// What a message says, from wherever it says it.
  struct Fields {
    var topic: String?
    var message: String?
    var title: String?
    var priority: String?
    var tags: [String] = []
    var click: String?
    var isMarkdown = false
    var attach: String?
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    var path = head.path
    let isGet = head.method == "GET"
    if let last = path.last, ["publish", "send", "trigger"].contains(last) {
      path.removeLast()
    } else if isGet {
      return .failure(Rejection(status: 400, title: "a message is published with GET at /TOPIC/publish"))
    }
    if path.isEmpty {
      guard let object = try? JSON(parsing: Text.withoutMark(body)).object, object["topic"]?.string?.isEmpty == false else {
        return .failure(Rejection(status: 400, title: "invalid request: request body must be message JSON"))
      }
      return .success([draft(Self.fields(object))])
    }
    var fields = Self.fields(head)
    fields.topic = path.last
    if !body.isEmpty {
      if let text = String(validating: body, as: UTF8.self) {
        fields.message = text
      } else {
        fields.message = "an attachment of \(body.count) bytes, which was not kept"
      }
    }
    return .success([draft(fields)])
  }

  private func draft(_ fields: Fields) -> Draft {
    var message = ChatMessage(title: fields.title.map { Text(literal: $0) })
    // https://docs.ntfy.sh/publish/#publish-as-json: a message without words triggers.
    let words = fields.message.flatMap { Text.isVisible($0) ? $0 : nil } ?? (fields.title == nil ? "triggered" : "")
    message.text = fields.isMarkdown ? MarkdownMarkup.read(words).text : Text(literal: words)
    // Tags that are emoji stand before the title, the others are for machines.
    let emoji = fields.tags.filter { Emoji.unicode(for: $0) != nil }.map(Text.Node.emoji)
    if !emoji.isEmpty {
      let sign = emoji.flatMap { [$0, Text.Node.text(" ")] }
      if let title = message.title { message.title = Text(sign + title.nodes) } else { message.text = Text(sign + message.text.nodes) }
    }
    for (label, url) in [("open", fields.click), ("attachment", fields.attach)] {
      if let url, SlackControl.isAddress(url) { message.links.append(.init(label: label, url: url)) }
    }
    message.channel = fields.topic
    if let title = fields.title { message.data["title"] = .string(title) }
    if !fields.tags.isEmpty { message.data["tags"] = .array(fields.tags.map(JSON.string)) }
    if let priority = fields.priority.flatMap(Self.priority) {
      message.data["priority"] = .int(priority)
      message.severity = Self.severity(priority)
    }
    return message.draft(rules)
  }

  /// https://docs.ntfy.sh/publish/#message-priority
  private static func priority(_ word: String) -> Int64? {
    switch word.lowercased() {
    case "1", "min": 1
    case "2", "low": 2
    case "3", "default": 3
    case "4", "high": 4
    case "5", "max", "urgent": 5
    default: nil
    }
  }

  private static func severity(_ priority: Int64) -> Severity? {
    switch priority {
    case 1: .debug
    case 4: .warning
    case 5: .error
    default: nil
    }
  }
}
