import Bellhop
import Curl
import Foundation
import Testing

@testable import Catalogue

/// Every page beside its vendor's documented limits, with messages that do not fit or say nothing.
@Suite struct RoomTests {
  /// What a vendor takes of one text, or of all: how many, and as it counts.
  private struct VendorLimit {
    var path: [String] = []
    var unit = PageLimits.CountUnit.characters
    var max: Int

    init(_ path: String, _ max: Int, _ unit: PageLimits.CountUnit = .characters) {
      self.path = path.split(separator: ".").map(String.init)
      self.unit = unit
      self.max = max
    }
  }

  /// As the vendors' own documents have them, which each page names. A path that is empty is the whole body.
  private static let documented: [String: [VendorLimit]] = [
    "bark": [.init("", 4_096, .bytes)],
    "datadog": [.init("text", 4_000), .init("title", 100), .init("aggregation_key", 100)],
    "dingtalk": [.init("", 20_000, .bytes)],
    "discord": [
      .init("embeds.0.title", 256, .utf16), .init("embeds.0.description", 4_096, .utf16), .init("embeds.0.footer.text", 2_048, .utf16),
    ],
    "github-dispatch": [.init("client_payload", 65_535, .bytes), .init("event_type", 100)],
    "github-issue": [.init("title", 256), .init("body", 65_536)],
    "gitlab-issue": [.init("title", 255), .init("description", 1_048_576)],
    "google-chat": [.init("", 32_000, .bytes)],
    "gotify": [], "grafana": [], "ifttt": [], "home-assistant": [], "ilert": [], "zenduty": [], "pushbullet": [], "make": [], "n8n": [],
    "zapier": [], "simplepush": [], "splunk-oncall": [],
    "healthchecks": [.init("", 100_000, .bytes)],
    "jira-ops": [.init("message", 130), .init("description", 15_000)], "simplepush-tasks": [.init("title", 500), .init("content", 10_000)],
    "lark": [.init("", 20_000, .bytes)],
    "line": [.init("messages.0.text", 5_000, .utf16)],
    "loki": [.init("", 256_000, .bytes)],
    "mailgun": [.init("subject", 998)], "postmark": [.init("Subject", 2_000)], "resend": [.init("subject", 998)],
    "sendgrid": [.init("subject", 998)],
    "matrix": [.init("", 64_000, .bytes)],
    "mattermost": [.init("attachments.0.text", 16_383)],
    "mattermost-bot": [.init("props.attachments.0.text", 16_383)],
    "ntfy": [.init("", 8_192, .bytes), .init("message", 4_096, .bytes)],
    "opsgenie": [.init("message", 130), .init("description", 15_000)],
    "pagerduty": [.init("", 512 << 10, .bytes), .init("payload.summary", 1_024)],
    "pushover": [.init("message", 1_024), .init("title", 250), .init("url", 512), .init("url_title", 100)],
    "rocket-chat-bot": [.init("text", 5_000)],
    "rocket-chat": [.init("text", 5_000), .init("attachments.0.text", 5_000)],
    "signal": [.init("message", 2_000)],
    "teams": [.init("", 24_000, .bytes)],
    "telegram": [.init("text", 4_096, .utf16)],
    "twilio": [.init("Body", 1_600)], "vonage": [.init("text", 1_600)],
    "webex": [.init("markdown", 7_439, .bytes)],
    "wecom": [.init("text.content", 2_048, .bytes)],
    "whatsapp": [.init("text.body", 4_096), .init("template.components.0.parameters.0.text", 1_024)],
    "zulip": [.init("content", 10_000), .init("topic", 60)],
  ]

  /// Where people read a message, of vendors that refuse an empty one.
  private static let read: [String: String] = [
    "bark": "body", "dingtalk": "text.content", "line": "messages.0.text", "mailgun": "text", "matrix": "body", "ntfy": "message",
    "postmark": "TextBody", "resend": "text", "signal": "message", "telegram": "text", "twilio": "Body", "vonage": "text",
    "webex": "markdown", "wecom": "text.content", "whatsapp": "template.components.0.parameters.0.text", "zulip": "content",
    "pagerduty": "payload.summary", "opsgenie": "message", "github-issue": "title", "gitlab-issue": "title",
    "discord": "embeds.0.description", "gotify": "message", "pushover": "message", "datadog": "text", "splunk-oncall": "state_message",
  ]

