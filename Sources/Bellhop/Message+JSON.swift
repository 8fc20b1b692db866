extension Message {
  /// ``json(attempt:)`` as bytes, without the tree in between: it is what most attempts send.
  public func jsonBytes(attempt: Int) -> [UInt8] {
    var out = ObjectPrinter(reserving: 512 + 2 * event.text.utf8.count)
    out.add("id", id)
    out.nest("event") { event.print(to: &$0) }
    out.add("title", title?.plain)
    out.add("text", text.plain)
    out.add("severity", severity.word)
    out.add("alert", alert.word)
    out.add("role", role)
    out.add("row", row)
    out.add("fields", .array(fields.map { ["name": .string($0.name), "value": .string($0.value.plain)] }))
    out.add("links", .array(links.map { ["label": .string($0.label), "url": .string($0.url)] }))
    out.add("page", page)
    out.add("attempt", .int(Int64(attempt)))
    out.end()
    return out.bytes
  }

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
