import Bellhop
import Curl

/// What a vendor's answers mean: the first rule that fits, else what HTTP means by the status.
struct AnswerReading: Sendable {
  /// Where the vendor's id of the message stands in its answer.
  var id: [String]?
  /// The header that the id stands in, for vendors that do not write it into their answer.
  var idHeader: String?
  /// Where its own words about a failure stand.
  var says: [[String]] = []
  /// Where it says how long to wait, besides `Retry-After`: the first that says something.
  var waits: [AnswerWait] = []
  var rules: [Rule] = []

  struct AnswerWait: Sendable {
    var path: [String]?
    var header: String?
    var unit = WaitUnit.seconds
    /// A header that says how many requests are left: only at none the wait is meant.
    var left: String?
  }

  enum WaitUnit: String, Sendable, CaseIterable {
    case milliseconds = "ms"
    case seconds = "s"
    /// A moment, in seconds since 1970.
    case moment = "at"
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

  /// - Parameters:
  ///   - secrets: texts that must not be seen, even where the vendor repeats them.
  ///   - now: when the attempt began, for vendors that name a moment to wait for.
  func outcome(of answer: Answer, secrets: [String], at now: Timestamp = .now) -> Outcome {
    guard case .response(let response) = answer else { return answer.outcome() }
    let json = (try? JSON(parsing: Text.withoutMark(response.body))) ?? .null
    let text =
      rules.contains { $0.text != nil } ? String(decoding: Text.withoutMark(response.body).prefix(4_096), as: UTF8.self).lowercased() : ""
    let named = id.flatMap { json.value(at: $0[...]) }.map(\.plain) ?? idHeader.flatMap(response.header)
    let id = named.flatMap { $0.isEmpty || $0.utf8.count > 200 ? nil : Escape.clean($0) }
    let line = "the server answered \(response.status)" + words(in: json, secrets)
    guard let rule = rules.first(where: { $0.fits(response.status, json, text) }) else {
      return unruled(answer, response, json, id: id, line: line, now)
    }
    let fault = Fault(rule.kind, rule.hint.map { "\(line): \(filled($0, json))" } ?? line)
    switch rule.end {
    case .delivered: return .delivered(Receipt(id: id, note: [String(response.status), id].compactMap { $0 }.joined(separator: " ")))
    case .postponed: return .postponed(fault, retryAfter: pause(response, json, now))
    case .refused: return .refused(fault)
    case .unclear: return .unclear(fault)
    }
  }

  private func unruled(_ answer: Answer, _ response: Response, _ json: JSON, id: String?, line: String, _ now: Timestamp) -> Outcome {
    if (200..<300).contains(response.status), rules.contains(where: { $0.end == .delivered }) {
      return .unclear(
        Fault(.unintelligible, "the answer \(response.status) is not the vendor's: is there a proxy in between, or is the address wrong?"))
    }
    switch answer.outcome(id: id) {
    case .delivered(let receipt): return .delivered(Receipt(id: id, note: [receipt.note, id].compactMap { $0 }.joined(separator: " ")))
    case .postponed(let fault, _): return .postponed(Fault(fault.kind, line), retryAfter: pause(response, json, now))
    case .refused(let fault): return .refused(Fault(fault.kind, fault.line.replacing("the server answered \(response.status)", with: line)))
    case .unclear(let fault): return .unclear(fault)
    }
  }

  /// A hint with what the answer says at `{its.path}`.
  private func filled(_ hint: String, _ json: JSON) -> String {
    hint.replacing(/\{([A-Za-z0-9_.-]+)\}/) { match in
      let value = json.value(at: match.1.split(separator: ".").map(String.init)[...])?.plain ?? ""
      return String(Escape.clean(value.split(whereSeparator: \.isNewline).joined(separator: " ")).prefix(60))
    }
  }

  /// How long it asks to wait: its body says it best, then HTTP's own header, then headers of its own.
  private func pause(_ response: Response, _ json: JSON, _ now: Timestamp) -> Duration? {
    let said = waits.lazy.compactMap { wait in
      wait.path.flatMap { json.value(at: $0[...]) }.flatMap { $0.double ?? Double($0.plain) }.flatMap { wait.duration($0, now) }
    }
    if let pause = said.first ?? response.retryAfter { return pause }
    return waits.lazy.compactMap { wait in
      if let left = wait.left, response.header(left).flatMap(Int.init) != 0 { return nil }
      return wait.header.flatMap(response.header).flatMap(Double.init).flatMap { wait.duration($0, now) }
    }.first
  }

  /// What the vendor says, short, on one line and without a secret.
  private func words(in json: JSON, _ secrets: [String]) -> String {
    guard var text = says.lazy.compactMap({ json.value(at: $0[...])?.plain }).first(where: { !$0.isEmpty }) else { return "" }
    for secret in secrets where secret.count >= 4 { text = text.replacing(secret, with: Secret.mask) }
    let flat = Escape.clean(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    return " (\(flat.count > 200 ? flat.prefix(199) + "…" : flat))"
  }
}

extension AnswerReading.AnswerWait {
  /// Beyond a day it is no wait but a mistake.
  func duration(_ number: Double, _ now: Timestamp) -> Duration? {
    let milliseconds =
      switch unit {
      case .milliseconds: number
      case .seconds: number * 1_000
      case .moment: max(0, number * 1_000 - Double(now.microseconds) / 1_000)
      }
    return (0...86_400_000).contains(milliseconds) ? .milliseconds(Int64(milliseconds.rounded(.up))) : nil
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
