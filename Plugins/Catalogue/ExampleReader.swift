import Bellhop
import Curl
import YAML

/// Reads a page's examples, and holds them against the page: what it says of itself must be so.
enum ExampleReader {
  static func examples(_ leaf: Leaf, _ page: Page, trying: Bool) -> Page.Examples {
    let keys = leaf.keys(["settings", "target", "answers"])
    var examples = Page.Examples()
    examples.settings = keys["settings"].map { values($0, page.settings) } ?? Values()
    if let target = keys["target"] {
      let values = values(target, page.target)
      examples.target = Target(JSON.Object(values.entries.map { .init($0.key, json($0.value)) }))
    }
    for answer in keys["answers"]?.elements() ?? [] {
      guard let example = example(answer) else { continue }
      examples.answers.append(example)
      if trying { hold(example, against: page, answer) }
    }
    return examples
  }

  private static func values(_ leaf: Leaf, _ fields: [Field]) -> Values {
    var values = Values()
    let keys = leaf.keys(fields.map(\.name))
    for field in fields {
      if let given = keys[field.name] {
        if leaf.report.untyped.contains("\(leaf.path.dropFirst("examples.".count)).\(field.name)") { continue }
        values.entries[field.name] = FieldReading.value(field.shape, given)
      } else if field.required {
        leaf.mistake("\"\(field.name)\" is missing", hint: "it is required")
      }
    }
    return values
  }

  private static func json(_ value: Value) -> JSON {
    switch value {
    case .string(let text): .string(text)
    case .bool(let flag): .bool(flag)
    case .int(let number): .int(Int64(number))
    case .duration(let duration): .string(duration.short)
    case .rate(let rate): .string(rate.description)
    case .list(let values): .array(values.map(json))
    case .dated(let value, _): json(value)
    case .map(let entries): .object(JSON.Object(entries.map { .init($0.key, json($0.value)) }))
    case .secret: .string(Secret.mask)
    }
  }

  private static func example(_ leaf: Leaf) -> Page.AnswerExample? {
    let keys = leaf.keys(["status", "headers", "body", "is", "id", "kind", "wait"])
    guard let status = keys["status"]?.int(100...599), let end = keys["is"]?.choice(AnswerReading.RuleEnd.self) else {
      leaf.mistake("\"status\" and \"is\" are needed", hint: "status: 200, is: delivered")
      return nil
    }
    return Page.AnswerExample(
      status: status, headers: keys["headers"]?.pairs().compactMap { key, value in value.text().map { (key, $0) } } ?? [],
      body: keys["body"]?.node.scalar?.text ?? "", outcome: end.rawValue, id: keys["id"]?.text(),
      kind: keys["kind"].flatMap(AnswerReader.kind), wait: keys["wait"]?.duration())
  }

  private static func hold(_ example: Page.AnswerExample, against page: Page, _ leaf: Leaf) {
    let outcome = page.outcome(of: example)
    if outcome.word != example.outcome {
      return leaf.mistake("by the rules this answer is \(outcome.word), not \(example.outcome)", hint: outcome.fault.map { "\($0)" })
    }
    if let kind = example.kind, outcome.fault?.kind != kind {
      return leaf.mistake("by the rules its kind is \(outcome.fault?.kind.word ?? "none"), not \(kind.word)", hint: "correct one of them")
    }
    if let id = example.id, case .delivered(let receipt) = outcome, receipt.id != id {
      return leaf.mistake("by the rules its id is \(receipt.id ?? "none"), not \(id)", hint: "correct answer.id")
    }
    if let wait = example.wait, case .postponed(_, let found) = outcome, found != wait {
      leaf.mistake("by the rules the wait is \(found?.short ?? "none"), not \(wait.short)", hint: "correct answer.wait")
    }
  }
}

extension Page {
  /// When the answers of examples are read: 2023-11-14T22:13:20Z.
  static let example = Timestamp(seconds: 1_700_000_000)

  /// What the page makes of an answer.
  func outcome(of example: AnswerExample) -> Outcome {
    let after = example.headers.first { $0.name.lowercased() == "retry-after" }.flatMap { Int($0.value) }
    return answer.outcome(
      of: .response(
        Response(
          status: example.status, headers: example.headers.map { .init($0.name, $0.value) }, body: Array(example.body.utf8),
          retryAfter: after.map { .seconds($0) })), secrets: [], at: Self.example)
  }
}
