import Bellhop
import Courier
import Deciding
import Routing
import Senders
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
      let isSequence = test.after != nil || test.within != nil
      let played = isSequence ? rehearsed(test, at: time, configuration) : nil
      let got = played?.heard ?? heard(explanation.plan)
      let wanted = test.expect.filter { !$0.value.isEmpty }.mapValues(Set.init)
      let name = "\(test.name ?? "\(test.event.type)\(test.event.subject.map { " \($0)" } ?? "")") (\(test.position))"
      if got == wanted {
        report.passed += 1
        report.lines.append("ok      \(name)")
      } else {
        report.failed += 1
        report.lines.append(
          "FAILED  \(name)\n        expected \(words(wanted))\n        got      \(words(got))\n"
            + indent(explanation.text + (played?.text ?? "")))
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

  /// Role by role, the channels and transports that people hear of it in, from the moment on at which it happens until the test's time is up:
  /// by its own message, or by those that rules and watches make of it and of what came before.
  private static func rehearsed(
    _ test: ConfiguredTest, at time: Timestamp, _ configuration: Configuration
  ) -> (heard: [String: Set<String>], text: String) {
    let steps = (test.after ?? []).enumerated().sorted { ($1.element.ago, $0.offset) < ($0.element.ago, $1.offset) }.map(\.element)
    var rehearsal = Rehearsal(Assembly.decider(of: configuration), from: time - (steps.first?.ago ?? .zero))
    for (number, step) in steps.enumerated() {
      rehearsal.post(apart(step.event(at: time - step.ago), "before-\(number + 1)"), at: time - step.ago)
    }
    // What was due before is told before.
    rehearsal.run(until: time)
    let before = rehearsal.messages.count
    let sequence = rehearsal.post(apart(test.event(now: time), "then"), at: time)
    let end = time + (test.within ?? .zero)
    rehearsal.run(until: end)
    var heard: [String: Set<String>] = [:]
    for message in rehearsal.messages[before...] where message.at <= end && !message.role.isEmpty {
      heard[message.role, default: []].formUnion(message.places)
    }
    // Where another role's message reaches the same target.
    let parts = sequence.flatMap { rehearsal[$0]?.parts } ?? []
    for part in parts where !part.role.isEmpty && part.told.map({ $0 <= end }) ?? false {
      heard[part.role, default: []].formUnion(part.places)
    }
    let lines = parts.map { part in
      let told = part.told.map { $0 <= end ? "told" : "told later" } ?? "not told"
      return "  \(part.role)\(part.row.map { ", \($0)" } ?? ""): \(told)\(part.note.map { ": \($0)" } ?? "")"
    }
    return (heard, "\nafter \(steps.count == 1 ? "1 event" : "\(steps.count) events")\n" + lines.joined(separator: "\n") + "\n")
  }

  /// With an id of its own where the file gives none: two without one are two.
  private static func apart(_ event: Event, _ id: String) -> Event {
    guard event.id == Sender.unnamed else { return event }
    var event = event
    event.id = id
    return event
  }

  private static func words(_ heard: [String: Set<String>]) -> String {
    heard.isEmpty
      ? "nobody"
      : heard.sorted { $0.key < $1.key }.map { "\($0.key): [\($0.value.sorted().joined(separator: ", "))]" }.joined(separator: ", ")
  }

  private static func indent(_ text: String) -> String { text.split(separator: "\n").map { "        \($0)" }.joined(separator: "\n") }
}
