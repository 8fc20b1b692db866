import Bellhop

extension Dialect {
  /// Standard Webhooks. https://www.standardwebhooks.com
  static let standardWebhooks = Dialect(
    name: "standardwebhooks", doc: "Standard Webhooks, and all that Svix sends: OpenAI, Clerk, Resend, Supabase and others",
    notes: [
      "https://www.standardwebhooks.com",
      "Headers webhook-id, webhook-timestamp and webhook-signature, or svix-id and so on. Its type is the event's, its data the event's data,",
      "webhook-id its id. `event:` makes more of it: {{a.b}} is what stands in the body at that path.",
      "The secret is whsec_… (v1, shared), whpk_… (v1a, their public key), or any text whose bytes are the key.",
    ],
    secret: "the signing secret whsec_… or the public key whpk_…", takesDigest: false, settings: [Tolerance.field, EventMapping.field],
    proof: "webhook-signature over the body",
    example:
      #"-H 'Content-Type: application/json' -d '{"type": "user.created"}' -H 'webhook-id: msg_1' -H "webhook-timestamp: $((t=$(date +%s)))" -H "webhook-signature: v1,$(printf 'msg_1.%s.{"type": "user.created"}' "$t" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf 'SECRET' | sed s/^whsec_// | base64 -d | od -An -tx1 | tr -d ' \n') -binary | base64)""#,
    pressure: 429, check: { Tolerance.check($0) + EventMapping.check($0) }, checkSecret: StandardSignature.mistake
  ) { StandardWebhooksReceiver(tolerance: Tolerance($0, isTwoSided: true), fields: EventMapping($0)) }
}

/// Messages of Standard Webhooks.
struct StandardWebhooksReceiver: Receiver {
  let tolerance: Tolerance
  let fields: EventMapping

  func proof(of head: PostHead) -> Proof {
    guard let signature = StandardSignature(head, tolerance) else {
      return .decided(.missing("one of the headers webhook-id, webhook-timestamp and webhook-signature"))
    }
    return signature.proof
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head, field: "payload").map { payload in
      var draft = fields.draft(of: payload, keeping: payload["data"]?.object ?? payload, at: now)
      draft.id = StandardSignature(head, tolerance)?.id
      if draft.type == nil { draft.type = "message" }
      draft.time = draft.time ?? Timestamp(foreign: payload["timestamp"], now: now)
      return [draft]
    }
  }
}
