import Bellhop
import Curl
import Foundation
import Testing
import YAML

@testable import Catalogue

/// Every page that comes with Bellhop, read from its file as ops' own pages are.
@Suite struct PagesTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let folder = root.appending(path: "Plugins/Catalogue/Pages")
  static let names: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []).filter {
    $0.hasSuffix(".yaml")
  }.sorted()

  private func page(_ file: String) throws -> Page {
    let bytes = Array(try Data(contentsOf: Self.folder.appending(path: file)))
    let (page, mistakes) = PageReader.read(Document(parsing: bytes))
    #expect(
      mistakes.isEmpty,
      "\(mistakes.map { "\(file):\($0.line):\($0.column): \($0.path): \($0.problem); \($0.hint ?? "")" }.joined(separator: "\n"))")
    return try #require(page)
  }

  @Test func allAreInTheBinary() {
    #expect(!Self.names.isEmpty)
    #expect(Catalogue.pages.map(\.name) == Self.names.map { String($0.dropLast(5)) }.sorted())
  }

  @Test(arguments: names) func itIsWhole(_ file: String) throws {
    let page = try page(file)
    #expect("\(page.name).yaml" == file)
    #expect(page.link.hasPrefix("https://"), "the vendor's documentation")
    #expect(page.request.base != nil, "every vendor takes an address to point elsewhere")
    let values = page.examples.settings
    #expect(page.kind(Engine()).check(values).isEmpty)
    for (name, value) in values.entries {
      if case .secret(let secret) = value { #expect(secret.reveal().contains("n33dle"), "the secret \(name) of the examples") }
    }
    // What the vendor documents of good days, busy ones and bad ones.
    let answers = page.examples.answers
    #expect(answers.contains { $0.outcome == "delivered" }, "an example of a delivery")
    #expect(answers.contains { $0.kind == .throttled }, "an example of throttling")
    #expect(answers.contains { $0.outcome == "refused" && $0.kind != nil }, "an example of a refusal")
  }

  @Test(arguments: names) func itIsInTheList(_ file: String) throws {
    let list = try String(contentsOf: Self.root.appending(path: "docs/vendors.md"), encoding: .utf8)
    #expect(list.contains("| `\(file.dropLast(5))` |"), "docs/vendors.md does not list \(file)")
  }

  private func composer(_ page: Page, _ own: [String: Value] = [:]) -> Composer {
    var values = page.examples.settings
    for field in page.settings where values.entries[field.name] == nil { values.entries[field.name] = field.value }
    for (name, value) in own { values.entries[name] = value }
    return Composer(page: page, values: values)
  }

  private func request(
    _ page: Page, _ message: Message, _ own: [String: Value] = [:], to target: Target? = nil
  ) throws -> Request {
    try composer(page, own).request(message, to: target ?? page.examples.target, Attempt(at: Timestamp(seconds: 1))).get()
  }

  /// The text of a body, a form's without its encoding.
  private func text(_ request: Request, _ page: Page) -> String {
    let body = String(decoding: request.body, as: UTF8.self)
    guard case .form = page.request.body else { return body }
    return body.split(separator: "&").compactMap { $0.removingPercentEncoding }.joined(separator: "\n")
  }

  private func message(
    title: String? = nil, text: String, type: String = "a.b", subject: String? = nil, source: String = "s", fields: Int = 0,
    alert: Alert = .normal, page: String? = "https://bellhop.example.com/events/1"
  ) -> Message {
    let event = Event(
      id: "e", sender: "s", source: source, type: type, subject: subject, severity: .error, time: Timestamp(seconds: 1), text: text)
    return Message(
      id: "m-1", event: event, role: "devops", title: title.map(Text.init(literal:)),
      fields: (0..<fields).map { .init(name: "name \($0) \(Hostile.line)", value: Text(literal: Hostile.long)) },
      links: (0..<fields).map { .init(label: Hostile.line, url: "https://x.example/\(String(repeating: "a", count: 300 * $0))") },
      alert: alert, page: page)
  }

  /// The bodies that the page makes are what they say they are, within the vendor's limits, and call nobody unless they are loud.
  @Test(arguments: names, Alert.allCases) func hostileTextStaysText(_ file: String, _ alert: Alert) throws {
    let page = try page(file)
    for text in [Hostile.line, Hostile.long, "", "x"] {
      let event = Event(
        id: "e", sender: "s", source: "s", type: "a.@everyone", subject: "@all", severity: .error, time: Timestamp(seconds: 1), text: text)
      let message = Message(
        id: "m-1", event: event, role: "devops", title: Text(literal: "@everyone \(text.prefix(300))"),
        fields: [
          .init(name: "@here\n", value: Text(literal: text)), .init(name: "code", value: Text([.code("@pagerduty"), .codeBlock("@ann")])),
        ],
        links: [.init(label: "<!channel>", url: "https://x.example/?a=\"><b>"), .init(label: "", url: "https://x.example/@ann")],
        alert: alert, page: "https://bellhop.example.com/events/1")
      let request = try request(page, message)
      #expect(request.body.count < 200_000)
      if case .json = page.request.body { _ = try JSON(parsing: request.body) }
      for header in request.headers { #expect(!header.value.contains { $0.isNewline }, "\(header.name)") }
      let body = self.text(request, page)
      // A page that hands the event itself on, as data, to a program hands on all of it.
      if page.names.contains("event") { continue }
      #expect(!body.contains("\u{1b}") && !body.contains("\\u001b"))
      // Of Teams' runs and the like, which are data, the text stays as it is.
      let isRuns = page.names.contains("lines")
      if alert != .loud {
        // In code no chat that knows code looks for names.
        let named = ["@everyone", "@all", "@here", "@channel", "@ann", "@pagerduty", "<@ann"].filter {
          page.markup == .plain || !["@ann", "@pagerduty"].contains($0)
        }
        for call in (isRuns ? [] : named) + ["<users/all>\"", "<at>all", " @ann", "<@ann>"].filter({ !isRuns || !$0.contains("@ann") }) {
          #expect(!body.contains(call), "\(call) is in it")
        }
      }
      if page.markup == .plain, !isRuns { #expect(!body.contains("%%%")) }
      if page.markup.isMarkdown || page.markup == .stars { #expect(!body.contains("[x]("), "a link of the event's own") }
      // A line that begins with it is a command.
      if ["github-issue.yaml", "gitlab-issue.yaml"].contains(file) { #expect(!body.contains("\\n/close")) }
    }
  }

  /// Where the title has a place of its own the text does not begin with it, and is not empty either.
  @Test(arguments: [
    "gotify", "bark", "datadog", "pushbullet", "pushover", "home-assistant", "simplepush", "opsgenie", "ilert", "splunk-oncall", "zenduty",
    "ifttt", "teams", "google-chat", "ntfy", "rocket-chat", "mattermost", "discord",
  ]) func theTitleIsSaidOnce(_ name: String) throws {
    let page = try page("\(name).yaml")
    let both = text(try request(page, message(title: "Heading", text: "Body")), page)
    // Google Chat takes it a second time for notifications, Mattermost for clients without attachments.
    let isRepeated = ["google-chat", "mattermost"].contains(name)
    #expect(both.ranges(of: "Heading").count == (isRepeated ? 2 : 1), "\(both)")
    #expect(both.ranges(of: "Body").count == 1, "\(both)")
    let alone = text(try request(page, message(title: "Heading", text: "")), page)
    #expect(alone.contains("Heading"))
    // Vendors that ask for a heading get the beginning of the text.
    let asks = ["datadog", "opsgenie", "ilert", "splunk-oncall", "zenduty", "ifttt"]
    let untitled = text(try request(page, message(text: "Body")), page)
    #expect(untitled.ranges(of: "Body").count == (asks.contains(name) || isRepeated ? 2 : 1), "\(untitled)")
  }

  @Test func nobodyLogsInWithoutAName() throws {
    let loki = try page("loki.yaml")
    func header(_ own: [String: Value], _ page: Page) throws -> String? {
      var page = page
      page.examples.settings = Values()
      return try request(page, message(text: "x"), own.merging(["url": .string("http://loki.example.com")]) { $1 })
        .headers.first { $0.name == "Authorization" }?.value
    }
    #expect(try header([:], loki) == nil)
    #expect(try header(["user": .string("1"), "password": .secret(Secret("n33dle"))], loki) == "Basic MTpuMzNkbGU=")
    let ntfy = try page("ntfy.yaml")
    #expect(try header(["user": .string("1"), "password": .secret(Secret("n33dle"))], ntfy) == "Basic MTpuMzNkbGU=")
    #expect(try header(["token": .secret(Secret("tk_n33dle"))], ntfy) == "Bearer tk_n33dle")
    #expect(try header([:], ntfy) == nil)
  }

  /// Of everything too much: each vendor's own limits, as it counts.
  @Test func muchOfEverythingKeepsToTheLimits() throws {
    let long = message(
      title: Hostile.long, text: Hostile.long, type: "a.\(Hostile.long)", subject: Hostile.long,
      source: String(repeating: "s", count: 2_000),
      fields: 60)
    func json(_ name: String, to target: [String: JSON] = [:]) throws -> JSON {
      let page = try page("\(name).yaml")
      var places = page.examples.target.values
      for (key, value) in target { places[key] = value }
      return try JSON(parsing: request(page, long, to: Target(places)).body)
    }
    func count(_ json: JSON?) -> Int { json?.string?.unicodeScalars.count ?? 0 }

    let pushover = try page("pushover.yaml")
    let form = String(decoding: try request(pushover, long).body, as: UTF8.self).split(separator: "&").reduce(into: [String: String]()) {
      let pair = $1.split(separator: "=", maxSplits: 1)
      $0[String(pair[0])] = pair[1].replacing("+", with: " ").removingPercentEncoding
    }
    #expect(try #require(form["message"]).unicodeScalars.count <= 1_024)
    #expect(try #require(form["title"]).unicodeScalars.count <= 250)

    #expect(try #require(try json("ntfy")["message"]?.string).utf8.count <= 4_096)
    #expect(try json("teams").bytes.count <= 28 << 10)

    let embed = try #require(try json("discord", to: ["post": .string(Hostile.long)])["embeds"]?.array?[0])
    let fields = try #require(embed["fields"]?.array)
    let texts = [embed["title"], embed["description"], embed["footer"]?["text"]] + fields.flatMap { [$0["name"], $0["value"]] }
    #expect(texts.reduce(0) { $0 + ($1?.string?.utf16.count ?? 0) } <= 6_000)
    #expect(fields.count <= 25 && fields.allSatisfy { (1...256).contains(count($0["name"])) && (1...1_024).contains(count($0["value"])) })
    #expect(count(try json("discord", to: ["post": .string(Hostile.long)])["thread_name"]) <= 100)

    let opsgenie = try json("opsgenie", to: ["alias": .string(Hostile.long)])
    #expect(count(opsgenie["message"]) <= 130 && count(opsgenie["alias"]) <= 512 && count(opsgenie["description"]) <= 15_000)
    #expect(count(opsgenie["entity"]) <= 512 && count(opsgenie["source"]) == 100)
    #expect(try #require(opsgenie["tags"]?.array).allSatisfy { count($0) <= 50 })

    let incident = try json("pagerduty", to: ["key": .string(Hostile.long)])
    #expect(count(incident["dedup_key"]) == 255 && count(incident["payload"]?["summary"]) <= 1_024)
    // What begins alike stays two.
    #expect(try json("pagerduty", to: ["key": .string(Hostile.long + "x")])["dedup_key"] != incident["dedup_key"])

    let parameter = try json("whatsapp")["template"]?["components"]?.array?[0]["parameters"]?.array?[0]["text"]?.string
    #expect(try #require(parameter).allSatisfy { !$0.isNewline && $0 != "\t" })
    #expect(!(parameter ?? "").contains("    ") && (parameter ?? "").unicodeScalars.count <= 1_024)
  }

  @Test func emptyFieldsAreLeftOut() throws {
    var message = message(text: "x")
    message.fields = [.init(name: "empty", value: Text()), .init(name: "full", value: Text(literal: "y"))]
    for name in ["discord", "google-chat"] {
      let page = try page("\(name).yaml")
      let body = text(try request(page, message), page)
      #expect(!body.contains("empty") && body.contains("full"), "\(name)")
    }
  }

  @Test func telegramRepliesWhereAThreadIsOpen() throws {
    let page = try page("telegram.yaml")
    let attempt = Attempt(at: Timestamp(seconds: 1), replyTo: "77")
    let reply = try JSON(parsing: composer(page).request(message(text: "x"), to: page.examples.target, attempt).get().body)
    #expect(reply["reply_parameters"]?["message_id"] == "77")
    #expect(try JSON(parsing: request(page, message(text: "x")).body)["reply_parameters"] == nil)
  }
}

enum Hostile {
  static let line =
    "%%%\n@everyone <!channel> <!here|x> @all *bold* _it_ ~gone~ `code` ```block``` \"quoted\" 'it' <script>alert(1)</script> & &amp; 🎉👩‍👩‍👧 :tada: "
    + "snake_case 2 * 3 \u{1b}[31mred\u{7}\u{9b}1m \u{202e}txet https://evil.example/?a=1&b=2|3.\n> quote\r\n<users/all> <at user_id=\"all\"></at> {{settings.url}}\0 @ann <@ann> "
    + "@pagerduty @channel C:\\temp \\*b\\* [x](https://y.example)\n/close\n  /close\n%%%"
  static let long = String(String(repeating: line, count: 10_000 / line.count + 1).prefix(10_000))
}
