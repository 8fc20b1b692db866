import Bellhop

extension Dialect {
  /// Stripe's events. https://docs.stripe.com/webhooks
  static let stripe = Dialect(
    name: "stripe", doc: "Stripe's events, snapshots and thin ones",
    notes: [
      "https://docs.stripe.com/webhooks",
      "An event invoice.payment_failed is of the type stripe.invoice.payment_failed; its subject is the customer's address, or else the id of",
      "the customer or object. data.amount is a number in whole units (12.5), data.currency EUR, data.livemode tells tests from the rest, and",
      "data.payload is Stripe's own JSON. Thin events (v2.core.event) have no amounts: they name the object, and Stripe tells the rest when asked.",
      "The signing secret is the endpoint's (whsec_…), not an API key. While you roll it, Stripe signs with both.",
    ],
    secret: "the endpoint's signing secret, whsec_…", takesDigest: false, settings: [Tolerance.field], proof: "Stripe-Signature over the body",
    example:
      #"-H 'Content-Type: application/json' -d '{"id": "evt_1", "type": "invoice.paid"}' -H "Stripe-Signature: $(t=$(date +%s); echo "t=$t,v1=$(printf '%s.{"id": "evt_1", "type": "invoice.paid"}' "$t" | openssl dgst -sha256 -hmac 'SECRET' -r | cut -c1-64)")""#,
    check: Tolerance.check, checkSecret: Self.signingSecret
  ) { StripeReceiver(tolerance: Tolerance($0, isTwoSided: false)) }

  /// https://docs.stripe.com/keys
  @Sendable private static func signingSecret(_ secret: Secret) -> SettingMistake? {
    guard ["sk_", "rk_", "pk_"].contains(where: secret.reveal().hasPrefix) else { return nil }
    return SettingMistake("is a key of Stripe's API, which signs nothing", hint: "take the signing secret of the endpoint: whsec_…")
  }
}

/// Stripe's webhooks. https://docs.stripe.com/webhooks/signature
struct StripeReceiver: Receiver {
  let tolerance: Tolerance

  func proof(of head: PostHead) -> Proof {
    guard let header = head.header("stripe-signature") else { return .decided(.missing("the header Stripe-Signature")) }
    let words = SignatureWords(header, separator: ",")
    guard let time = words.time("t") else { return .decided(.wrong) }
    // Other schemes than v1 are weaker, or of test events alone.
    var signature = BodySignature(words["v1"])
    signature.before = Array("\(time.text).".utf8)
    signature.signedAt = time.seconds
    signature.tolerance = tolerance
    return signature.proof
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head, field: "payload").map { [StripeEvent(payload: $0).draft(at: now)] }
  }
}
