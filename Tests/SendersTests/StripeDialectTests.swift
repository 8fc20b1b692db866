import Bellhop
import Testing

@testable import Senders

@Suite struct StripeDialectTests {
  static func event(_ body: String) throws -> Event {
    let bytes = Array(body.utf8)
    return try #require(try SignedPosts.judge(SignedPosts.stripe.sender, bytes, SignedPosts.stripe.head(bytes)).get().first)
  }

  static let failed = #"""
    {"id": "evt_1PxQ2eLkdIwHu7ix0aZcVb3N", "object": "event", "api_version": "2025-03-31.basil", "created": 1795521000,
     "data": {"object": {"id": "in_1PxQ2cLkdIwHu7ixTt1p2Wq9", "object": "invoice", "account_country": "US", "amount_due": 4900, "amount_paid": 0,
       "amount_remaining": 4900, "attempt_count": 1, "attempted": true, "billing_reason": "subscription_cycle",
       "collection_method": "charge_automatically", "currency": "eur", "customer": "cus_QoX1kPzYb7", "customer_email": "ada@example.com",
       "customer_name": "Ada Lovelace", "hosted_invoice_url": "https://invoice.stripe.com/i/acct_1/test_x", "livemode": true,
       "next_payment_attempt": 1795780200, "number": "A1B2C3-0007", "paid": false, "status": "open", "total": 4900,
       "last_finalization_error": null}},
     "livemode": true, "pending_webhooks": 1, "request": {"id": null, "idempotency_key": null}, "type": "invoice.payment_failed"}
    """#

  @Test func anInvoiceThatWasNotPaid() throws {
    let event = try Self.event(Self.failed)
    #expect(
      event.id == "evt_1PxQ2eLkdIwHu7ix0aZcVb3N" && event.type == "stripe.invoice.payment_failed" && event.subject == "ada@example.com")
    #expect(event.severity == .warning && event.time == Timestamp(seconds: 1_795_521_000))
    #expect(event.data["amount"] == .double(49) && event.data["currency"] == "EUR" && event.data["livemode"] == true)
    #expect(event.data["customer"] == "cus_QoX1kPzYb7" && event.data["status"] == "open" && event.data["object"] == "invoice")
    #expect(event.data[path: "payload.data.object.number"] == "A1B2C3-0007")
    #expect(
      event.text
        == "Invoice payment failed: 49.00 EUR ada@example.com\nStripe (https://dashboard.stripe.com/events/evt_1PxQ2eLkdIwHu7ix0aZcVb3N)")
    #expect(event.body?.nodes.first == .bold([.text("Invoice payment failed")]))
  }

  @Test(arguments: [
    ("charge.refunded", #"{"amount": 5000, "amount_refunded": 1250, "currency": "jpy", "id": "ch_1"}"#, "Charge refunded: 1250 JPY ch_1"),
    (
      "payment_intent.succeeded", #"{"amount": 12345, "currency": "kwd", "receipt_email": "a@b.c"}"#,
      "Payment intent succeeded: 12.345 KWD a@b.c"
    ),
    (
      "checkout.session.completed", #"{"amount_total": 2000, "currency": "usd", "customer_details": {"email": "a@b.c"}}"#,
      "Checkout session completed: 20.00 USD a@b.c"
    ),
    ("invoice.paid", #"{"amount_due": 0, "amount_paid": 700, "currency": "usd", "customer_name": "Ada"}"#, "Invoice paid: 7.00 USD Ada"),
    ("customer.created", #"{"email": "a@b.c", "id": "cus_1"}"#, "Customer created: a@b.c"),
    (
      "charge.failed", #"{"amount": 100, "currency": "usd", "id": "ch_1", "failure_message": "Your card was declined."}"#,
      "Charge failed: 1.00 USD ch_1\nYour card was declined."
    ),
    (
      "customer.subscription.deleted", #"{"id": "sub_1", "plan": {"amount": 900, "currency": "gbp"}}"#,
      "Customer subscription deleted: 9.00 GBP sub_1"
    ),
  ])
  func whatIsSaid(type: String, object: String, text: String) throws {
    let event = try Self.event(#"{"type": "\#(type)", "data": {"object": \#(object)}}"#)
    #expect(event.text == text && event.type == "stripe.\(type)")
  }

  @Test func testsAreTold() throws {
    let event = try Self.event(#"{"id": "evt_9", "livemode": false, "type": "payout.paid", "data": {"object": {"id": "po_1"}}}"#)
    #expect(event.text == "Payout paid: po_1 (test mode)\nStripe (https://dashboard.stripe.com/test/events/evt_9)")
  }

  @Test func aThinEvent() throws {
    let event = try Self.event(
      #"""
      {"id": "evt_test_65RCjpPg", "object": "v2.core.event", "type": "v1.billing.meter.error_report_triggered", "livemode": true,
       "created": "2026-11-24T11:58:00.123Z", "context": "acct_1T93LcLgOE3vqA",
       "related_object": {"id": "mtr_test_61RCjiqdTDC91zgip41", "type": "billing.meter", "url": "/v1/billing/meters/mtr_test_61RCjiqdTDC91zgip41"}}
      """#)
    #expect(event.id == "evt_test_65RCjpPg" && event.type == "stripe.v1.billing.meter.error_report_triggered")
    #expect(event.subject == "mtr_test_61RCjiqdTDC91zgip41" && event.severity == .error && event.time.rfc3339 == "2026-11-24T11:58:00.123Z")
    #expect(event.data["object"] == "billing.meter" && event.data["account"] == "acct_1T93LcLgOE3vqA" && event.data["amount"] == nil)
  }

  /// The code and the header are those that PyPI's `stripe` made.
  @Test func stripesOwnSignature() throws {
    let sender = Sender(name: "billing", dialect: .stripe, secrets: [Secret("whsec_test_secret")])
    let header = "t=1795521600,v1=1aeec6459064e570a09e7efb55e9c00580e09caefa1d7fe7294046e76c1afcdf"
    func isTaken(_ header: String) -> Bool {
      let head = PostHead(headers: [.init("stripe-signature", header)])
      return (try? SignedPosts.judge(sender, Array(#"{"id": "evt_1"}"#.utf8), head).get()) != nil
    }
    #expect(isTaken(header) && isTaken(header.replacing(",", with: ", ")) && isTaken(header.replacing("v1=", with: "v1=00,v1=")))
    #expect(!isTaken(header.replacing("v1=", with: "v0=")), "a scheme that is not believed")
    #expect(!isTaken(header + ",t=1"), "a time that stands twice")
  }

  /// What is large is cut, and says so.
  @Test func aLargePayloadIsCut() throws {
    let event = try Self.event(
      #"{"id": "e", "type": "a", "data": {"object": {"description": ""# + String(repeating: "é", count: 100_000) + #""}}}"#)
    #expect(event.data["payload_cut"] == true && event.data[path: "payload.id"] == "e")
    #expect(JSON.object(event.data).text.utf8.count < 10_000)
    #expect(event.text.utf8.count < 5_000)
  }
}
