import Bellhop

extension Dialect {
  /// What pages tell from their visitors' browsers. https://fetch.spec.whatwg.org/#http-cors-protocol, https://www.w3.org/TR/beacon/
  static let browser = Dialect(
    name: "browser", doc: "pages of your own, from their visitors' browsers: fetch, sendBeacon or /bellhop.js",
    notes: [
      "docs/browser.md shows the script and what it tells by itself.",
      "The key stands in the page and is no secret: whoever reads it can send what the page can. What may come of that is bounded by types,",
      "severity, visitor_rate and rate; an Origin is what browsers say, and other programs say what they like.",
      "An event, or an array of up to \(BrowserReceiver.most): type, text, subject, severity, time, id, data; in application/json or text/plain. Plain text is the",
      "text of one. The source is the page's origin; data.url and data.agent tell where and in what.",
    ],
    secret: nil, identity: BrowserReceiver.key.name, words: [("KEY", "key"), ("ORIGIN", "origins"), ("TYPE", "types")],
    settings: [
      BrowserReceiver.key, BrowserReceiver.origins, PageTypes.field, BrowserReceiver.cap, BrowserReceiver.visitorRate, TrustedProxies.field,
    ],
    proof: "the key in the address, and an Origin that is allowed", address: "/browser/KEY", prefixes: ["/browser"],
    example: #"-H 'Origin: ORIGIN' -H 'Content-Type: application/json' -d '{"type": "TYPE"}'"#, methods: ["POST", "OPTIONS"],
    limit: 16_384, batch: BrowserReceiver.most, pressure: 429, check: BrowserReceiver.check
  ) { BrowserReceiver($0) }
}

/// Posts of web pages, within what a page may do.
struct BrowserReceiver: Receiver {
  static let key = Field(
    "key", .list(.dated(.string)), required: true,
    doc: "the last piece of the address: public, and this sender's alone; a list while pages change, each with expires: if you like",
    example: "pk_live_1")
  static let origins = Field(
    "origins", .list(.string), required: true, doc: "the pages that may post: scheme, host and port, or * for the first word of the host",
    example: "[https://shop.example.com, \"https://*.example.com\"]")
  static let cap = Field(
    "severity", .choice(Severity.allCases.map(\.word)), value: .string("warning"),
    doc: "how bad a page may call something at most: warning unless you say so",
    example: "error")
  static let visitorRate = Field(
    "visitor_rate", .rate, value: .rate(Rate(30, per: .seconds(60))),
    doc: "events of one visitor, beside the rate of all: 30/m unless you say so",
    example: "30/m")

  /// Events in one post.
  static let most = 20

  /// With their ends.
  let keys: [(key: Secret, until: Timestamp?)]
  let allowed: [OriginPattern]
  let types: PageTypes
  let highest: Severity
  let rate: Rate?
  let proxies: TrustedProxies

  init(_ values: Values) {
    func texts(_ field: Field) -> [String] {
      (values.list(field.name) ?? []).compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
    keys = values.keys(Self.key.name)
    allowed = texts(Self.origins).compactMap { OriginPattern($0) }
    types = PageTypes(values)
    highest = values.string(Self.cap.name).flatMap { Severity(word: $0) } ?? .warning
    rate = values.rate(Self.visitorRate.name)
    proxies = TrustedProxies(values)
  }

  static func check(_ values: Values) -> [SettingMistake] {
    var mistakes: [SettingMistake] = []
    for (index, own) in values.keys(key.name).enumerated() where !isKey(own.key.reveal()) {
      mistakes.append(
        SettingMistake(at: [key.name, String(index)], "this key cannot stand in an address", hint: "4 to 64 letters, digits, - or _"))
    }
    for (index, value) in (values.list(origins.name) ?? []).enumerated() {
      guard case .string(let text) = value, OriginPattern(text) == nil else { continue }
      let hint =
        OriginPattern.meant(by: text).map { "did you mean \"\($0)\"?" }
        ?? "write scheme, host and port as browsers do: https://shop.example.com"
      mistakes.append(SettingMistake(at: [origins.name, String(index)], "\"\(text)\" is not the origin of a page", hint: hint))
    }
    return mistakes + PageTypes.check(values) + TrustedProxies.check(values)
  }

  private static func isKey(_ text: String) -> Bool {
    (4...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { 0x61...0x7A ~= $0 | 0x20 || 0x30...0x39 ~= $0 || $0 == 0x2D || $0 == 0x5F }
  }

  // MARK: Who may

  func proof(of head: PostHead) -> Proof {
    guard let offered = head.path.last else { return .decided(.missing("the key in the address")) }
    guard let own = keys.first(where: { $0.key.reveal() == offered }) else { return .decided(.wrong) }
    guard let origin = head.header("origin") else { return .decided(.missing("the Origin of a page")) }
    if !covers(origin) { return .decided(.wrong) }
    guard let end = own.until else { return .decided(nil) }
    return .until(end)
  }

  private func covers(_ origin: String) -> Bool {
    guard let page = PageOrigin(origin) else { return false }
    return allowed.contains { $0.covers(page) }
  }

  func visitor(of head: PostHead) -> VisitorAllowance? {
    guard let rate, let address = proxies.visitor(of: head) else { return nil }
    return VisitorAllowance(address: address, rate: rate)
  }

  // MARK: Answers

  /// What a browser asks before it posts JSON. https://fetch.spec.whatwg.org/#cors-preflight-fetch
  func reply(to head: PostHead, isProven: Bool) -> PostAnswer? {
    guard head.method == "OPTIONS", isProven else { return nil }
    // Two hours are what Chromium remembers at most.
    let headers = [
      ("Access-Control-Allow-Methods", "POST"), ("Access-Control-Allow-Headers", "Content-Type"), ("Access-Control-Max-Age", "7200"),
    ]
    return PostAnswer(204, "", "", headers: headers.map { .init($0.0, $0.1) })
  }

  /// A page sees what became of its post, also where that is a no; a page that may not post sees nothing.
  /// https://fetch.spec.whatwg.org/#http-responses
  func headers(to head: PostHead) -> [PostHead.Pair] {
    let varies = PostHead.Pair("Vary", "Origin")
    guard isOfPage(head), let origin = head.header("origin") else { return [varies] }
    // sendBeacon sends the cookies of this host along, and asks whether it may; they are not looked at.
    return [
      varies, .init("Access-Control-Allow-Origin", origin), .init("Access-Control-Allow-Credentials", "true"),
      .init("Access-Control-Expose-Headers", "Retry-After"),
    ]
  }

  private func isOfPage(_ head: PostHead) -> Bool {
    switch proof(of: head) {
    case .decided(nil), .until: true
    default: false
    }
  }

  func answer(_ outcome: PostOutcome, to head: PostHead) -> PostAnswer? {
    switch outcome {
    case .kept: return PostAnswer(204, "", "")
    case .refused(let refusal):
      let isStranger = refusal.status == 401 || refusal.status == 403
      let status = isStranger ? 403 : refusal.status
      // The same for a key that nobody has and for a page that is not of the list: a stranger learns nothing about either.
      let isOver = if case .expired = refusal.fault { true } else { false }
      let title = isStranger && !isOver ? "no page of this origin may post with this key" : refusal.title
      let json: JSON = ["type": "about:blank", "title": .string(title), "status": .int(Int64(status))]
      return PostAnswer(status, "application/problem+json", json.text)
    }
  }
}
