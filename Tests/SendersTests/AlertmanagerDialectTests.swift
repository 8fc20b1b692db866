import Bellhop
import Testing

@testable import Senders

/// Alertmanager's form, and what Grafana has from it.
@Suite struct AlertmanagerDialectTests {
  static let start = "2026-11-24T11:50:00.123456789Z"

  static func alert(
    _ status: String = "firing", labels: String = #""alertname":"DiskFull","severity":"critical","instance":"web-1:9100""#,
    annotations: String =
      #""summary":"The disk of web-1 is full","description":"97 % of /var","runbook_url":"https://wiki.example.com/disk""#,
    start: String = start, end: String = "0001-01-01T00:00:00Z", fingerprint: String = "c0ffee0123456789", more: String = ""
  ) -> String {
    """
    {"status":"\(status)","labels":{\(labels)},"annotations":{\(annotations)},"startsAt":"\(start)","endsAt":"\(end)",
     "generatorURL":"http://prometheus:9090/graph?g0.expr=up","fingerprint":"\(fingerprint)"\(more)}
    """
  }

  static func group(_ alerts: [String], _ more: String = "") -> String {
    """
    {"version":"4","groupKey":"{}:{alertname=\\"DiskFull\\"}","truncatedAlerts":0,"receiver":"bellhop","status":"firing",
     "groupLabels":{"alertname":"DiskFull"},"commonLabels":{"alertname":"DiskFull"},"commonAnnotations":{},
     "externalURL":"http://alertmanager:9093","alerts":[\(alerts.joined(separator: ","))]\(more)}
    """
  }

