import Bellhop
import Crypto
import Curl
import FoundationEssentials
import Templates

/// Fills a page's request with one message. Pure: the attempt brings the time.
struct Composer {
  let page: Page
  let values: Values
  /// What the vendor has given for the settings, where the page asks for that.
  var token: Secret?
  /// What the templates name, at any depth.
  private let names: Set<String>

  init(page: Page, values: Values) {
    self.page = page
    self.values = values
    names = page.names
  }

  /// The request, or why there cannot be one. Where it is more than the vendor takes in all, less of the message is told.
  func request(_ message: Message, to target: Target, _ attempt: Attempt) -> Result<Request, Fault> {
    let portion = Printer.portion(of: message, page.limits)
    func request(_ portion: Portion) -> Result<Request, Fault> { self.request(message, portion, to: target, attempt) }
    guard let limit = page.limits.request else { return request(portion) }
    let fitting = portion.shrunk(message, shortest: min(Self.shortestText, portion.text)) { portion in
      (try? request(portion).get()).map { page.limits.size(of: $0.body) <= limit.size } ?? true
    }
    return request(fitting)
  }

  /// What a text keeps at least, in the page's unit: beyond that, only the vendor can say that a request is too much.
  private static let shortestText = 40

  private func request(_ message: Message, _ portion: Portion, to target: Target, _ attempt: Attempt) -> Result<Request, Fault> {
    let context = context(message, portion, target, attempt)
    // The id goes along for vendors without a key of their own for it: whoever looks at the request can still drop a repeat.
    return request(attempt.changes == nil ? page.request : page.update ?? page.request, context, id: message.id, attempt)
  }

  /// The request for the page's token: of a message it knows nothing.
  func tokenRequest(_ token: TokenOutline, _ attempt: Attempt) -> Result<Request, Fault> {
    request(token.request, .object(["settings": settings, "now": Self.now(attempt)]), id: nil, attempt)
  }

  private func request(_ outline: RequestOutline, _ context: JSON, id: String?, _ attempt: Attempt) -> Result<Request, Fault> {
    guard let url = address(outline, context) else {
      return .failure(
        Fault(.misconfigured, "the target leads out of the vendor's address: leave out . and .., and what would be another host"))
    }
    var headers: [Request.Header] = []
    var body: [UInt8] = []
    switch outline.body {
    case .none: break
    case .json(let tree):
      headers.append(Request.Header("Content-Type", "application/json; charset=utf-8"))
      body = (tree.render(context) ?? .null).bytes
    case .form(let pairs):
      headers.append(Request.Header("Content-Type", "application/x-www-form-urlencoded"))
      body = Array(Self.pairs(pairs, context).utf8)
    case .text(let template):
      headers.append(Request.Header("Content-Type", "text/plain; charset=utf-8"))
      body = Array(template.render(context, escaping: .none).utf8)
    }
    if let id { headers.append(Request.Header("Webhook-Id", id)) }
    if let basic = outline.basic {
      let pair = "\(basic.user.render(context, escaping: .none)):\(basic.password.render(context, escaping: .none))"
      // Without either nobody logs in: some refuse an empty login and would take none.
      if pair != ":" { headers.append(Request.Header("Authorization", "Basic \(Data(pair.utf8).base64EncodedString())")) }
    }
    for (name, template) in outline.headers {
      let value = template.render(context, escaping: .none)
      guard !value.isEmpty else { continue }
      headers.removeAll { $0.name.lowercased() == name.lowercased() }
      headers.append(Request.Header(name, value))
    }
    return .success(
      Request(
        outline.method, url, headers: CommonSettings.headers(headers, values), body: body, timeout: attempt.timeout,
        maximumAnswer: 256 << 10, caFile: values.string("ca"), once: !attempt.mayRepeat))
  }

  /// What the configuration says, but for what every page has.
  private var settings: JSON {
    let common = Set(CommonSettings.fields.map(\.name))
    return .object(
      JSON.Object(values.entries.filter { !common.contains($0.key) }.sorted { $0.key < $1.key }.map { .init($0.key, Self.json($0.value)) }))
  }

  private static func now(_ attempt: Attempt) -> JSON {
    [
      "seconds": .string(String(attempt.at.seconds)), "ms": .string(String(attempt.at.microseconds / 1_000)),
      "ns": .string("\(attempt.at.microseconds)000"), "rfc3339": .string(attempt.at.rfc3339),
    ]
  }

  /// All that the templates may name.
  private func context(_ message: Message, _ portion: Portion, _ target: Target, _ attempt: Attempt) -> JSON {
    var object = JSON.Object()
    object["settings"] = settings
    if page.token != nil { object["token"] = .string(token?.reveal() ?? Secret.mask) }
    var places = target.values
    for field in page.target where places[field.name] == nil { places[field.name] = .null }
    object["target"] = .object(places)
    let listsLinks = names.contains { $0 == "links" || $0.hasSuffix(".links") }
    func printer(_ markup: VendorMarkup) -> Printer {
      Printer(message: message, markup: markup, limits: page.limits, portion: portion, listsLinks: listsLinks)
    }
    let own = printer(page.markup)
    for name in Printer.names where names.contains(where: { $0 == name || $0.hasPrefix("\(name).") }) {
      if let value = own.value(name) { object[name] = value }
    }
    for markup in VendorMarkup.allCases {
      let named = Printer.prints.filter { names.contains("\(markup.rawValue).\($0)") }
      guard !named.isEmpty else { continue }
      let printer = printer(markup)
      object[markup.rawValue] = .object(
        JSON.Object(
          named.compactMap { name in
            (name == "headline" ? JSON.string(printer.markedHeadline) : printer.value(name)).map { .init(name, $0) }
          }))
    }
    object["attempt"] = .int(Int64(attempt.number))
    object["reply_to"] = attempt.replyTo.map(JSON.string) ?? .null
    object["earlier"] = attempt.changes.map(JSON.string) ?? .null
    object["update_key"] = target["update_by"]?.string.flatMap { message.event.value(at: $0) }.map { .string($0.plain) } ?? .null
    object["now"] = Self.now(attempt)
    for lookup in page.map { object[lookup.name] = Self.value(of: lookup, .object(object)) }
    for signing in page.sign { object[signing.name] = .string(Self.signature(signing, .object(object))) }
    return .object(object)
  }

