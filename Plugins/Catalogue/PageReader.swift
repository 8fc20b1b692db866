import Bellhop
import Templates
import YAML

/// Reads a page, and tells all that is wrong with it at once.
struct PageReader {
  static let keys = [
    "name", "doc", "link", "notes", "settings", "one_of", "at_most_one", "target", "defaults", "markup", "limits", "map", "sign", "token",
    "request", "update",
    "answer", "examples",
  ]

  private let report = Leaf.LeafReport()

  /// - Parameter tryingExamples: whether the examples are held against the rest of the page.
  /// - Returns: the page, and its mistakes in the order of the file. With mistakes the page is not to be used.
  static func read(_ document: Document, tryingExamples: Bool = true) -> (page: Page?, mistakes: [Catalogue.PageMistake]) {
    let reader = PageReader()
    for flaw in document.flaws {
      reader.report.mistakes.append(
        .init(line: flaw.mark.line, column: flaw.mark.column, path: "", problem: flaw.problem, hint: flaw.hint))
    }
    let page = document.root.map { reader.page(Leaf(node: $0, path: "", report: reader.report), tryingExamples) }
    return (page, reader.report.mistakes.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
  }

  private func page(_ root: Leaf, _ tryingExamples: Bool) -> Page {
    var page = Page()
    let keys = root.keys(Self.keys)
    for key in ["name", "doc", "link", "request"] where keys[key] == nil && root.node.mapping != nil {
      root.mistake("\"\(key)\" is missing", hint: key == "link" ? "name the vendor's documentation" : nil)
    }
    page.name = keys["name"].flatMap(name) ?? ""
    page.doc = keys["doc"]?.text() ?? ""
    page.link = keys["link"]?.text() ?? ""
    page.notes = keys["notes"]?.texts() ?? []
    page.settings = keys["settings"].map { FieldReading.fields($0, ofTarget: false) } ?? []
    page.target = keys["target"].map { FieldReading.fields($0, ofTarget: true) } ?? []
    for (key, needsOne) in [("one_of", true), ("at_most_one", false)] { keys[key].map { groups($0, needsOne, &page) } }
    page.patterns = (patterns(keys["settings"]), patterns(keys["target"]))
    page.defaults = keys["defaults"].map(defaults) ?? Kind.Defaults()
    page.markup = keys["markup"]?.choice(VendorMarkup.self) ?? .plain
    page.limits = keys["limits"].map(limits) ?? PageLimits()
    var scope = Scope(settings: page.settings.map(\.name), target: page.target.map(\.name))
    let requests = RequestReading(scope: scope)
    if let token = keys["token"] {
      let before = Scope(settings: scope.settings, target: [], hasMessage: false)
      page.token = RequestReading(scope: before).token(token, bases: requests.bases(page.settings))
      scope.own.append("token")
    }
    for (name, value) in keys["map"]?.pairs() ?? [] {
      if let lookup = RequestReading(scope: scope).lookup(name, value) { page.map.append(lookup) }
      scope.own.append(name)
    }
    for (name, value) in keys["sign"]?.pairs() ?? [] {
      if let signing = RequestReading(scope: scope).signing(name, value) { page.sign.append(signing) }
      scope.own.append(name)
    }
    if let request = keys["request"] { page.request = RequestReading(scope: scope).request(request, bases: requests.bases(page.settings)) }
    if let update = keys["update"] {
      page.update = RequestReading(scope: scope).request(update, bases: requests.bases(page.settings))
      if page.update?.base != page.request.base { update.mistake("it leads elsewhere than request", hint: "begin both urls alike") }
      if !page.names.contains("earlier") {
        update.mistake("it does not name the message that it changes", hint: "name {{earlier}}: what answer.id gave of it")
      }
    }
    if case .json(let tree) = page.request.body { page.limits.lower(to: tree) }
    if page.token != nil, !page.names.contains("token") {
      keys["token"]?.warning("nothing in the page names it, so that it changes nothing", hint: "name {{token}}, or remove it")
    }
    // A slip elsewhere is the likelier reason.
    if report.mistakes.isEmpty { tellUnused(keys) }
    if let answer = keys["answer"] { page.answer = AnswerReader.answer(answer) }
    if let examples = keys["examples"] {
      page.examples = ExampleReader.examples(examples, page, trying: tryingExamples && report.mistakes.allSatisfy(\.isWarning))
    }
    return page
  }

  /// A word that can stand behind `use:`.
  private func name(_ leaf: Leaf) -> String? {
    guard let text = leaf.text() else { return nil }
    let isWord =
      text.first?.isPunctuation == false && text.contains(where: \.isLetter) && text.utf8.count <= 40
      && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    if isWord { return text }
    leaf.mistake("\"\(text)\" cannot be a name", hint: "use small letters, digits and \"-\", at least one letter and no \"-\" first")
    return nil
  }

  /// `[a, b]`, or a list of such; names of a target's fields begin with `target.`.
  private func groups(_ leaf: Leaf, _ needsOne: Bool, _ page: inout Page) {
    let lists = leaf.elements().allSatisfy { $0.node.sequence == nil } ? [leaf] : leaf.elements()
    let known = page.settings.map(\.name) + page.target.map { "target.\($0.name)" }
    for list in lists {
      let names = list.elements().compactMap { element -> String? in
        guard let text = element.text() else { return nil }
        if known.contains(text) { return text }
        element.mistake("\"\(text)\" is not a setting", hint: Leaf.hint(text, among: known, called: "settings"))
        return nil
      }
      let ofTarget = names.filter { $0.hasPrefix("target.") }
      if ofTarget.isEmpty {
        page.groups.settings.append(ChoiceGroup(names: names, needsOne: needsOne))
      } else if ofTarget.count == names.count {
        page.groups.target.append(ChoiceGroup(names: names.map { String($0.dropFirst("target.".count)) }, needsOne: needsOne))
      } else {
        list.mistake("settings and fields of a target cannot exclude each other", hint: "write a list for each")
      }
    }
  }

  private func patterns(_ leaf: Leaf?) -> [ValuePattern] {
    guard let leaf, leaf.node.mapping != nil else { return [] }
    return leaf.pairs().compactMap { name, field in
      let pattern = field.node.mapping?.first { $0.key.scalar?.text == "pattern" }?.value
      return pattern.flatMap { ValuePattern.read(name, field.below("pattern", $0)) }
    }
  }

  /// What is declared and named nowhere: a slip, or a secret that never arrives.
  private func tellUnused(_ keys: [String: Leaf]) {
    let texts = ["map", "sign", "token", "request", "update"].compactMap { keys[$0] }.flatMap { Self.texts($0.node) }
    for (section, prefix) in [("settings", "settings."), ("target", "target.")] {
      guard let leaf = keys[section], leaf.node.mapping != nil else { continue }
      // Threads are the gateway's business.
      for (name, field) in leaf.pairs() where name != "thread_by" {
        let isNamed = texts.contains { text in
          text.ranges(of: prefix + name).contains { range in
            text[range.upperBound...].first.map { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "-" } ?? true
          }
        }
        if !isNamed {
          field.warning("nothing in the page names it, so that it changes nothing", hint: "name {{\(prefix)\(name)}}, or remove it")
        }
      }
    }
  }

  private static func texts(_ node: YAMLNode) -> [String] {
    switch node.content {
    case .flawed: []
    case .scalar(let scalar): [scalar.text]
    case .sequence(let nodes): nodes.flatMap(texts)
    case .mapping(let pairs): pairs.flatMap { texts($0.key) + texts($0.value) }
    }
  }

  private func defaults(_ leaf: Leaf) -> Kind.Defaults {
    let keys = leaf.keys(["rate", "concurrency", "timeout", "repeat", "stale"])
    return Kind.Defaults(
      rate: keys["rate"]?.rate(), concurrency: keys["concurrency"]?.int(1...256) ?? 1, timeout: keys["timeout"]?.duration() ?? .seconds(15),
      repeat: keys["repeat"]?.bool() ?? true, stale: keys["stale"]?.duration())
  }

  private func limits(_ leaf: Leaf) -> PageLimits {
    let keys = leaf.keys(["unit", "title", "text", "lines", "field", "fields", "link", "links", "request"])
    var limits = PageLimits()
    if let unit = keys["unit"]?.choice(PageLimits.CountUnit.self) { limits.unit = unit }
    if let title = keys["title"]?.int(1...10_000) { limits.title = title }
    if let text = keys["text"]?.int(20...1_000_000) { limits.text = text }
    if let lines = keys["lines"]?.int(1...10_000) { limits.lines = lines }
    if let field = keys["field"]?.int(1...100_000) { limits.field = field }
    if let fields = keys["fields"]?.int(0...1_000) { limits.fields = fields }
    if let link = keys["link"]?.int(1...100_000) { limits.link = link }
    if let links = keys["links"]?.int(0...1_000) { limits.links = links }
    limits.request = keys["request"].flatMap(requestLimit)
    return limits
  }

  /// `8192`, or `{ size: 24000, count: escaped }`
  private func requestLimit(_ leaf: Leaf) -> PageLimits.RequestLimit? {
    let sizes = 100...10_000_000
    guard leaf.node.mapping != nil else { return leaf.int(sizes).map { .init(size: $0) } }
    let keys = leaf.keys(["size", "count"])
    let count = keys["count"]?.choice(PageLimits.RequestCount.self) ?? .sent
    guard let size = keys["size"] else {
      leaf.mistake("\"size\" is missing", hint: "request: { size: 24000, count: escaped }")
      return nil
    }
    return size.int(sizes).map { .init(size: $0, count: count) }
  }
}
