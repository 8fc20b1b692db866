import Bellhop
import Testing

@testable import Senders

/// Shopify and Paddle.
@Suite struct ShopDialectTests {
  private static func event(_ posts: SignedPosts, _ body: String, topic: String? = nil) throws -> Event {
    let bytes = Array(body.utf8)
    var head = posts.head(bytes)
    if let topic { head.headers = head.headers.map { $0.name.hasSuffix("topic") ? .init($0.name, topic) : $0 } }
    return try #require(try SignedPosts.judge(posts.sender, bytes, head).get().first)
  }

  @Test(arguments: ["x-", ""]) func anOrder(prefix: String) throws {
    let event = try Self.event(
      SignedPosts.shopify(prefix),
      #"""
      {"id": 820982911946154508, "admin_graphql_api_id": "gid://shopify/Order/820982911946154508", "email": "jon@example.com", "name": "#1001",
       "currency": "EUR", "total_price": "1398.00", "financial_status": "paid", "fulfillment_status": null, "test": false, "order_number": 1001,
       "order_status_url": "https://jsmith.myshopify.com/548380009/orders/x/authenticate?key=abc", "line_items": [{"title": "Board", "quantity": 2}]}
      """#)
    #expect(event.type == "shopify.orders.create" && event.subject == "#1001" && event.id == "b54557e4" && event.severity == .info)
    #expect(event.time.rfc3339 == "2026-11-24T11:59:30.123456Z")
    #expect(
      event.text
        == "Order created: #1001 1398.00 EUR jon@example.com\nacme.myshopify.com\nShopify (https://acme.myshopify.com/admin/orders/820982911946154508)"
    )
    #expect(event.data["amount"] == .double(1398) && event.data["currency"] == "EUR" && event.data["status"] == "paid")
    #expect(event.data["shop"] == "acme.myshopify.com" && event.data[path: "payload.line_items.0.title"] == "Board")
    #expect(!JSON.object(event.data).text.contains("authenticate"), "the customer's page is not passed on")
  }

  @Test(arguments: [
    ("customers/redact", #"{"customer": {"email": "a@b.c"}}"#, "Customer to be erased: a@b.c", Severity.warning),
    ("app/uninstalled", #"{"id": 7, "name": "Acme"}"#, "App uninstalled: Acme", .warning),
    ("products/update", #"{"id": 7, "title": "Board"}"#, "Product updated: Board", .info),
    ("inventory_levels/update", #"{"available": 3}"#, "Inventory level updated", .info), ("odd", "{}", "Odd", .info),
  ])
  func topics(topic: String, body: String, text: String, severity: Severity) throws {
    let event = try Self.event(SignedPosts.shopify("x-"), body, topic: topic)
    #expect(event.text.hasPrefix(text + "\n") && event.severity == severity, "\(event.text)")
    #expect(event.type == "shopify." + topic.replacing("/", with: "."))
  }

  /// Without an id of the delivery, the event's is one for each topic.
  @Test func idsOfOlderHeads() throws {
    func id(_ topic: String) throws -> String {
      let head = PostHead(headers: [
        .init("x-shopify-hmac-sha256", SignedPosts.base64(Array("{}".utf8), Array("s3cret-of-shop".utf8))), .init("x-shopify-topic", topic),
        .init("x-shopify-event-id", "98880550"),
      ])
      return try #require(try SignedPosts.judge(SignedPosts.shopify("x-").sender, Array("{}".utf8), head).get().first).id
    }
    #expect(try id("orders/create") == "98880550-orders/create" && id("orders/paid") == "98880550-orders/paid")
  }

  @Test func aTransaction() throws {
    let event = try Self.event(
      .paddle,
      #"""
      {"event_id": "evt_01hv8x2acma2gz7he8kg2s0hna", "event_type": "transaction.payment_failed", "occurred_at": "2026-11-24T11:57:47.390028Z",
       "notification_id": "ntf_01hv8x2af22gykvfhvkf6yvgqm",
       "data": {"id": "txn_01hv8wptq8987qeep44cyrewp9", "status": "ready", "customer_id": "ctm_01", "currency_code": "JPY", "invoice_number": null,
         "details": {"totals": {"total": "59925", "grand_total": "59925", "currency_code": "JPY"}},
         "payments": [{"error_code": "declined", "status": "error", "amount": "59925"}]}}
      """#)
    #expect(event.id == "evt_01hv8x2acma2gz7he8kg2s0hna" && event.type == "paddle.transaction.payment_failed")
    #expect(
      event.subject == "txn_01hv8wptq8987qeep44cyrewp9" && event.severity == .warning && event.time.rfc3339 == "2026-11-24T11:57:47.390028Z"
    )
    #expect(event.text == "Transaction payment failed: 59925 JPY txn_01hv8wptq8987qeep44cyrewp9\ndeclined")
    #expect(event.data["amount"] == 59925 && event.data["currency"] == "JPY" && event.data["customer"] == "ctm_01")
    let customer = try Self.event(.paddle, #"{"event_type": "customer.created", "data": {"id": "ctm_1", "email": "a@b.c"}}"#)
    #expect(customer.text == "Customer created: a@b.c" && customer.data["amount"] == nil)
  }

  @Test func paddleWantsTwoHundred() throws {
    let sender = try SignedPosts.paddle.sender
    #expect(sender.answer(.kept([]), to: PostHead()) == PostAnswer(200, "text/plain; charset=utf-8", "ok"))
    #expect(sender.answer(.refused(PostRefusal(status: 401, title: "x")), to: PostHead()) == nil)
  }
}
