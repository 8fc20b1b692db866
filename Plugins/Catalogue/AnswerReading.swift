import Bellhop
import Curl

/// What a vendor's answers mean: the first rule that fits, else what HTTP means by the status.
struct AnswerReading: Sendable {
  /// Where the vendor's id of the message stands in its answer.
  var id: [String]?
  /// Where its own words about a failure stand.
  var says: [[String]] = []
  /// Where it says how long to wait, besides `Retry-After`.
  var wait: AnswerWait?
  var rules: [Rule] = []

  struct AnswerWait: Sendable {
    var path: [String]?
    var header: String?
    /// What the number counts, in milliseconds.
    var unit: Double
  }

  struct Rule: Sendable {
    /// Empty: any.
    var status: [ClosedRange<Int>] = []
    var json: [(path: [String], words: [String])] = []
    /// A part of the body, in any case.
    var text: String?
    var end = RuleEnd.delivered
    var kind = Fault.Kind.rejected
    var hint: String?
  }

  enum RuleEnd: String, Sendable, CaseIterable { case delivered, postponed, refused, unclear }

  /// - Parameter secrets: texts that must not be seen, even where the vendor repeats them.
  func outcome(of answer: Answer, secrets: [String]) -> Outcome {
    guard case .response(let response) = answer else { return answer.outcome() }
    let json = (try? JSON(parsing: response.body)) ?? .null
    let text = rules.contains { $0.text != nil } ? String(decoding: response.body.prefix(4_096), as: UTF8.self).lowercased() : ""
    let id = id.flatMap { json.value(at: $0[...]) }.map(\.plain).flatMap { $0.isEmpty || $0.utf8.count > 200 ? nil : Escape.clean($0) }
    let line = "the server answered \(response.status)" + words(in: json, secrets)
    guard let rule = rules.first(where: { $0.fits(response.status, json, text) }) else {
      return unruled(answer, response, json, id: id, line: line)
    }
    let fault = Fault(rule.kind, rule.hint.map { "\(line): \($0)" } ?? line)
    switch rule.end {
    case .delivered: return .delivered(Receipt(id: id, note: [String(response.status), id].compactMap { $0 }.joined(separator: " ")))
    case .postponed: return .postponed(fault, retryAfter: rule.kind == .throttled ? pause(response, json) : nil)
    case .refused: return .refused(fault)
    case .unclear: return .unclear(fault)
    }
  }

  private func unruled(_ answer: Answer, _ response: Response, _ json: JSON, id: String?, line: String) -> Outcome {
    if (200..<300).contains(response.status), rules.contains(where: { $0.end == .delivered }) {
      return .unclear(
        Fault(.unintelligible, "the answer \(response.status) is not the vendor's: is there a proxy in between, or is the address wrong?"))
    }
    switch answer.outcome(id: id) {
    case .delivered(let receipt): return .delivered(Receipt(id: id, note: [receipt.note, id].compactMap { $0 }.joined(separator: " ")))
    case .postponed(let fault, let wait):
      return .postponed(Fault(fault.kind, line), retryAfter: fault.kind == .throttled ? pause(response, json) : wait)
    case .refused(let fault): return .refused(Fault(fault.kind, fault.line.replacing("the server answered \(response.status)", with: line)))
    case .unclear(let fault): return .unclear(fault)
    }
  }

  /// How long it asks to wait, in its body, its header or in HTTP's own.
  private func pause(_ response: Response, _ json: JSON) -> Duration? {
    let own = wait?.path.flatMap { json.value(at: $0[...]) }.flatMap { $0.double ?? Double($0.plain) }
    let header = wait?.header.flatMap { response.header($0) }.flatMap { Double($0) }
    if let number = own ?? header, let unit = wait?.unit, number >= 0, number * unit <= 86_400_000 {
      return .milliseconds(Int64((number * unit).rounded(.up)))
    }
    return response.retryAfter
  }

  /// What the vendor says, short, on one line and without a secret.
  private func words(in json: JSON, _ secrets: [String]) -> String {
    guard var text = says.lazy.compactMap({ json.value(at: $0[...])?.plain }).first(where: { !$0.isEmpty }) else { return "" }
    for secret in secrets where secret.count >= 4 { text = text.replacing(secret, with: Secret.mask) }
    let flat = Escape.clean(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    return " (\(flat.count > 200 ? flat.prefix(199) + "…" : flat))"
  }
}

extension AnswerReading.Rule {
  func fits(_ status: Int, _ json: JSON, _ body: String) -> Bool {
    if !self.status.isEmpty, !self.status.contains(where: { $0.contains(status) }) { return false }
    if let text, !body.contains(text.lowercased()) { return false }
    return self.json.allSatisfy { path, words in
      guard let value = json.value(at: path[...]), !value.isNull else { return false }
      return words.contains("*") || words.contains(value.plain)
    }
  }
}
