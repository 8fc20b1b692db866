import Bellhop
import Testing

@testable import Settings

/// Senders that have a public key instead of a secret.
@Suite struct BrowserTests {
  private func told(_ senders: String, _ more: String = "") -> [String] {
    let yaml =
      "senders:\n  site: { use: browser, origins: [https://a.example], \(senders)\n\(more)\ntransports: { log: { use: stdout } }\nunrouted: log\n"
    guard case .failure(let mistakes) = load(yaml) else { return [] }
    return mistakes.all.map { "\($0.path): \($0.problem)" }
  }

  @Test func whatItMustHave() {
    #expect(told("key: pk_live_1, severity: error, visitor_rate: 9/s, rate: 5/s, types: [\"ui.*\"] }") == [])
    #expect(told("key: [pk_live_1, pk_live_0] }") == [], "two while pages change")
    #expect(told("rate: 5/s }").contains { $0.hasPrefix("senders.site") && $0.contains("key") })
    #expect(told("key: pk_live_1, secret: abcdefgh12345678 }").contains { $0.hasPrefix("senders.site.secret") })
    #expect(told("key: pk_live_1, severity: loud }").contains { $0.hasPrefix("senders.site.severity") })
    #expect(told("key: pk_live_1, visitor_rate: fast }").contains { $0.hasPrefix("senders.site.visitor_rate") })
  }

  /// The address tells whose a post is by the key alone.
  @Test func noTwoShareAKey() {
    let same = "the same key or secret: events could not be told apart"
    let other = "  other: { use: browser, key: pk_live_1, origins: [https://b.example] }"
    #expect(told("key: pk_live_1 }", other) == ["senders.other.key: sender site has \(same)"])
    #expect(told("key: 0123456789abcdef }", "  shop: { secret: 0123456789abcdef }").count == 1, "a public key opens nobody's door")
    #expect(told("key: [pk_live_1, pk_live_1] }") == [])
    #expect(
      told("key: 0123456789abcdef }", "readers: 0123456789abcdef") == ["readers: sender site shows the same to everybody, as its key"])
  }

  /// A gateway that is known outside and listens inside has a proxy before it.
  @Test func aProxyThatIsNotNamedIsDoubted() throws {
    func doubts(_ server: String, _ more: String) throws -> [String] {
      let site = "site: { use: browser, key: pk_live_1, origins: [https://a.example]\(more) }"
      let yaml = "server: { \(server) }\nsenders:\n  \(site)\ntransports: { log: { use: stdout } }\nunrouted: log\n"
      return try load(yaml).get().warnings.map { "\($0.path): \($0.problem)" }
    }
    let outside = "public_url: \"https://bellhop.example.com\""
    #expect(try doubts(outside, "") == ["senders.site: all visitors come from the proxy's address and share one visitor_rate"])
    #expect(try doubts(outside, ", proxies: [127.0.0.1]") == [] && doubts("log: text", "") == [])
    #expect(try doubts(outside + ", listen: \"0.0.0.0:8484\"", "") == [])
  }

  @Test func mistakesHaveTheirPlaces() {
    let yaml =
      "senders:\n  site: { use: browser, key: pk_live_1, origins: [https://a.example, \"https://b.example/\"] }\ntransports: { log: { use: stdout } }\nunrouted: log\n"
    guard case .failure(let mistakes) = load(yaml) else {
      Issue.record("an origin with a path was taken")
      return
    }
    #expect(mistakes.all.map(\.path) == ["senders.site.origins[1]"])
    #expect(mistakes.all.first?.hint == "did you mean \"https://b.example\"?")
  }
}