  private static func value(of lookup: Page.Lookup, _ context: JSON) -> JSON {
    let word = context.value(at: lookup.by[...])?.plain ?? ""
    let tree = lookup.cases.first { $0.word == word }?.tree ?? lookup.otherwise
    let value = tree?.render(context) ?? .null
    if let longest = lookup.longest, value.plain.unicodeScalars.count > longest { return .string("") }
    guard let max = lookup.max, let text = value.string, text.unicodeScalars.count > max else { return value }
    return .string("\(String(text.unicodeScalars.prefix(max - 13)))~\(UUIDText.of(text).suffix(12))")
  }

  private static func signature(_ signing: Page.Signing, _ context: JSON) -> String {
    if let when = signing.when, Tree.isEmpty(context.value(at: when[...]) ?? .null) { return "" }
    let key = SymmetricKey(data: Data(signing.key.render(context, escaping: .none).utf8))
    let text = Data(signing.over.render(context, escaping: .none).utf8)
    let code =
      switch signing.hash {
      case .sha1: Data(HMAC<Insecure.SHA1>.authenticationCode(for: text, using: key))
      case .sha256: Data(HMAC<SHA256>.authenticationCode(for: text, using: key))
      case .sha512: Data(HMAC<SHA512>.authenticationCode(for: text, using: key))
      }
    return signing.isHex ? code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() : code.base64EncodedString()
  }

  /// The address, its values percent-encoded; nil where one of them would climb out of it, or lead elsewhere than the page or the setting.
  private func address(_ outline: RequestOutline, _ context: JSON) -> String? {
    let rest = outline.path?.render(context, escaping: .url) ?? ""
    let path = rest.prefix { $0 != "?" }
    if path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) { return nil }
    var base = outline.base.flatMap { values.string($0) ?? values.secret($0)?.reveal() } ?? ""
    for (old, new) in outline.replace {
      if let range = base.firstRange(of: old) { base.replaceSubrange(range, with: new) }
    }
    let origin = RequestOutline.origin(of: outline.base == nil ? outline.path?.source ?? "" : base)
    var tail = ""
    if let question = base.firstIndex(of: "?"), !rest.isEmpty {
      tail = String(base[question...].dropFirst())
      base = String(base[..<question])
    }
    while !rest.isEmpty, base.hasSuffix("/") { base.removeLast() }
    var url = base + rest
    for part in [tail, Self.pairs(outline.query, context)] where !part.isEmpty { url += (url.contains("?") ? "&" : "?") + part }
    return RequestOutline.origin(of: url) == origin ? url : nil
  }

  /// `application/x-www-form-urlencoded`, without pairs whose value is empty. https://url.spec.whatwg.org/#urlencoded-serializing
  private static func pairs(_ pairs: [(key: String, value: Tree)], _ context: JSON) -> String {
    pairs.flatMap { key, tree in
      let json = tree.render(context) ?? .null
      return (json.array ?? [json]).map(\.plain).filter { !$0.isEmpty }.map { "\(key.percentEncoded())=\($0.percentEncoded())" }
    }.joined(separator: "&")
  }

  private static func json(_ value: Value) -> JSON {
    switch value {
    case .string(let text): .string(text)
    case .secret(let secret): .string(secret.reveal())
    case .bool(let flag): .bool(flag)
    case .int(let number): .int(Int64(number))
    case .duration(let duration): .int(duration.microseconds / 1_000_000)
    case .rate(let rate): .string(rate.description)
    case .list(let values): .array(values.map(json))
    case .dated(let value, _): json(value)
    case .map(let entries): .object(JSON.Object(entries.map { .init($0.key, json($0.value)) }))
    }
  }
}

extension Page {
  /// Every value that its templates name.
  var names: Set<String> {
    var names: Set<String> = []
    for lookup in map {
      names.insert(lookup.by.joined(separator: "."))
      for tree in lookup.cases.map(\.tree) + [lookup.otherwise].compactMap({ $0 }) { names.formUnion(tree.names) }
    }
    for signing in sign {
      names.formUnion(signing.key.names.union(signing.over.names))
      if let when = signing.when { names.insert(when.joined(separator: ".")) }
    }
    return names.union(request.names).union(update?.names ?? [])
  }
}

extension RequestOutline {
  /// Every value that its templates name.
  fileprivate var names: Set<String> {
    var names: Set<String> = []
    var templates = [path].compactMap { $0 } + headers.map(\.value)
    for pair in query { names.formUnion(pair.value.names) }
    if let basic { templates += [basic.user, basic.password] }
    switch body {
    case .none: break
    case .json(let tree): names.formUnion(tree.names)
    case .form(let pairs): for pair in pairs { names.formUnion(pair.value.names) }
    case .text(let template): templates.append(template)
    }
    return templates.reduce(into: names) { $0.formUnion($1.names) }
  }
}
