import Bellhop
import Courier
import Routing
import Settings
import Store

/// What `bellhop test` found.
public struct TestReport: Sendable {
  /// A line for each test, and for a failed one what was expected and what came.
  public var lines: [String]
  /// Tests whose outcome was exactly what they expect.
  public var passed: Int
  /// Tests with another outcome; any of them makes `bellhop test` exit with 1.
  public var failed: Int
}

extension Gateway {
  /// Runs the `tests:` of a configuration through the code that `serve` runs. Nil when it has mistakes.
  public static func test(_ loaded: Loaded) -> TestReport? {
    guard let configuration = loaded.configuration else { return nil }
    let router = Assembly.router(of: configuration)
    var report = TestReport(lines: [], passed: 0, failed: 0)
    for test in configuration.tests {
      let time = test.at ?? Timepiece.system.wall()
      let explanation = router.explain(test.event(now: time), at: time)
      let got = heard(explanation.plan)
      let wanted = test.expect.filter { !$0.value.isEmpty }.mapValues(Set.init)
      let name = "\(test.name ?? "\(test.event.type)\(test.event.subject.map { " \($0)" } ?? "")") (\(test.position))"
      if got == wanted {
        report.passed += 1
        report.lines.append("ok      \(name)")
      } else {
        report.failed += 1
        report.lines.append(
          "FAILED  \(name)\n        expected \(words(wanted))\n        got      \(words(got))\n" + indent(explanation.text))
      }
    }
    return report
  }

  /// Role by role, the channels and transports that its rows named. A folded delivery was asked for too.
  static func heard(_ plan: Plan) -> [String: Set<String>] {
    guard plan.fate == .planned else { return [:] }
    var heard: [String: Set<String>] = [:]
    for delivery in plan.deliveries {
      heard[delivery.role, default: []].insert(delivery.destination.channel ?? delivery.destination.transport)
    }
    return heard
  }

  private static func words(_ heard: [String: Set<String>]) -> String {
    heard.isEmpty
      ? "nobody"
      : heard.sorted { $0.key < $1.key }.map { "\($0.key): [\($0.value.sorted().joined(separator: ", "))]" }.joined(separator: ", ")
  }

  private static func indent(_ text: String) -> String { text.split(separator: "\n").map { "        \($0)" }.joined(separator: "\n") }
}
