import Bellhop

extension Dialect {
  /// Shopify's webhooks. https://shopify.dev/docs/apps/build/webhooks
  static let shopify = Dialect(
    name: "shopify", doc: "Shopify's webhooks of shops and apps",
    notes: [
      "https://shopify.dev/docs/apps/build/webhooks",
      "The topic orders/create makes the type shopify.orders.create; the subject is what people call it: the order #1001, a title, an address.",
      "data has topic, shop, name, amount (a number), currency, email, status and fulfillment; data.payload is Shopify's own JSON. Headers with and",
      "without X- are taken. The secret is the app's client secret, or the one that the page of the shop's notifications shows.",
      "Shopify waits 5 seconds, and removes a subscription that failed 8 times in a row.",
    ],
    secret: "the app's client secret", takesDigest: false, proof: "X-Shopify-Hmac-Sha256 over the body",
    example:
      ##"-H 'Content-Type: application/json' -H 'X-Shopify-Topic: orders/create' -d '{"name": "#1001"}' -H "X-Shopify-Hmac-Sha256: $(printf '{"name": "#1001"}' | openssl dgst -sha256 -hmac 'SECRET' -binary | base64)""##,
    limit: 8 << 20, patience: .seconds(5)
  ) { _ in ShopifyReceiver() }
}

/// Shopify's webhooks. https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
struct ShopifyReceiver: Receiver {
  private func header(_ head: PostHead, _ name: String) -> String? { head.header("x-shopify-\(name)") ?? head.header("shopify-\(name)") }

  func proof(of head: PostHead) -> Proof {
    guard let code = header(head, "hmac-sha256") else { return .decided(.missing("the header X-Shopify-Hmac-Sha256")) }
    return BodySignature([code], .base64).proof
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head, field: "payload").map { payload in
      let event = ShopifyEvent(topic: header(head, "topic") ?? "event", shop: header(head, "shop-domain"), payload: payload)
      var draft = event.draft()
      // One thing that a merchant does may set off several topics: they share the event's id.
      draft.id = header(head, "webhook-id") ?? header(head, "event-id").map { "\($0)-\(event.topic)" }
      draft.time = Timestamp(foreign: header(head, "triggered-at").map(JSON.string) ?? payload["updated_at"], now: now)
      return [draft]
    }
  }
}

/// What happened in a shop. https://shopify.dev/docs/api/webhooks
struct ShopifyEvent {
  /// `orders/create`.
  let topic: String
  /// `acme.myshopify.com`.
  let shop: String?
  let payload: JSON.Object

  func draft() -> Draft {
    let email = payload.words("email", "contact_email", "customer.email")
    let name = payload.words("name", "title", "order_number", "display_name") ?? email ?? payload.words("order_id", "id")
    let price = payload.words("total_price", "current_total_price", "amount", "price", "max_refundable_amount")
    let currency = payload.words("currency", "presentment_currency", "currency_code")
    var draft = Draft(type: "shopify." + topic.split(separator: "/").joined(separator: "."), subject: name)
    let alarms = ["cancel", "uninstalled", "denied", "fail", "redact", "data_request", "dispute", "remove"]
    if alarms.contains(where: topic.contains) { draft.severity = .warning }
    draft.data.put("topic", topic)
    draft.data.put("shop", shop)
    draft.data.put("name", name)
    if let price { draft.data["amount"] = Double(price).flatMap { $0.isFinite ? .double($0) : nil } ?? .string(price) }
    draft.data.put("currency", currency)
    draft.data.put("email", email)
    draft.data.put("status", payload.words("financial_status", "status"))
    draft.data.put("fulfillment", payload.words("fulfillment_status"))
    // The page of an order lets in whoever has its address.
    draft.keep(payload) { $0 == "order_status_url" || $0 == "admin_graphql_api_id" }
    // The price is text in the shop's own digits already.
    let amount = price.flatMap { price in currency.map { "\(price) \($0)" } }
    let isTest = payload["test"]?.bool == true
    let rest = [name, amount, email == name ? nil : email, isTest ? "(test)" : nil].compactMap { $0 }.joined(separator: " ")
    draft.say(Wording(title: title, rest: rest, lines: [shop], link: ("Shopify", page)))
    return draft
  }

  private static let past = ["create": "created", "update": "updated", "delete": "deleted", "edit": "edited", "redact": "to be erased"]

  /// `orders/create` as people say it: Order created.
  private var title: String {
    let parts = topic.split(separator: "/")
    guard parts.count == 2 else { return Wording.spoken(topic) }
    let thing = parts[0].hasSuffix("ies") ? parts[0].dropLast(3) + "y" : parts[0].hasSuffix("s") ? parts[0].dropLast() : parts[0]
    return Wording.spoken("\(thing) \(Self.past[String(parts[1])] ?? String(parts[1]))")
  }

  /// The page for the shop's people: not the customer's, whose address lets in whoever has it.
  private var page: String? {
    guard let shop, shop.utf8.allSatisfy({ 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == 0x2D || $0 == 0x2E }),
      let id = payload.words("id"), id.utf8.allSatisfy({ 0x30...0x39 ~= $0 })
    else { return nil }
    let pages: Set<Substring> = ["orders", "products", "customers", "draft_orders", "collections"]
    guard let kind = topic.split(separator: "/").first, pages.contains(kind) else { return nil }
    return "https://\(shop)/admin/\(kind)/\(id)"
  }
}
