import Bellhop

/// Asks for an event, and tells who would hear of it and why.
public struct ExplainPage: Sendable {
  private let form: [String: String]
  private let answer: String?
  private let flaw: FormFlaw?

  /// - Parameters:
  ///   - form: what was asked.
  ///   - answer: the explanation; nil before anything was asked.
  public init(form: [String: String], answer: String?, flaw: FormFlaw?) {
    self.form = form
    self.answer = answer
    self.flaw = flaw
  }

  /// What stands below its heading.
  public var content: SafeHTML {
    let severities = Severity.allCases.map { ($0.word, $0.word) }
    let told: SafeHTML? = answer.map { "<h2>Who would hear of it</h2><pre>\($0)</pre>" }
    let fields = ["type", "subject", "severity", "text", "data", "at", "sender"]
    return """
      <p>Nothing is sent and nothing is kept: this asks the tables in force.</p>\(SafeHTML.flaw(flaw, besides: fields))\
      <form method="get" action="\(DashboardView.explain.path)">\
      \(SafeHTML.field("Type", "type", form["type"], hint: "payment.failed", flaw: flaw))\
      \(SafeHTML.field("Subject", "subject", form["subject"], hint: "jane@example.com", flaw: flaw))\
      \(SafeHTML.choice("Severity", "severity", severities, form["severity"] ?? Severity.info.word, flaw: flaw))\
      \(SafeHTML.field("Text", "text", form["text"], flaw: flaw))\
      \(SafeHTML.area("Data, a line each", "data", form["data"], hint: "amount: 1200", flaw: flaw))\
      \(SafeHTML.field("Sender", "sender", form["sender"], hint: "local", flaw: flaw))\
      \(SafeHTML.field("At what time", "at", form["at"], hint: "2026-11-23T09:30:00Z; empty is now", flaw: flaw))\
      <p><button>Explain</button></p></form>\(told)
      """
  }
}
