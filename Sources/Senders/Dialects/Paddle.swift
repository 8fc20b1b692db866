import Bellhop

extension Dialect {
  /// Paddle Billing's notifications. https://developer.paddle.com/webhooks/overview
  static let paddle = Dialect(
    name: "paddle", doc: "notifications of Paddle Billing (not of Paddle Classic)",
    notes: [
      "https://developer.paddle.com/webhooks/overview",
      "An event transaction.completed is of the type paddle.transaction.completed; its subject is the id of the transaction, subscription or",
      "customer. data has amount (a number in whole units), currency, status, customer, object_id and reason; data.payload is Paddle's own JSON.",
      "event_id is the id: Paddle tells one event to several destinations, each with a notification of its own.",
      "Paddle's library takes signatures of 5 seconds, which is too little where a post waits in a queue or the clocks differ: here it is 5m.",
    ],
    secret: "the destination's secret key, pdl_ntfset_…", takesDigest: false,
    settings: [Tolerance.field("30s", doc: " (in Paddle's own library 5s)")],
    proof: "Paddle-Signature over the body",
    example:
      #"-H 'Content-Type: application/json' -d '{"event_type": "customer.created"}' -H "Paddle-Signature: $(t=$(date +%s); echo "ts=$t;h1=$(printf '%s:{"event_type": "customer.created"}' "$t" | openssl dgst -sha256 -hmac 'SECRET' -r | cut -c1-64)")""#,
    patience: .seconds(5), check: Tolerance.check
  ) { PaddleReceiver(tolerance: Tolerance($0, isTwoSided: true)) }
}

/// Paddle's notifications. https://developer.paddle.com/webhooks/signature-verification
struct PaddleReceiver: Receiver {
  let tolerance: Tolerance

  func proof(of head: PostHead) -> Proof {
    guard let header = head.header("paddle-signature") else { return .decided(.missing("the header Paddle-Signature")) }
    let words = SignatureWords(header, separator: ";")
    guard let time = words.time("ts") else { return .decided(.wrong) }
    var signature = BodySignature(words["h1"])
    signature.before = Array("\(time.text):".utf8)
    signature.signedAt = time.seconds
    signature.tolerance = tolerance
    return signature.proof
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head, field: "payload").map { [draft($0, at: now)] }
  }

  /// https://developer.paddle.com/webhooks/about/respond-to-webhooks: 200, and nothing else, is a yes.
  func answer(_ outcome: PostOutcome, to head: PostHead) -> PostAnswer? {
    guard case .kept = outcome else { return nil }
    return PostAnswer(200, "text/plain; charset=utf-8", "ok")
  }

  private func draft(_ payload: JSON.Object, at now: Timestamp) -> Draft {
    let type = payload.words("event_type") ?? "event"
    let object = payload["data"]?.object ?? [:]
    var draft = Draft(id: payload.words("event_id"), type: "paddle.\(type)", subject: object.words("id"))
    draft.time = Timestamp(foreign: payload["occurred_at"], now: now)
    if ["failed", "past_due", "error"].contains(where: { type.contains($0) }) { draft.severity = .warning }
    let money = [
      "details.totals.grand_total", "details.totals.total", "totals.total", "payout_totals.total", "amount", "unit_price.amount",
    ]
    .lazy.compactMap { Money(object[path: $0], object.words("currency_code", "details.totals.currency_code", "unit_price.currency_code")) }
    .first
    if let money {
      draft.data["amount"] = money.number
      draft.data["currency"] = .string(money.currency)
    }
    let email = object.words("email")
    let reason = object.words("payments.0.error_code", "scheduled_change.action", "reason")
    draft.data.put("status", object.words("status"))
    draft.data.put("object_id", object.words("id"))
    draft.data.put("customer", object.words("customer_id"))
    draft.data.put("email", email)
    draft.data.put("reason", reason)
    draft.keep(payload)
    let rest = [money?.text, email ?? object.words("name", "invoice_number", "id")].compactMap { $0 }.joined(separator: " ")
    draft.say(Wording(title: Wording.spoken(type), rest: rest, lines: [reason]))
    return draft
  }
}
