import Bellhop
import Foundation
import Testing

@testable import Senders

@Suite struct DatadogDialectTests {
  /// The payload that the docs tell people to paste, with Datadog's variables filled in.
  static func body(_ values: [String: String]) throws -> String {
    let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/senders/datadog.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    var payload = try #require(text.components(separatedBy: "```json\n").last?.components(separatedBy: "```").first)
    for (name, value) in values.sorted(by: { $0.key.count > $1.key.count }) { payload = payload.replacing("$\(name)", with: value) }
    return payload
  }
  static let triggered = [
    "ID": "4711", "ALERT_CYCLE_KEY": "6013465098541687", "ALERT_ID": "1234", "ALERT_TRANSITION": "Triggered", "ALERT_TYPE": "error",
    "ALERT_PRIORITY": "P1", "ALERT_TITLE": "CPU of web-1 is high", "EVENT_TITLE": "[P1] [Triggered on {host:web-1}] CPU of web-1 is high",
    "TEXT_ONLY_MSG": "Look at top.", "ALERT_SCOPE": "host:web-1", "LINK": "https://app.datadoghq.com/event/event?id=4711",
    "DATE": "1795521540000", "TAGS": "host:web-1,team:a", "ORG_NAME": "Shop",
  ]

  @Test func aLife() throws {
    let knocker = try Knocker("datadog")
    let event = try knocker.event(Self.body(Self.triggered))
    #expect(event.type == "datadog.firing" && event.severity == .critical && event.subject == "6013465098541687")
    #expect(event.text == "CPU of web-1 is high\nLook at top.\nhost:web-1\nDatadog (https://app.datadoghq.com/event/event?id=4711)")
    #expect(event.time == Timestamp(seconds: 1_795_521_540) && event.value(at: "data.tags") == "host:web-1,team:a")
    var over = Self.triggered
    over["ID"] = "4712"
    over["ALERT_TRANSITION"] = "Recovered"
    over["ALERT_TYPE"] = "success"
    let end = try knocker.event(Self.body(over))
    #expect(end.type == "datadog.resolved" && end.severity == .info && end.subject == event.subject && end.id != event.id)
    #expect(end.text.hasPrefix("Resolved: CPU of web-1 is high"))
    #expect(try knocker.event(Self.body(Self.triggered), at: noon + .seconds(900)).id == event.id, "a second try")
  }

  @Test(arguments: [
    ("Triggered", "P2", "datadog.firing", "error"), ("Re-Triggered", "", "datadog.firing", "error"),
    ("Warn", "", "datadog.firing", "warning"),
    ("No Data", "", "datadog.firing", "warning"), ("Renotify", "P4", "datadog.firing", "notice"),
    ("Recovered", "P1", "datadog.resolved", "info"),
    ("Warn Recovered", "", "datadog.resolved", "info"), ("Triggered", "normal", "datadog.firing", "error"),
    ("Triggered", "low", "datadog.firing", "error"),
  ])
  func transitions(transition: String, priority: String, type: String, severity: String) throws {
    var values = Self.triggered
    values["ALERT_TRANSITION"] = transition
    values["ALERT_PRIORITY"] = priority
    let event = try Knocker("datadog").event(Self.body(values))
    #expect(event.type == type && event.severity.word == severity)
  }

  /// The payload that Datadog sends where nobody has written one, and those that people have from other tools' pages.
  @Test func otherPayloads() throws {
    let knocker = try Knocker("datadog")
    let fallback = try knocker.event(
      #"{"body":"%%%\nwords\n\n@webhook-bellhop\n%%%","last_updated":"1795521540000","event_type":"metric_alert_monitor","title":"[Recovered on {host:web-1}] CPU is high","date":"1795521540000","org":{"id":"1","name":"Shop"},"id":"9"}"#
    )
    #expect(
      fallback.type == "datadog.resolved" && fallback.text == "Resolved: CPU is high\nwords\n@webhook-bellhop"
        && fallback.id == "9/Recovered on {host:web-1}".prefix(11))
    let nested = try knocker.event(
      #"{"id":"1","title":"x","alert":{"id":"77","transition":"Warn","cycleId":"c1","scope":"host:a"},"link":"https://app.datadoghq.com/1"}"#
    )
    #expect(nested.type == "datadog.firing" && nested.severity == .warning && nested.subject == "c1")
    let form = try knocker.event(
      "title=hello&id=5&transition=Triggered&alert_id=9&alert_scope=host%3Aa",
      PostHead(path: ["s3cret-of-shop"], headers: [.init("content-type", "application/x-www-form-urlencoded")]))
    #expect(form.text.hasPrefix("hello") && form.subject == "monitor 9 host:a")
    let event = try knocker.event(#"{"id":"1","title":"Deployed","transition":"$ALERT_TRANSITION","cycle":"null"}"#)
    #expect(event.type == "datadog.event" && event.severity == .info && event.subject == nil && event.text == "Deployed")
    let hostile = try knocker.event(#"{"title":"\#(String(repeating: "[a]", count: 100_000))"}"#)
    #expect(hostile.type == "datadog.event")
  }
}
