import Bellhop
import Templates
import YAML

/// Reads what a request is made of: templates, and trees of them.
struct RequestReading {
  var scope: Scope

  /// Settings that an address may begin with.
  func bases(_ settings: [Field]) -> [String] {
    settings.filter { $0.shape == .url || $0.shape == .secretURL }.map(\.name)
  }

  func request(_ leaf: Leaf, bases: [String]) -> RequestOutline {
    let keys = leaf.keys(["method", "url", "replace", "query", "headers", "basic", "json", "form", "text"])
    var request = RequestOutline()
    if let method = keys["method"] {
      request.method = method.text() ?? "POST"
      if !["GET", "POST", "PUT", "PATCH"].contains(request.method) {
        method.mistake("\"\(request.method)\" is not a method here", hint: "choices: GET, POST, PUT, PATCH")
      }
    }
    if let url = keys["url"] {
      address(url, bases, &request)
    } else {
      leaf.mistake("\"url\" is missing", hint: "for example url: \"{{settings.url}}\"")
    }
    request.replace = keys["replace"]?.pairs().compactMap { key, value in value.text().map { (key, $0) } } ?? []
    request.query = pairs(keys["query"])
    request.headers =
      keys["headers"].map(named)?.compactMap { key, value in template(value).map { (key, $0) } } ?? []
    if let basic = keys["basic"] {
      let parts = basic.elements().compactMap(template)
      if parts.count == 2 {
        request.basic = (parts[0], parts[1])
      } else {
        basic.mistake("expected two texts", hint: "basic: [user, password]")
      }
    }
    let bodies = ["json", "form", "text"].filter { keys[$0] != nil }
    if bodies.count > 1 { keys[bodies[1]]?.mistake("stands beside \(bodies[0])", hint: "keep one of json, form and text") }
    if let json = keys["json"] {
      request.body = .json(tree(json))
    } else if let form = keys["form"] {
      request.body = .form(pairs(form))
    } else if let text = keys["text"], let template = template(text) {
      request.body = .text(template)
    }
    return request
  }

  /// `{ request: { … }, is: access_token, for: expires_in }`
  func token(_ leaf: Leaf, bases: [String]) -> TokenOutline? {
    let keys = leaf.keys(["request", "is", "for"])
    guard let asked = keys["request"], let path = keys["is"]?.dotted() else {
      leaf.mistake(
        "\"request\" and \"is\" are needed", hint: "token: { request: { url: …, form: { … } }, is: access_token, for: expires_in }")
      return nil
    }
    return TokenOutline(request: request(asked, bases: bases), path: path, lasts: keys["for"]?.dotted())
  }

  /// The host is the page's or a setting's: never a value of an event.
  private func address(_ leaf: Leaf, _ bases: [String], _ request: inout RequestOutline) {
    guard let text = leaf.text() else { return }
    let base = bases.first { text.hasPrefix("{{settings.\($0)}}") }
    let rest = base.map { String(text.dropFirst("{{settings.\($0)}}".count)) } ?? text
    if let base {
      // What stands right behind it may go on with its host or its port.
      if let next = rest.first, !RequestOutline.endsOfOrigin.contains(next) {
        leaf.mistake("\"\(next)\" stands behind a setting, and could change its host", hint: "write {{settings.\(base)}}/…")
      }
    } else if RequestOutline.origin(of: text).map({ $0.contains("{{") }) ?? true {
      leaf.mistake(
        "the address begins neither with a setting nor with a host",
        hint: bases.isEmpty ? "write https://… or declare a setting of type url" : "write {{settings.\(bases[0])}}/… or https://…")
    }
    request.base = base
    request.path = rest.isEmpty ? nil : template(rest, leaf)
  }

  /// Pairs of a query or a form: a text, or a list with a pair for each element.
  private func pairs(_ leaf: Leaf?) -> [(key: String, value: Tree)] {
    leaf.map(named)?.compactMap { key, value in
      if value.node.sequence == nil, value.node.mapping == nil { return template(value).map { (key, .text($0)) } }
      let tree = tree(value)
      if case .object = tree { value.mistake("a mapping has no form here", hint: "write a text, a list, or { $json: { … } }") }
      return (key, tree)
    } ?? []
  }

  private func named(_ leaf: Leaf) -> [(key: String, value: Leaf)] {
    let pairs = leaf.pairs()
    for (key, value) in pairs where key.hasSuffix("?") {
      value.mistake("\"?\" is for json", hint: "write \(key.dropLast()): what is empty is left out here anyway")
    }
    return pairs
  }

  func template(_ leaf: Leaf) -> BodyTemplate? {
    if leaf.node.scalar?.text == "" { return template("", leaf) }
    return leaf.text().flatMap { template($0, leaf) }
  }

  private func template(_ text: String, _ leaf: Leaf) -> BodyTemplate? {
    do throws(TemplateError) {
      let template = try BodyTemplate(text)
      check(template.names, leaf)
      return template
    } catch {
      for problem in error.all { leaf.mistake("the template cannot be used: \(problem.description)", hint: problem.hint) }
      return nil
    }
  }

  private func check(_ names: some Sequence<String>, _ leaf: Leaf) {
    for name in names.sorted() {
      if let (problem, hint) = scope.problem(with: name) { leaf.mistake(problem, hint: hint) }
    }
  }

