import Bellhop
import Testing

@testable import Senders

@Suite struct PagerDutyDialectTests {
  static let head = PostHead(path: ["v2", "enqueue"], headers: [.init("content-type", "application/json")])

  static func body(_ action: String = "trigger", _ more: String = "") -> String {
    #"{"routing_key":"s3cret-of-shop","event_action":"\#(action)"\#(more)}"#
  }
  static let full =
    #","dedup_key":"web-1/disk","payload":{"summary":"The disk is full","source":"web-1","severity":"critical","timestamp":"2026-11-24T11:58:00.000+0000","component":"sda1","group":"prod","class":"disk","custom_details":{"free":"3 %"}},"links":[{"href":"https://wiki.example.com/disk","text":"Runbook"}],"client":"Nagios","client_url":"https://nagios.example.com"}"#
    .dropLast()

  @Test func aLife() throws {
    let knocker = try Knocker("pagerduty")
    let event = try knocker.event(Self.body("trigger", String(Self.full)), Self.head)
    #expect(event.type == "pagerduty.firing" && event.subject == "web-1/disk" && event.severity == .critical)
    #expect(event.time == Timestamp(rfc3339: "2026-11-24T11:58:00Z"))
    #expect(
      event.text
        == "The disk is full\nweb-1 · sda1 · prod · disk\nRunbook (https://wiki.example.com/disk) · Nagios (https://nagios.example.com)")
    #expect(event.value(at: "data.custom_details.free") == "3 %" && event.value(at: "data.component") == "sda1")
    #expect(!JSON.object(event.json).text.contains("s3cret"))
    for (action, type, text) in [
      ("acknowledge", "pagerduty.acknowledged", "Acknowledged: web-1/disk"), ("resolve", "pagerduty.resolved", "Resolved: web-1/disk"),
    ] {
      let event = try knocker.event(Self.body(action, #","dedup_key":"web-1/disk""#), Self.head)
      #expect(event.type == type && event.text == text && event.subject == "web-1/disk" && event.severity == .info)
    }
  }

  /// The key that was made for a problem is told, and is the same for a second try.
  @Test func aKeyIsMadeAndTold() throws {
    let knocker = try Knocker("pagerduty")
    func told(_ body: String, at now: Timestamp = noon) throws -> (id: String, key: String) {
      let event = try knocker.event(body, Self.head, at: now)
      let answer = try #require(knocker.sender.answer(.kept([.init(event)]), to: Self.head))
      let json = try JSON(parsing: answer.body)
      #expect(answer.status == 202 && json["status"] == "success" && json["message"] == "Event processed")
      #expect(json["dedup_key"]?.string == event.subject)
      return (event.id, json["dedup_key"]?.string ?? "")
    }
    let body = Self.body("trigger", #","payload":{"summary":"x","source":"y","severity":"info"}"#)
    let first = try told(body)
    #expect(first.key.utf8.count == 32)
    #expect(try told(body, at: noon + .seconds(20)) == first)
    #expect(try told(body, at: noon + .seconds(120)) != first)
    #expect(try told(body.replacing("\"x\"", with: "\"z\"")) != first)
    // With a time of its own the event is known again for longer.
    let dated = Self.body("trigger", String(Self.full))
    #expect(try told(dated) == told(dated, at: noon + .seconds(600)))
    #expect(try told(dated).key == "web-1/disk")
  }

  @Test func changes() throws {
    let knocker = try Knocker("pagerduty")
    let head = PostHead(path: ["v2", "change", "enqueue"])
    let event = try knocker.event(
      #"{"routing_key":"s3cret-of-shop","payload":{"summary":"Build 2 is live","source":"ci"},"links":[{"href":"https://ci.example.com/2"}]}"#,
      head)
    #expect(event.type == "pagerduty.change" && event.subject == nil && event.severity == .info)
    #expect(event.text == "Build 2 is live\nci\nLink (https://ci.example.com/2)")
    let answer = try #require(knocker.sender.answer(.kept([.init(event)]), to: head))
    #expect(
      answer.status == 202 && String(decoding: answer.body, as: UTF8.self) == #"{"status":"success","message":"Change event processed"}"#)
  }

  @Test func refusalsAreInItsWords() throws {
    let sender = try Knocker("pagerduty").sender
    let busy = try #require(sender.answer(.refused(PostRefusal(status: 503, title: "full", retryAfter: 1)), to: Self.head))
    #expect(try busy.status == 429 && JSON(parsing: busy.body)["status"] == "throttle exceeded")
    let wrong = try #require(sender.answer(.refused(PostRefusal(status: 401, title: "no key")), to: Self.head))
    #expect(try wrong.status == 401 && JSON(parsing: wrong.body)["status"] == "invalid event")
    #expect(try JSON(parsing: wrong.body)["errors"]?.array?.first == "no key")
  }

  @Test func oddEventsAreTaken() throws {
    let knocker = try Knocker("pagerduty")
    #expect(try knocker.event(#"{"routing_key":"s3cret-of-shop"}"#, Self.head).type == "pagerduty.firing")
    #expect(try knocker.event(Self.body("snooze", #","dedup_key":7"#), Self.head).type == "pagerduty.snooze")
    #expect(try knocker.event(Self.body("trigger", #","payload":[],"links":7,"dedup_key":{}"#), Self.head).severity == .warning)
  }
}
