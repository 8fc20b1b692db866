import Bellhop
import Templates

extension Dialect {
  /// What posts JSON or a form of its own making: the configuration says what of it is what of an event.
  static let json = Dialect(
    name: "json", doc: "any JSON or form, mapped by templates of yours",
    notes: [
      "event: says what of a request is what of an event, in Mustache: {{status}}, {{user.login}}, {{#items}}{{name}} {{/items}}.",
      "The names of a JSON object (or of a form, or of the JSON in its payload=) stand at the root. Beside them: body, the whole of it; form;",
      "query.NAME; headers.NAME, in lower case; with each: also item, the element. docs/recipes.md has such senders for many tools.",
      "The whole of the request stands in data, unless event: has a data: of its own. `bellhop capture NAME` shows what comes in, and",
      "`bellhop explain --sender NAME < body.json` what would become of it.",
    ],
    secret: "the key that it brings",
    settings: [MappingFields.event, MappingFields.each, MappingFields.types, MappingFields.severities, MappingFields.proof],
    proof: "Authorization: Bearer or Basic, or the key behind the address (/hooks/NAME/SECRET); or where proof: says",
    example: #"-H 'Authorization: Bearer SECRET' -H 'Content-Type: application/json' -d '{"status": "ok", "user": {"login": "ada"}}'"#,
    methods: ["POST", "PUT"], pressure: 503, check: MappingFields.check
  ) { MappingReceiver($0) }
}

/// The settings of ``Dialect/json``.
enum MappingFields {
  /// What may be said of an event.
  static let parts: [Field] = [
    template("type", "what kind of thing happened", "deploy.{{status}}"),
    template("subject", "whom or what it is about", "{{user.login}}"),
    template("severity", "how bad it is: a word of Bellhop's, or of those that most tools use", "{{level}}"),
    template("title", "what stands in bold before the text; Markdown, as in rows", "{{job}} has failed"),
    template("text", "what people read; Markdown, as in rows", "{{message}} [details]({{url}})"),
    template("source", "where it happened; without it, the sender", "{{host}}"),
    template("id", "what is the same when the same is sent again; without it, every request is new", "{{delivery}}"),
    template("time", "when it happened: RFC 3339, or seconds or milliseconds since 1970; without it, now", "{{started_at}}"),
    Field(
      "data", .map(.template), doc: "what to keep, by the names that rows will know; without it, the whole request",
      example: "{ build: \"{{build.number}}\", url: \"{{build.url}}\" }"),
  ]

  static let event = Field(
    "event", .keys(parts), required: true, doc: "what of a request is what of an event",
    example: #"{ type: "deploy.{{status}}", subject: "{{user.login}}" }"#)

  static let each = Field(
    "each", .string, doc: "a list in the request: an event for each of its elements, whose names stand before those around it",
    example: "alerts")

  static let types = Field(
    "types", .map(.string), doc: "what the type becomes, by what event.type came to: the first that fits; * for any",
    example: "{ \"check.down\": check.firing, \"check.up\": check.resolved }")

  static let severities = Field(
    "severities", .map(.choice(Severity.allCases.map(\.word))),
    doc: "how bad it is, by what event.severity came to: the first that fits; * for any",
    example: "{ high: error, low: notice, \"*\": info }")

  static let proof = Field(
    "proof", .list(.string), doc: "where the secret stands: bearer, basic, path, header NAME, query NAME; one or several",
    example: "[bearer, \"header X-Token\"]")

  private static func template(_ name: String, _ doc: String, _ example: String) -> Field {
    Field(name, .template, doc: doc, example: example)
  }
}

/// Understands whatever its settings explain to it.
struct MappingReceiver: Receiver {
  /// Bytes that all events of one request may say: a template repeats what it likes, and so does a list.
  static let room = 4 << 20

  private let mapping: EventMapping
  private let each: [String]?
  private let offers: [ProofOffer]

  init(_ values: Values) {
    mapping = EventMapping(values)
    each = values.string(MappingFields.each.name).map { $0.split(separator: ".").map(String.init) }
    offers = ProofOffer.read(values)
  }

  func proof(of head: PostHead) -> Proof {
    let offered = offers.compactMap { $0.value(in: head) }
    return offered.isEmpty ? .decided(.missing(offers.map(\.place).joined(separator: " or "))) : .offered(offered)
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    guard let content = PostContent(body, head, hiding: offers) else {
      return .failure(Rejection(status: 400, title: "the body is neither JSON nor a form"))
    }
    guard let each, let list = content.names.value(at: each[...]), !list.isNull else {
      // Where there is no such list, as in a vendor's test, people still see that something came.
      var budget = ByteBudget(Self.room)
      var draft = mapping.draft(content.names, keeping: content.body, at: now, within: &budget)
      draft.id = draft.id ?? head.header("idempotency-key").map { IdempotencyKey.id(of: $0, index: nil) }
      return .success([draft])
    }
    return .success(drafts(of: list.array ?? [list], in: content, at: now, head.header("idempotency-key")))
  }

  /// - Parameter key: what stands for ids that no template gives.
  private func drafts(of items: [JSON], in content: PostContent, at now: Timestamp, _ key: String?) -> [Draft] {
    var drafts: [Draft] = []
    var ids: Set<String> = []
    var budget = ByteBudget(Self.room)
    for (index, item) in items.enumerated() {
      if drafts.count == Dialect.json.batch || budget.left == 0 {
        drafts.append(Draft(missing: items.count - index))
        break
      }
      var draft = mapping.draft(content.names(of: item), keeping: item, at: now, within: &budget)
      draft.id = draft.id ?? key.map { IdempotencyKey.id(of: $0, index: index) }
      // An id that says nothing of the element would make the second a duplicate of the first.
      if let id = draft.id, !ids.insert(id).inserted {
        draft.id = "\(id)#\(index)"
        ids.insert("\(id)#\(index)")
      }
      drafts.append(draft)
    }
    return drafts
  }
}