  @Test func anAlertBecomesAnEvent() throws {
    let event = try Knocker("alertmanager").event(Self.group([Self.alert()]))
    #expect(event.type == "alertmanager.firing" && event.severity == .critical && event.sender == "shop")
    #expect(event.subject == "DiskFull instance=web-1:9100 severity=critical")
    #expect(event.id == "c0ffee0123456789/\(Self.start)/firing")
    #expect(event.time == Timestamp(rfc3339: Self.start))
    #expect(
      event.text
        == "The disk of web-1 is full\n97 % of /var\nRunbook (https://wiki.example.com/disk) · "
        + "Source (http://prometheus:9090/graph?g0.expr=up) · All alerts (http://alertmanager:9093)")
    #expect(event.body?.nodes.first == .bold([.text("The disk of web-1 is full")]))
    #expect(event.value(at: "data.labels.instance") == "web-1:9100" && event.value(at: "data.alertname") == "DiskFull")
    #expect(event.value(at: "data.receiver") == "bellhop" && event.value(at: "data.groupLabels.alertname") == "DiskFull")
    #expect(event.value(at: "data.severity") == "critical" && event.value(at: "data.endsAt") == nil)
  }

  /// The group still fires while one of its alerts is over.
  @Test func eachAlertHasItsOwnState() throws {
    let events = try Knocker("alertmanager").events(
      Self.group([
        Self.alert(),
        Self.alert(
          "resolved", labels: #""alertname":"DiskFull","severity":"critical","instance":"web-2:9100""#, end: "2026-11-24T11:59:00Z",
          fingerprint: "2"),
      ]))
    #expect(events.map(\.type) == ["alertmanager.firing", "alertmanager.resolved"])
    #expect(events.map(\.severity) == [.critical, .info] && events[1].value(at: "data.severity") == "critical")
    #expect(events[1].text.hasPrefix("Resolved: The disk of web-1 is full"))
    #expect(events[1].time == Timestamp(rfc3339: "2026-11-24T11:59:00Z"))
    // The subject is that of the problem, whatever became of it.
    let before = try Knocker("alertmanager").event(
      Self.group([Self.alert(labels: #""instance":"web-2:9100","alertname":"DiskFull","severity":"critical""#)]))
    #expect(events[1].subject == before.subject)
  }

  @Test(arguments: [
    ("page", "critical"), ("P1", "critical"), ("Sev-2", "error"), ("major", "error"), ("warn", "warning"), ("ticket", "warning"),
    ("low", "notice"),
    ("none", "info"), ("information", "info"), ("debug", "debug"), ("purple", "warning"), ("", "warning"),
  ])
  func severities(word: String, severity: String) throws {
    let event = try Knocker("alertmanager").event(Self.group([Self.alert(labels: #""alertname":"A","severity":"\#(word)""#)]))
    #expect(event.severity.word == severity)
  }

  /// What is told again is a duplicate, until it is over and begins anew.
  @Test func idsTellHappeningsApart() throws {
    let knocker = try Knocker("alertmanager")
    func id(_ alert: String, at now: Timestamp = noon) throws -> String { try knocker.event(Self.group([alert]), at: now).id }
    let first = try id(Self.alert())
    #expect(try id(Self.alert(annotations: #""summary":"98 % now""#), at: noon + .seconds(86_400)) == first)
    #expect(try id(Self.alert("resolved", end: "2026-11-24T11:59:00Z")) != first)
    #expect(try id(Self.alert(start: "2026-11-24T11:59:30Z")) != first)
    #expect(try id(Self.alert(fingerprint: "2")) != first)
    // Without a fingerprint the labels stand for it.
    #expect(try id(Self.alert(fingerprint: "")) == id(Self.alert(fingerprint: "")))
    #expect(try id(Self.alert(labels: #""alertname":"B""#, fingerprint: "")) != id(Self.alert(fingerprint: "")))
    // Told twice in one request, it is one alert.
    #expect(try knocker.events(Self.group([Self.alert(), Self.alert()])).count == 1)
  }

  @Test func remindersAreEventsWhereWanted() throws {
    let knocker = try Knocker("alertmanager", ["reminders": .bool(true)])
    func id(_ after: Int, _ alert: String = Self.alert(), _ reason: String? = nil) throws -> String {
      let more = reason.map { #","notification_reason":"\#($0)""# } ?? ""
      return try knocker.event(Self.group([alert], more), at: noon + .seconds(after)).id
    }
    let first = try id(0)
    #expect(try id(3) == first, "a second try of the same request")
    #expect(try id(4 * 3_600) != first)
    // Over is over: nothing is told again.
    let over = Self.alert("resolved", end: "2026-11-24T11:59:00Z")
    #expect(try id(0, over) == id(4 * 3_600, over))
    // But it can end twice without having begun anew: when Prometheus was silent for a while.
    #expect(try id(0, over) != id(0, over.replacing("11:59:00", with: "11:59:30")))
    // Where it says why it calls, a group that has changed is no reminder of its other alerts.
    let still = Self.alert()
    #expect(try id(0, still, "new alerts in group") == id(4 * 3_600, still, "new resolved alerts in group"))
    #expect(try id(0, still, "repeat interval elapsed") != id(4 * 3_600, still, "repeat interval elapsed"))
  }

  @Test func whatWasLeftOutIsTold() throws {
    let knocker = try Knocker("alertmanager")
    let body = Self.group([Self.alert()]).replacing(#""truncatedAlerts":0"#, with: #""truncatedAlerts":417"#)
    let events = try knocker.events(body)
    #expect(events.map(\.type) == ["alertmanager.truncated", "alertmanager.firing"])
    let told = try #require(events.first)
    #expect(
      told.severity == .warning && told.text.hasPrefix("417 more alerts of this group were left out")
        && told.value(at: "data.missing") == 417)
    #expect(try knocker.events(body, at: noon + .seconds(9_999)).first?.id == told.id)
  }

  /// A storm comes as one request, and a refusal would lose it.
  @Test func aHugeGroupIsKept() throws {
    let knocker = try Knocker("alertmanager")
    let alerts = (0..<10_017).map { Self.alert(fingerprint: "f\($0)") }
    let body = Self.group(alerts)
    #expect(body.utf8.count < knocker.sender.dialect.limit)
    let clock = ContinuousClock()
    var events: [Event] = []
    let time = try clock.measure { events = try knocker.events(body) }
    #expect(events.count == 10_001 && events.last?.type == "alertmanager.truncated" && events.last?.value(at: "data.missing") == 17)
    #expect(Set(events.map(\.id)).count == 10_001 && time < .seconds(60), "\(time)")
  }

  /// What Alertmanager left out is told also where there are too many of the rest.
  @Test func whatWasLeftOutIsToldInAStorm() throws {
    let body = Self.group((0..<10_001).map { Self.alert(fingerprint: "f\($0)") }).replacing(
      #""truncatedAlerts":0"#, with: #""truncatedAlerts":417"#)
    let events = try Knocker("alertmanager").events(body)
    #expect(events.count == 10_001 && events.first?.value(at: "data.missing") == 417 && events.last?.value(at: "data.missing") == 2)
  }

  /// What the group says is in each event: it must not make a small request large.
  @Test func theGroupsWordsAreBounded() throws {
    let long = String(repeating: "x", count: 100_000)
    let events = try Knocker("alertmanager").events(
      Self.group((0..<50).map { Self.alert(fingerprint: "f\($0)") }).replacing(#""receiver":"bellhop""#, with: #""receiver":"\#(long)""#))
    #expect(events.count == 50 && JSON.object(events[0].data).text.utf8.count < 2_048)
  }

  @Test func oddGroupsAreTaken() throws {
    let knocker = try Knocker("alertmanager")
    #expect(try knocker.events("{\"alerts\":[]}").isEmpty)
    #expect(try knocker.events("{\"alerts\":[{}]}").map(\.text) == ["An alert without a name"])
    #expect(try knocker.event(Self.group([Self.alert(annotations: "")])).text.hasPrefix("DiskFull instance=web-1:9100 severity=critical"))
    let own = try knocker.event(#"{"title":"Own","message":"words","severity":"high","team":"a"}"#)
    #expect(own.type == "alertmanager.message" && own.text == "Own\nwords" && own.severity == .error && own.value(at: "data.team") == "a")
    // A link that is none, and a label as long as it likes.
    let odd = try knocker.event(
      Self.group([
        Self.alert(
          labels: #""alertname":"\#(String(repeating: "é", count: 900))1""#,
          annotations: #""summary":"a\nb","runbook_url":"javascript:alert(1)""#)
      ]))
    #expect(!odd.text.contains("javascript") && odd.text.hasPrefix("a b") && odd.subject?.utf8.count ?? 0 <= 512)
  }
}
