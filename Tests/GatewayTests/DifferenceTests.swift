import Foundation
import Settings
import Testing

@testable import Courier
@testable import Gateway

/// What `bellhop reload` says: every change is named, and nothing else.
@Suite struct DifferenceTests {
  private static let yaml = """
    server: { listen: "127.0.0.1:8484", log: text }
    store: { path: ./data, keep: 90d }
    vendors: ./pager.yaml
    senders: { shop: { secret: one } }
    readers: [r]
    transports:
      log: { use: stdout }
      hook: { use: webhook, url: "https://example.com", rate: 5/s }
      duty: { use: pager, url: "https://example.com" }
    channels: { people: { log: {} } }
    upstream: { url: "https://hub.example.com", secret: 0123456789abcdef, take: { bell: log } }
    unrouted: people
    calendars: { office: { days: mon-fri, hours: "09:00-18:00", zone: UTC } }
    watches: [{ name: many, count: { type: b, at_least: 5 }, within: 5m, emit: { type: too.many } }]
    roles:
      ops:
        - { name: all, match: { type: "a.*" }, to: people, text: "{{type}}" }
      duty: [ { match: { during: office }, to: [duty, hook] } ]
    """
  private static let page = """
    name: pager
    doc: A pager.
    link: https://pager.example.com
    settings: { url: { type: url, required: true, doc: Where., example: "https://pager.example.com" } }
    request: { url: "{{settings.url}}", json: { text: "{{text}}" } }
    """