  private static func page(_ name: String) throws -> Page { try #require(Catalogue.pages.first { $0.name == name }) }

  private static func body(_ page: Page, _ message: Message) throws -> (bytes: [UInt8], json: JSON) {
    let values = Values(
      page.settings.reduce(into: page.examples.settings.entries) { entries, field in
        if entries[field.name] == nil { entries[field.name] = field.value }
      })
    var places = page.examples.target.values
    for field in page.target where places[field.name] == nil {
      if case .string(let text)? = field.value { places[field.name] = .string(text) }
    }
    let target = Target(places)
    let bytes = try Composer(page: page, values: values).request(message, to: target, Attempt(at: Timestamp(seconds: 1))).get().body
    switch page.request.body {
    case .none: return (bytes, .null)
    case .text: return (bytes, .string(String(decoding: bytes, as: UTF8.self)))
    case .json: return (bytes, try JSON(parsing: bytes))
    case .form:
      let pairs = String(decoding: bytes, as: UTF8.self).split(separator: "&").map { pair -> JSON.Object.Member in
        let parts = pair.split(separator: "=", maxSplits: 1).map { $0.replacing("+", with: " ").removingPercentEncoding ?? "" }
        return .init(parts[0], .string(parts[1]))
      }
      return (bytes, .object(JSON.Object(pairs)))
    }
  }

  @Test func everyPageIsHeldToItsVendor() {
    #expect(Set(Self.documented.keys) == Set(Catalogue.pages.map(\.name)))
  }

  @Test(arguments: documented.keys.sorted(), Shapes.names) func whatGoesOutFits(_ name: String, _ shape: String) throws {
    let page = try Self.page(name)
    for leads in [true, false] {
      let (bytes, json) = try Self.body(page, Shapes.message(shape, page: leads))
      for limit in Self.documented[name] ?? [] {
        let text =
          limit.path.isEmpty ? String(decoding: bytes, as: UTF8.self) : json.value(at: limit.path[...]).map { $0.string ?? $0.text } ?? ""
        // Telegram counts what people see.
        let seen = name == "telegram" ? text.replacing(/<[^>]*>/, with: "") : text
        #expect(limit.unit.count(seen) <= limit.max, "\(limit.path): \(limit.unit.count(seen))")
      }
      if let path = Self.read[name] {
        let text = try #require(json.value(at: path.split(separator: ".").map(String.init)[...])?.string, "\(path) is there")
        #expect(
          Text.isVisible(
            text.replacing(/[⚪🟢🔵🟠🔴🚨]|:red_circle:/, with: "").replacing("The event", with: "").replacing(/\[\]\(.*\)|<a .*/, with: "")),
          "\(path) shows nothing: \(text)")
      }
    }
  }

  @Test func discordCountsAllOfAnEmbed() throws {
    for shape in Shapes.names {
      let embed = try #require(try Self.body(Self.page("discord"), Shapes.message(shape, page: true)).json["embeds"]?.array?[0])
      let fields = embed["fields"]?.array ?? []
      let texts = [embed["title"], embed["description"], embed["footer"]?["text"]] + fields.flatMap { [$0["name"], $0["value"]] }
      #expect(texts.reduce(0) { $0 + ($1?.string?.utf16.count ?? 0) } <= 6_000 && fields.count <= 25, "\(shape)")
      #expect(
        fields.allSatisfy {
          (1...256).contains($0["name"]?.string?.utf16.count ?? 0) && (1...1_024).contains($0["value"]?.string?.utf16.count ?? 0)
        })
    }
  }

  /// Teams counts quotes twice.
  @Test func teamsCountsTheCardAsAText() throws {
    for shape in Shapes.names {
      let bytes = try Self.body(Self.page("teams"), Shapes.message(shape, page: true)).bytes
      #expect(bytes.count + bytes.count { $0 == 0x22 || $0 == 0x5C } <= 24_000, "\(shape)")
    }
  }

  /// Of what is not told people see how much it is. Pages that show lists of their own tell it there.
  @Test(arguments: documented.keys.sorted()) func whatIsLeftOutIsToldOf(_ name: String) throws {
    let page = try Self.page(name)
    func text(_ shape: String, page leads: Bool) throws -> String {
      let (bytes, json) = try Self.body(page, Shapes.message(shape, page: leads))
      return json.isNull ? String(decoding: bytes, as: UTF8.self) : json.text
    }
    for leads in [true, false] {
      let facts = try text("many facts", page: leads)
      let shown = (0..<30).count { facts.contains("value \($0).") }
      let isToldOf = facts.contains("… and \(30 - shown) more")
      // The headline is all that these two are for.
      #expect(shown == 30 || isToldOf, "\(shown) facts, without a word on the rest")
      let links = try text("many links", page: leads)
      let reached = (0..<10).count { links.contains("grafana.example.com/\($0)?") }
      let missing = 10 - reached
      #expect(missing == 0 || links.contains("… and \(missing) more"), "\(reached) links, without a word on the rest")
      let long = try text("long links", page: leads)
      #expect(long.contains("web-1") && long.contains("93"), "facts go after links")
      let lines = try text("many lines", page: leads)
      #expect(lines.contains("line 99") || lines.contains("…"), "lines are gone without a mark")
    }
  }

  @Test func aPageOfAnUnreachableHostStandsInTheText() throws {
    for (page, isEmbedded) in [
      ("http://bellhop:8484/events/1", false), ("http://localhost/events/1", false), ("https://b.example/events/1", true),
    ] {
      var message = Shapes.message("a blank title", page: true)
      message.page = page
      let embed = try Self.body(Self.page("discord"), message).json["embeds"]?.array?[0]
      #expect((embed?["url"] == .string(page)) == isEmbedded)
      #expect((embed?["description"]?.string?.contains("<\(page)>") == true) != isEmbedded)
    }
  }
}
