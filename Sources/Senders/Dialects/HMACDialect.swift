import Bellhop

extension Dialect {
  /// Whoever signs a body with a shared secret, in whatever header. https://www.rfc-editor.org/rfc/rfc2104
  static let hmac = Dialect(
    name: "hmac", doc: "any JSON that is signed with a shared secret: in which header, by what and over what is yours to say",
    notes: [
      "The whole body is the event's data, unless `event: { data: … }` says what to keep. Without `event:` its type, subject, severity and text (or message) are those of the body.",
      "`signed` says what the signature is over, such as \"{body}\", \"{timestamp}.{body}\" or \"v0:{timestamp}:{body}\"; {id} is what id_header has.",
      "A header may hold several signatures, between commas, semicolons or blanks: those with the prefix are tried.",
      "Without id_header or an id in `event:` each post is a new event, also one that is sent again.",
    ],
    secret: "the shared secret; its bytes are the key", takesDigest: false, settings: SignedForm.fields + [EventMapping.field],
    proof: "the header of `signature_header` over the body",
    example:
      #"-H 'Content-Type: application/json' -d '{"type": "deploy.done"}' -H "X-Signature: $(printf '{"type": "deploy.done"}' | openssl dgst -sha256 -hmac 'SECRET' -r | cut -c1-64)""#,
    check: { SignedForm.check($0) + EventMapping.check($0) }
  ) { HMACReceiver(form: SignedForm($0), fields: EventMapping($0)) }
}

/// Posts signed as the settings say.
struct HMACReceiver: Receiver {
  let form: SignedForm
  let fields: EventMapping

  func proof(of head: PostHead) -> Proof { form.proof(of: head) }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head, field: "payload").map { payload in
      var draft = fields.draft(of: payload, keeping: payload, at: now)
      if let id = form.idHeader.flatMap(head.header) { draft.id = id }
      if let type = form.typeHeader.flatMap(head.header) { draft.type = type }
      if draft.type == nil, draft.text == nil { draft.type = "message" }
      draft.time = draft.time ?? Timestamp(foreign: payload["time"] ?? payload["timestamp"], now: now)
      return [draft]
    }
  }
}
