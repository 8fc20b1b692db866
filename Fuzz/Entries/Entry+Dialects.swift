import Bellhop

@testable import Senders

extension Entry {
  /// An entry for each dialect, which reads every post with each of its settings that change what becomes of it.
  static let dialects: [Entry] = Dialect.all.filter { !$0.isOwn }.map { dialect in
    let senders = ([[:]] + variants[dialect.name, default: []]).map { sender(dialect, $0) }
    return Entry(name: dialect.name) { bytes in
      let raw = RawRequest(bytes)
      for sender in senders { try post(raw, to: sender) }
    }
  }

  private static func words(_ pairs: KeyValuePairs<String, String>) -> Value { .map(pairs.map { Value.Entry($0.key, .string($0.value)) }) }

  private static let rules: Value = .list([
    words(["channel": "#sign*", "type": "user.registered"]), words(["text": "fail*pay", "severity": "error"]),
    words(["username": "*", "type": "x"]),
  ])

  /// Settings beside the defaults.
  private static let variants: [String: [[String: Value]]] = [
    "browser": [
      [
        "key": .list([.string("pk")]), "origins": .list([.string("https://*.example.com")]), "types": .list([.string("ui.*")]),
        "severity": .string("critical"), "proxies": .list([.string("192.0.2.0/24")]),
      ]
    ],
    "slack": [["markup": .string("markdown")], ["types": rules]],
    "discord": [["types": rules]], "gotify": [["types": rules]], "ntfy": [["types": rules]],
    "alertmanager": [["reminders": .bool(true)]],
    "grafana": [["reminders": .bool(true), "signature_header": .string("X-Signature"), "timestamp_header": .string("X-Time")]],
    "hmac": [
      [
        "signature_header": .string("X-Signature"), "prefix": .string("v0="), "signed": .string("{id}.{timestamp}:{body}"),
        "timestamp_header": .string("X-Time"), "timestamp_prefix": .string("t="), "encoding": .string("base64"),
        "algorithm": .string("sha512"), "id_header": .string("X-Id"), "type_header": .string("X-Type"),
        "event": words([
          "type": "deploy.{{status}}", "subject": "{{user.login}}", "severity": "{{level}}", "text": "{{a.0}} {{b}}", "id": "{{id}}",
        ]),
      ]
    ],
    "standardwebhooks": [["event": words(["type": "{{type}}", "text": "{{data.text}}"])]],
  ]

  private static func sender(_ dialect: Dialect, _ settings: [String: Value]) -> Sender {
    var values = Values()
    for field in dialect.settings { values.entries[field.name] = field.value }
    for (name, value) in settings { values.entries[name] = value }
    return Sender(name: "shop", dialect: dialect, secrets: [Secret("s3cret-of-shop"), Secret("s3cret-of-before")], values: values)
  }

  /// Bytes of events that a post may become, beside what stands in it: each event's frame, and what all in a group have in common.
  private static func bound(_ post: RawRequest, _ events: Int) -> Int { 65_536 + 64 * post.body.count + 16_384 * events }

  private static func post(_ raw: RawRequest, to sender: Sender) throws {
    let head = raw.head
    _ = sender.reply(to: head, isProven: sender.proof(of: head, at: Timestamp(seconds: 1_795_521_600)) == .proven)
    _ = sender.headers(to: head)
    _ = sender.visitor(of: head)
    // What it proves by its body is looked at too; what it says is read in any case.
    _ = sender.receive(raw.body, head, at: moment)
    guard let receiver = sender.receiver, case .success(let drafts) = receiver.drafts(raw.body, head, at: moment) else {
      _ = sender.answer(.refused(PostRefusal(status: 400, title: "because")), to: head)
      return
    }
    let limits = EventLimits()
    var reading = Reading(sender: sender, envelope: Envelope(), limits: limits, ids: EventIDs(now: moment, random: 0))
    var ids: Set<String> = []
    var kept: [PostOutcome.KeptEvent] = []
    var size = 0
    for (index, var draft) in drafts.prefix(sender.dialect.batch).enumerated() {
      draft.fit(limits, sender: sender.name)
      guard let event = reading.finish(&draft, at: .init(index: index)) else { throw Broken(description: "no event: \(reading.problems)") }
      try demand(ids.insert(event.id).inserted, "the id \(event.id) stands twice")
      let bytes = JSON.object(event.json).bytes
      try demand((try? JSON(parsing: bytes)) == .object(event.json), "an event is another once it is kept: \(event.json)")
      size += bytes.count
      kept.append(.init(event))
    }
    try demand(size <= bound(raw, kept.count), "\(raw.body.count) bytes became \(kept.count) events of \(size)")
    if let answer = sender.answer(.kept(kept), to: head) { try demand((200..<300).contains(answer.status), "no yes: \(answer)") }
  }

  /// Bellhop's own forms, NDJSON among them, by the content type.
  static let ownEvents: @Sendable ([UInt8]) throws -> Void = { bytes in
    let raw = RawRequest(bytes)
    var envelope = Envelope()
    for (name, value) in raw.headers {
      switch name {
      case "content-type": envelope.contentType = value
      case "idempotency-key": envelope.idempotencyKey = value
      default: if name.hasPrefix("ce-") { envelope.cloudEvent.append(.init(String(name.dropFirst(3)), value)) }
      }
    }
    let sender = Sender(name: "shop", secrets: [Secret("s3cret-of-shop")])
    switch sender.decode(raw.body, envelope, at: moment) {
    case .failure(let rejection):
      try demand((400..<500).contains(rejection.status), "\(rejection)")
      try demand(rejection.problems.count <= Rejection.maximum, "\(rejection.problems.count) problems are told")
    case .success(let events):
      try demand(!events.isEmpty && events.count <= EventLimits().batch, "\(events.count) events")
      for event in events {
        try demand(!event.id.isEmpty, "an event has no id")
        try demand((try? JSON(parsing: JSON.object(event.json).bytes)) == .object(event.json), "an event is another once it is kept")
      }
    }
  }
}
