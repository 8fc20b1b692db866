import Bellhop
import YAML

/// Reads what a vendor's answers mean.
enum AnswerReader {
  static func answer(_ leaf: Leaf) -> AnswerReading {
    let keys = leaf.keys(["id", "says", "wait", "rules"])
    var answer = AnswerReading()
    if let id = keys["id"], id.node.mapping != nil {
      answer.idHeader = id.keys(["header"])["header"]?.text()
    } else {
      answer.id = keys["id"]?.dotted()
    }
    answer.says = keys["says"]?.elements().compactMap { $0.dotted() } ?? []
    answer.waits = keys["wait"]?.elements().map(wait) ?? []
    let rules = keys["rules"]?.elements() ?? []
    answer.rules = rules.map(rule)
    for (index, leaf) in rules.enumerated() {
      guard let first = answer.rules[..<index].firstIndex(where: { $0.covers(answer.rules[index]) }) else { continue }
      leaf.warning(
        "this rule is never met: the one in line \(rules[first].node.mark.line) fits first",
        hint: "write what is special before what is general")
    }
    return answer
  }

  /// `parameters.retry_after`, or `{ header: X-RateLimit-Reset, unit: at, left: X-RateLimit-Remaining }`
  private static func wait(_ leaf: Leaf) -> AnswerReading.AnswerWait {
    if leaf.node.scalar != nil { return .init(path: leaf.dotted()) }
    let keys = leaf.keys(["json", "header", "unit", "left"])
    return .init(
      path: keys["json"]?.dotted(), header: keys["header"]?.text(), unit: keys["unit"]?.choice(AnswerReading.WaitUnit.self) ?? .seconds,
      left: keys["left"]?.text())
  }

  private static func rule(_ leaf: Leaf) -> AnswerReading.Rule {
    let keys = leaf.keys(["status", "json", "text", "is", "kind", "hint"])
    var rule = AnswerReading.Rule()
    rule.status = keys["status"]?.elements().compactMap(status) ?? []
    rule.json =
      keys["json"]?.pairs().compactMap { key, value in
        (key.split(separator: ".").map(String.init), value.texts())
      } ?? []
    rule.text = keys["text"]?.text()
    if let end = keys["is"] {
      rule.end = end.choice(AnswerReading.RuleEnd.self) ?? .refused
    } else {
      leaf.mistake("\"is\" is missing", hint: "is: delivered, postponed, refused or unclear")
    }
    rule.hint = keys["hint"]?.text()
    if let kind = keys["kind"] {
      rule.kind = self.kind(kind) ?? .rejected
    } else if rule.end == .postponed {
      rule.kind = .unavailable
    }
    if keys["status"] == nil, keys["json"] == nil, keys["text"] == nil {
      leaf.mistake("a rule without a condition fits every answer", hint: "write status, json or text")
    }
    return rule
  }

  /// `404` or `2xx`
  private static func status(_ leaf: Leaf) -> ClosedRange<Int>? {
    if let int = leaf.node.scalar?.int, (100...599).contains(int) { return int...int }
    if let text = leaf.node.scalar?.text, text.hasSuffix("xx"), let first = Int(text.dropLast(2)), (1...5).contains(first) {
      return first * 100...first * 100 + 99
    }
    leaf.expected("a status such as 404 or 2xx")
    return nil
  }

  static func kind(_ leaf: Leaf) -> Fault.Kind? {
    guard let text = leaf.text() else { return nil }
    if let kind = Fault.Kind(rawValue: text) { return kind }
    leaf.mistake("\"\(text)\" is not a kind of fault", hint: Leaf.hint(text, among: Fault.Kind.allCases.map(\.rawValue), called: "kinds"))
    return nil
  }
}

extension AnswerReading.Rule {
  /// Whether every answer that another rule fits is fitted by this one.
  fileprivate func covers(_ other: Self) -> Bool {
    let statuses =
      status.isEmpty
      || (!other.status.isEmpty
        && other.status.allSatisfy { range in status.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound } })
    let bodies = json.allSatisfy { path, words in
      other.json.contains { $0.path == path && (words.contains("*") || $0.words.allSatisfy(words.contains)) }
    }
    return statuses && bodies && (text.map { other.text?.lowercased().contains($0.lowercased()) ?? false } ?? true)
  }
}