  func tree(_ leaf: Leaf) -> Tree {
    switch leaf.node.content {
    case .flawed: return .literal(.null)
    case .scalar(let scalar): return scalarTree(scalar, leaf)
    case .sequence: return .array(leaf.elements().map(tree))
    case .mapping: return objectTree(leaf)
    }
  }

  private func scalarTree(_ scalar: Scalar, _ leaf: Leaf) -> Tree {
    if scalar.isNull { return .literal(.null) }
    if let bool = scalar.bool { return .literal(.bool(bool)) }
    if let int = scalar.int { return .literal(.int(Int64(int))) }
    if let double = scalar.double, double.isFinite { return .literal(.double(double)) }
    guard scalar.text.contains("{{"), let template = template(scalar.text, leaf) else { return .literal(.string(scalar.text)) }
    let inner = scalar.text.dropFirst(2).dropLast(2)
    let isAlone =
      scalar.text.hasPrefix("{{") && scalar.text.hasSuffix("}}") && template.names.count == 1 && template.names.first == String(inner)
    return isAlone ? .value(inner.split(separator: ".").map(String.init)) : .text(template)
  }

  /// Keys that make something else of what stands behind them.
  private static let wrappers: Set<String> = ["$number", "$json", "$base64"]

  private func objectTree(_ leaf: Leaf) -> Tree {
    let pairs = leaf.pairs()
    if let each = pairs.first(where: { $0.key == "$each" }) { return eachTree(each.value, leaf) }
    if let word = pairs.first(where: { Self.wrappers.contains($0.key) }) {
      if pairs.count > 1 {
        word.value.mistake(
          "stands beside other keys", hint: "write { \(word.key): \(word.key == "$number" ? "\"{{now.seconds}}\"" : "…") } alone")
      }
      switch word.key {
      case "$json": return .json(tree(word.value))
      case "$base64": return .base64(tree(word.value))
      default: return template(word.value).map(Tree.number) ?? .literal(.null)
      }
    }
    let members = pairs.filter { $0.key != "$if" }.map { key, value in
      let isOptional = key.hasSuffix("?")
      return Tree.TreeMember(key: isOptional ? String(key.dropLast()) : key, isOptional: isOptional, tree: tree(value))
    }
    guard let condition = pairs.first(where: { $0.key == "$if" })?.value, let path = condition.dotted() else { return .object(members) }
    check([path.joined(separator: ".")], condition)
    return .when(path: path, .object(members))
  }

  private func eachTree(_ each: Leaf, _ leaf: Leaf) -> Tree {
    let keys = leaf.keys(["$each", "$limit", "$item"])
    guard let path = each.dotted(), let item = keys["$item"] else {
      leaf.mistake("\"$item\" is missing", hint: "write what each element becomes")
      return .literal(.null)
    }
    check([path.joined(separator: ".")], each)
    var inner = self
    inner.scope.items += ["name", "plain_name", "value", "label", "url", "runs", "text", "bold", "italic", "code"]
    return .each(path: path, limit: keys["$limit"]?.int(1...10_000) ?? 10_000, item: inner.tree(item))
  }

  func lookup(_ name: String, _ leaf: Leaf) -> Page.Lookup? {
    let pairs = leaf.pairs()
    guard let by = pairs.first(where: { $0.key == "by" })?.value, let path = by.dotted() else {
      leaf.mistake("\"by\" is missing", hint: "for example by: severity")
      return nil
    }
    check([path.joined(separator: ".")], by)
    let known: [String]? =
      ["severity": Severity.allCases.map(\.word), "alert": Alert.allCases.map(\.word)][path.joined(separator: ".")] ?? nil
    var lookup = Page.Lookup(name: name, by: path, cases: [], otherwise: nil)
    for (word, value) in pairs where word != "by" {
      if word == "else" {
        lookup.otherwise = tree(value)
      } else if word == "max" {
        lookup.max = value.int(20...100_000)
      } else if word == "longest" {
        lookup.longest = value.int(1...100_000)
      } else {
        if let known, !known.contains(word) {
          value.mistake("\"\(word)\" is never met", hint: Leaf.hint(word, among: known, called: "words"))
        }
        lookup.cases.append((word, tree(value)))
      }
    }
    let missing = (known ?? []).filter { word in !lookup.cases.contains { $0.word == word } }
    if lookup.otherwise == nil, !missing.isEmpty {
      leaf.mistake("\(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") not mapped", hint: "name all, or write else:")
    }
    return lookup
  }

  func signing(_ name: String, _ leaf: Leaf) -> Page.Signing? {
    let keys = leaf.keys(["key", "over", "with", "as", "when"])
    guard let key = keys["key"].flatMap(template), let over = keys["over"].flatMap(template) else {
      leaf.mistake("\"key\" and \"over\" are needed", hint: "key: \"{{settings.secret}}\", over: \"{{now.seconds}}\"")
      return nil
    }
    let form = keys["as"]?.text() ?? "base64"
    if form != "base64", form != "hex" { keys["as"]?.mistake("\"\(form)\" is not a choice here", hint: "choices: base64, hex") }
    let hash = keys["with"]?.choice(Page.SigningHash.self) ?? .sha256
    return Page.Signing(name: name, key: key, over: over, hash: hash, isHex: form == "hex", when: keys["when"]?.dotted())
  }
}
