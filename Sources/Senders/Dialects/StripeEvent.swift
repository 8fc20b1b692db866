import Bellhop

/// An event of Stripe's, as rows and people want it. https://docs.stripe.com/api/events/object https://docs.stripe.com/api/v2/core/events
struct StripeEvent {
  let payload: JSON.Object

  private var type: String { payload.words("type") ?? "event" }
  /// What it happened to; a thin event only names it.
  private var object: JSON.Object { payload[path: "data.object"]?.object ?? payload["related_object"]?.object ?? [:] }

  func draft(at now: Timestamp) -> Draft {
    var draft = Draft(id: payload.words("id"), type: "stripe.\(type)")
    draft.time = Timestamp(foreign: payload["created"], now: now)
    draft.severity = severity
    let email = object.words(
      "customer_email", "receipt_email", "customer_details.email", "billing_details.email", "billing_email", "email")
    let customer = object.words("customer", "customer.id")
    draft.subject = email ?? customer ?? object.words("id")
    if let money {
      draft.data["amount"] = money.number
      draft.data["currency"] = .string(money.currency)
    }
    draft.data.put("email", email)
    draft.data.put("customer", customer)
    draft.data.put("object", object.words("object", "type"))
    draft.data.put("object_id", object.words("id"))
    draft.data.put("status", object.words("status"))
    draft.data.put("reason", reason)
    draft.data.put("account", payload.words("account", "context"))
    if let isLive = payload["livemode"]?.bool { draft.data["livemode"] = .bool(isLive) }
    draft.keep(payload)
    draft.say(wording(email))
    return draft
  }

  private func wording(_ email: String?) -> Wording {
    let who = email ?? object.words("customer_name", "name", "description", "id")
    let isTest = payload["livemode"]?.bool == false
    let rest = [money?.text, who, isTest ? "(test mode)" : nil].compactMap { $0 }.joined(separator: " ")
    let page = payload.words("id").map { "https://dashboard.stripe.com/\(isTest ? "test/" : "")events/\($0.percentEncoded())" }
    return Wording(title: Wording.spoken(type), rest: rest, lines: [reason], link: ("Stripe", page))
  }

  /// What it is about, in money: of invoices what was paid or is due, of refunds what went back.
  private var money: Money? {
    let keys: [String] =
      if type.contains("refunded") {
        ["amount_refunded", "amount"]
      } else if type.hasPrefix("invoice."), type.hasSuffix("paid") || type.hasSuffix("succeeded") {
        ["amount_paid", "amount_due", "total"]
      } else {
        ["amount_due", "amount_total", "amount", "total", "plan.amount"]
      }
    let currency = object.words("currency", "plan.currency")
    for key in keys { if let money = Money(object[path: key], currency) { return money } }
    return nil
  }

  /// Why something failed, in Stripe's words.
  private var reason: String? {
    object.words(
      "last_payment_error.message", "last_setup_error.message", "last_finalization_error.message", "failure_message",
      "cancellation_details.reason", "outcome.seller_message", "reason") ?? payload.words("data.developer_message_summary")
  }

  /// Stripe has no word for it, but its types have.
  private var severity: Severity? {
    if type.contains("error") { return .error }
    let words = [
      "failed", "dispute.created", "dispute.funds_withdrawn", "uncollectible", "action_required", "fraud_warning.created", "past_due",
      "expiring",
    ]
    return words.contains { type.contains($0) } ? .warning : nil
  }
}
