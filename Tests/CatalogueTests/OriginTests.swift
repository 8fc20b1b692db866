import Bellhop
import Curl
import Foundation
import Templates
import Testing
import YAML

@testable import Catalogue

/// Where a request goes is the page's or the settings' word, and no event's.
@Suite struct OriginTests {
  private static let good = MistakesTests.folder.appending(path: "good.yaml")

  private func mistakes(_ url: String) throws -> [String] {
    let page = try String(contentsOf: Self.good, encoding: .utf8).replacing("{{settings.url}}/v1/pages", with: url)
    return Catalogue.read(Array(page.utf8), Engine()).mistakes.filter { !$0.isWarning }.map(\.problem)
  }

  @Test(arguments: [
    "{{settings.url}}{{target.to}}", "{{settings.url}}:{{target.to}}/v1", "{{settings.url}}.{{target.to}}", "{{settings.url}}@x",
    "{{settings.url}}{{#target.to}}/{{/target.to}}", "{{settings.url}}\\\\{{target.to}}", "https://x.example{{target.to}}",
    "https://x.example:{{target.to}}/", "https://{{target.to}}@x.example/", "https:///{{target.to}}", "ftp://x.example/",
  ])
  func whatCouldBeAnotherHostIsAMistake(url: String) throws {
    let mistakes = try mistakes(url)
    #expect(
      mistakes.count { $0.contains("could change its host") || $0.contains("neither with a setting nor with a host") } == 1, "\(mistakes)")
  }

  @Test(arguments: [
    "{{settings.url}}", "{{settings.url}}/{{target.to}}", "{{settings.url}}?to={{target.to}}", "{{settings.url}}#{{target.to}}",
    "https://x.example?to={{target.to}}", "https://x.example:8443/{{target.to}}", "HTTPS://x.example/",
  ])
  func whatStaysAtTheHostIsNone(url: String) throws {
    #expect(try mistakes(url).isEmpty)
  }

  /// Also where a page says otherwise than it was read: the filled address is held to it once more.
  @Test(arguments: [
    ("{{target.to}}", "1/", nil), (":{{target.to}}", "81", nil), ("/{{target.to}}", "a", "https://pager.example.com/a"),
    ("?q={{target.to}}", "a", "https://pager.example.com?q=a"),
  ])
  func theFilledAddressIsHeldToIt(path: String, value: String, url: String?) throws {
    let bytes = Array(try Data(contentsOf: Self.good))
    var page = try #require(PageReader.read(Document(parsing: bytes)).0)
    page.request.path = try BodyTemplate(path)
    let event = Event(id: "e", sender: "s", source: "s", time: Timestamp(seconds: 1), text: "x")
    let request = Composer(page: page, values: page.examples.settings).request(
      Message(id: "m", event: event), to: Target(["to": .string(value)]), Attempt(at: Timestamp(seconds: 1)))
    #expect((try? request.get().url) == url)
    if url == nil, case .failure(let fault) = request { #expect(fault.kind == .misconfigured) }
  }
}