  /// The lines of going from the configuration above to it with some text replaced, in the configuration or in its vendor's page.
  private func told(_ changes: (String, String)..., report: ReloadReport = ReloadReport()) throws -> [String] {
    func load(_ yaml: String, _ page: String) throws -> Loaded {
      let folder = NSTemporaryDirectory() + "bellhop-difference-\(UInt32.random(in: 0...UInt32.max))"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try Data(yaml.utf8).write(to: URL(filePath: folder + "/bellhop.yaml"))
      try Data(page.utf8).write(to: URL(filePath: folder + "/pager.yaml"))
      return Gateway.load(folder + "/bellhop.yaml")
    }
    var (yaml, page) = (Self.yaml, Self.page)
    for (old, new) in changes {
      try #require((yaml + page).contains(old), "\(old)")
      yaml = yaml.replacing(old, with: new)
      page = page.replacing(old, with: new)
    }
    let before = try #require(try load(Self.yaml, Self.page).configuration)
    let after = try load(yaml, page)
    return Difference(from: before, to: try #require(after.configuration, "\(after.mistakes)"), report: report).lines
  }

  @Test func nothingIsNothing() throws {
    #expect(try told().isEmpty)
    #expect(try told(("    - { name: all", "    # a remark\n    - { name: all")).isEmpty, "a row that moved down a line is the same row")
  }

  @Test(arguments: [
    ("8484", "8485", "~ server.listen: takes effect after a restart"),
    ("log: text", "log: json", "~ server.log: takes effect after a restart"),
    ("log: text", "public_url: https://x.example.com", "~ server.public_url"), ("log: text", "limits: { batch: 7 }", "~ server.limits"),
    ("./data", "./other", "~ store.path: takes effect after a restart"), ("keep: 90d", "keep: 9d", "~ store.keep"),
    ("keep: 90d", "idempotency: 1d", "~ store.idempotency"), ("keep: 90d", "max: 1GiB", "~ store.max"),
    ("secret: one", "secret: two", "~ sender shop: secret"), ("secret: one", "secret: one, rate: 1/s", "~ sender shop: rate"),
    ("secret: one", "secret: one, redact: [x]", "~ sender shop: redact"), ("readers: [r]", "readers: [r, s]", "~ readers"),
    ("unrouted: people", "unrouted: log", "~ unrouted"), ("bell: log", "bell: people", "~ upstream"),
    ("89abcdef", "89abcdeg", "~ upstream"), ("rate: 5/s", "rate: 6/s", "~ transport hook: rate"),
    ("rate: 5/s", "rate: 5/s, secret: x", "~ transport hook: secret"),
    ("people: { log: {} }", "people: { hook: {} }", "~ channel people: hook, log"),
    ("mon-fri", "mon-sat", "~ calendar office: days"), ("zone: UTC }", "zone: UTC, holidays: 12-25 }", "~ calendar office: holidays"),
    ("at_least: 5", "at_least: 6", "~ watch many: what it notices"),
    ("type: too.many", "type: too.many, severity: error", "~ watch many: emit"),
    ("name: many, ", "name: many, by: subject, ", "~ watch many: by"), ("\"a.*\"", "\"b.*\"", "~ role ops: row 1 (all): match"),
    ("{{type}}\"", "{{type}}!\"", "~ role ops: row 1 (all): text"),
    ("to: people,", "to: people, alert: loud,", "~ role ops: row 1 (all): alert"), ("[duty, hook]", "hook", "~ role duty: row 1: to"),
  ])
  func everyChangeIsNamed(old: String, new: String, line: String) throws { #expect(try told((old, new)) == [line]) }

  /// Rows are told apart by their names, then by what they are.
  @Test func whatBecameOfRows() throws {
    let row = "    - { name: all, match: { type: \"a.*\" }, to: people, text: \"{{type}}\" }\n"
    #expect(try told((row, "    - { match: { type: b }, to: log }\n" + row)) == ["~ role ops: row 1 is new"])
    #expect(try told((row, row + "    - { name: rest, match: { type: b }, to: log }\n")) == ["~ role ops: row 2 (rest) is new"])
    #expect(try told(("name: all", "name: every")) == ["~ role ops: row 1 (every): name"])
    #expect(
      try told((row, "    - { match: { type: c }, to: hook }\n")) == ["~ role ops: row 1 is new", "~ role ops: row 1 (all) is gone"])
  }

  /// A port that is set and set back is the one it listens on.
  @Test func whatIsSetBackIsInForce() throws {
    func configuration(_ listen: String) throws -> Configuration {
      let yaml = "server: { listen: \"\(listen)\" }\ntransports: { log: { use: stdout } }\nunrouted: log"
      let read = { (_: String) throws(FileError) -> [UInt8] in Array(yaml.utf8) }
      return try Configuration.load(path: "b.yaml", kinds: allKinds(Gateway.engine), readFile: read)
    }
    let (started, changed) = (try configuration("127.0.0.1:1"), try configuration("127.0.0.1:2"))
    #expect(
      Difference(from: started, to: changed, started: started, report: ReloadReport()).lines == [
        "~ server.listen: takes effect after a restart"
      ])
    #expect(
      Difference(from: changed, to: started, started: started, report: ReloadReport()).lines == [
        "~ server.listen: back to what is in force"
      ]
    )
  }

  /// A changed page changes what its transports send.
  @Test func aVendorsPageCounts() throws {
    #expect(try told(("{{text}}", "{{title}}")) == ["~ vendor pager: its page", "~ transport duty: its vendor's page"])
  }

  @Test func whatComesAndGoes() throws {
    #expect(
      try told(("  hook: {", "  crm: { use: stdout }\n  hook: {"), ("  ops:", "  dev:"))
        == ["+ transport crm", "+ role dev", "- role ops"])
  }

  @Test func oneIsOne() throws {
    var report = ReloadReport()
    report.waiting = 1
    report.misconfigured = ["money": 1]
    let lines = try told(report: report)
    #expect(lines.first == "1 delivery waits and follows the new configuration.")
    #expect(lines.last?.hasPrefix("! 1 delivery for money has no place any more and is dead") == true)
  }

  @Test func theBacklogIsTold() throws {
    var report = ReloadReport()
    report.waiting = 3
    report.misconfigured = ["money": 2]
    #expect(
      try told(report: report) == [
        "3 deliveries wait and follow the new configuration.",
        "! 2 deliveries for money have no place any more and are dead (misconfigured); `bellhop dead retry` when they have.",
      ])
  }
}
