import Bellhop
import Testing

@testable import Senders

@Suite struct OpsgenieDialectTests {
  static func head(_ path: String, _ method: String = "POST") -> PostHead {
    PostHead(
      method: method, path: path.split(separator: "/").map(String.init), query: [.init("identifierType", "alias")],
      headers: [.init("authorization", "GenieKey s3cret-of-shop"), .init("content-type", "application/json")])
  }
  static let create =
    #"{"message":"The disk is full","alias":"web-1/disk","description":"97 %","priority":"P1","source":"nagios","entity":"web-1","tags":["disk"],"details":{"mount":"/var"},"note":"again"}"#

  /// As Alertmanager, Grafana and the SDKs ask it, whether the address ends in `/v2/alerts` or not.
  @Test(arguments: [
    ("v2/alerts", "POST", create, "opsgenie.firing", "critical", "The disk is full\n97 %\nweb-1 · nagios\nagain"),
    ("", "POST", create, "opsgenie.firing", "critical", "The disk is full\n97 %\nweb-1 · nagios\nagain"),
    ("v2/alerts/web-1%2Fdisk/close", "POST", #"{"source":"x","note":"fixed"}"#, "opsgenie.resolved", "info", "Resolved: web-1/disk\nfixed"),
    ("web-1%2Fdisk/close", "POST", "{}", "opsgenie.resolved", "info", "Resolved: web-1/disk"),
    ("web-1%2Fdisk/acknowledge", "POST", "", "opsgenie.acknowledged", "info", "Acknowledged: web-1/disk"),
    ("web-1%2Fdisk/notes", "POST", #"{"note":"on it"}"#, "opsgenie.note", "info", "web-1/disk\non it"),
    ("web-1%2Fdisk/message", "PUT", #"{"message":"Fuller"}"#, "opsgenie.message", "info", "Fuller"),
    ("web-1%2Fdisk", "DELETE", "", "opsgenie.resolved", "info", "Resolved: web-1/disk"),
  ])
  func tasks(path: String, method: String, body: String, type: String, severity: String, text: String) throws {
    let knocker = try Knocker("opsgenie")
    var head = Self.head(path, method)
    head.path = head.path.map { $0.replacing("%2F", with: "/") }
    #expect(knocker.sender.proof(of: head, at: Timestamp(seconds: 0)) == .proven && knocker.sender.dialect.methods.contains(method))
    let event = try knocker.event(body, head)
    #expect(event.type == type && event.severity.word == severity && event.text == text && event.subject == "web-1/disk", "\(event.text)")
    #expect(event.value(at: "data.alias") == "web-1/disk")
  }

  @Test func whatIsRoutedBy() throws {
    let event = try Knocker("opsgenie").event(Self.create, Self.head("v2/alerts"))
    #expect(event.value(at: "data.details.mount") == "/var" && event.value(at: "data.tags.0") == "disk")
    #expect(event.value(at: "data.severity") == "critical")
  }

  @Test func answersToTheByte() throws {
    let knocker = try Knocker("opsgenie")
    let event = try knocker.event(Self.create, Self.head("v2/alerts"))
    let answer = try #require(knocker.sender.answer(.kept([.init(event)]), to: Self.head("v2/alerts")))
    let text = String(decoding: answer.body, as: UTF8.self)
    #expect(answer.status == 202)
    #expect(
      text.wholeMatch(of: /\{"result":"Request will be processed","took":0.001,"requestId":"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}"\}/)
        != nil, "\(text)")
    let refused = try #require(knocker.sender.answer(.refused(PostRefusal(status: 503, title: "full")), to: PostHead()))
    #expect(try refused.status == 429 && JSON(parsing: refused.body)["message"] == "full")
    let asked = knocker.sender.reply(to: Self.head("v2/alerts/requests/17", "GET"), isProven: true)
    #expect(try JSON(parsing: #require(asked).body).value(at: ["data", "isSuccess"]) == true)
    #expect(knocker.sender.reply(to: Self.head("v2/alerts/requests/17", "GET"), isProven: false) == nil)
  }

  @Test func aSecondTryIsADuplicate() throws {
    let knocker = try Knocker("opsgenie")
    func id(_ body: String, _ path: String, after: Int = 0) throws -> String {
      try knocker.event(body, Self.head(path), at: noon + .seconds(after)).id
    }
    #expect(try id(Self.create, "v2/alerts") == id(Self.create, "v2/alerts", after: 30))
    #expect(try id(Self.create, "v2/alerts") != id(Self.create, "v2/alerts", after: 90))
    #expect(try id("{}", "a/close") != id("{}", "b/close") && id("{}", "a/close") != id("{}", "a/acknowledge"))
    let nameless = #"{"message":"x"}"#
    #expect(try knocker.event(nameless, Self.head("")).subject?.utf8.count == 32)
  }
}
