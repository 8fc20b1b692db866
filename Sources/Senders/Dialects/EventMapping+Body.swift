import Bellhop

// The events of dialects whose bodies are their senders' own, and may be explained.
extension EventMapping {
  /// The setting of such a dialect: what it does not say is looked for where most put it.
  static let field = Field(
    MappingFields.event.name, .keys(MappingFields.parts),
    doc: "what of the body is what of an event: words, in which {{a.b}} stands for what the body has at that path",
    example: #"{ type: "deploy.{{status}}", subject: "{{user.login}}", text: "{{user.login}} deployed {{version}}" }"#)

  /// Mistakes of the setting.
  static func check(_ values: Values) -> [SettingMistake] { MappingFields.checkEvent(values) }

  /// The event of a body.
  /// - Parameter whole: what stands in `data` where no `data:` says what to keep.
  func draft(of body: JSON.Object, keeping whole: JSON.Object, at now: Timestamp) -> Draft {
    var budget = ByteBudget(MappingReceiver.room)
    var draft = draft(.object(body), keeping: .object(whole), at: now, within: &budget)
    draft.type = draft.type ?? body.words("type", "event_type", "eventType")
    draft.subject = draft.subject ?? body.words("subject", "data.subject")
    draft.text = draft.text ?? body.words("text", "message", "data.text", "data.message")
    draft.severity = draft.severity ?? Severity(foreign: body.words("severity", "level", "data.severity"))
    // Where nobody said so, an `id` may well be that of what it happened to, which happens again.
    return draft
  }
}
