extension Message {
  /// The message as JSON, the same in `webhook` bodies and `stdout` lines: documented for receivers in `docs/transports/webhook.md`.
  /// Texts are plain; what has no value is null or empty, never absent, so that receivers and templates need no cases.
  /// - Parameter attempt: 1 for the first try.
  public func json(attempt: Int) -> JSON.Object {
    [
      "id": .string(id),
      "event": .object(event.json),
      "title": title.map { .string($0.plain) } ?? .null,
      "text": .string(text.plain),
      "severity": .string(severity.word),
      "alert": .string(alert.word),
      "role": .string(role),
      "row": row.map(JSON.string) ?? .null,
      "fields": .array(fields.map { ["name": .string($0.name), "value": .string($0.value.plain)] }),
      "links": .array(links.map { ["label": .string($0.label), "url": .string($0.url)] }),
      "page": page.map(JSON.string) ?? .null,
      "attempt": .int(Int64(attempt)),
    ]
  }
}
