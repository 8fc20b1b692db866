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
    #expect(Catalogue.pages.map { "\($0.name).yaml" } == Self.names)
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

  /// The bodies that the page makes are what they say they are, within the vendor's limits, and call nobody unless they are loud.
  @Test(arguments: names, Alert.allCases) func hostileTextStaysText(_ file: String, _ alert: Alert) throws {
    let page = try page(file)
    var values = page.examples.settings
    for field in page.settings where values.entries[field.name] == nil { values.entries[field.name] = field.value }
    let composer = Composer(page: page, values: values)
    for text in [Hostile.line, Hostile.long, "", "x"] {
      let event = Event(
        id: "e", sender: "s", source: "s", type: "a.@everyone", subject: "@all", severity: .error, time: Timestamp(seconds: 1), text: text)
      let message = Message(
        id: "m-1", event: event, role: "devops", title: Text(literal: "@everyone \(text.prefix(300))"),
        fields: [.init(name: "@here\n", value: Text(literal: text))],
        links: [.init(label: "<!channel>", url: "https://x.example/?a=\"><b>")],
        alert: alert, page: "https://bellhop.example.com/events/1")
      let request = try composer.request(message, to: page.examples.target, Attempt(at: Timestamp(seconds: 1))).get()
      #expect(request.body.count < 200_000)
      if case .json = page.request.body { _ = try JSON(parsing: request.body) }
      for header in request.headers { #expect(!header.value.contains { $0.isNewline }, "\(header.name)") }
      let body = String(decoding: request.body, as: UTF8.self)
      // A page that hands the event itself on, as data, to a program hands on all of it.
      let isData = page.names.contains("event")
      #expect(isData || (!body.contains("\u{1b}") && !body.contains("\\u001b")))
      if alert != .loud, !isData {
        // Of Teams' runs and the like, which are data, the text stays as it is.
        let named = page.names.contains { $0 == "lines" } ? [] : ["@everyone", "@all", "@here"]
        for call in named + ["<users/all>\"", "<at>all"] { #expect(!body.contains(call), "\(call) is in it") }
      }
    }
  }
}

enum Hostile {
  static let line =
    "@everyone <!channel> <!here|x> @all *bold* _it_ ~gone~ `code` ```block``` \"quoted\" 'it' <script>alert(1)</script> & &amp; 🎉👩‍👩‍👧 :tada: "
    + "snake_case 2 * 3 \u{1b}[31mred\u{7}\u{9b}1m \u{202e}txet https://evil.example/?a=1&b=2|3.\n> quote\r\n<users/all> <at user_id=\"all\"></at> {{settings.url}}\0"
  static let long = String(String(repeating: line, count: 10_000 / line.count + 1).prefix(10_000))
}
