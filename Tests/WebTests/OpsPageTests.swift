import Bellhop
import Senders
import Store
import Testing

@testable import Web

/// The pages of those who run the gateway.
@Suite struct OpsPageTests {
  private static let settings = SiteSettings(
    readers: ReaderAccounts([ReaderAccount("olaf", keys: [ReaderKey(Secret("olaf-token"))], rights: ReaderRights(.operator))]))
  private static let olaf = ["Authorization": "Bearer olaf-token", "Accept": "text/html"]

  private func page(_ path: String, _ fill: (inout FakeDesk.State) -> Void = { _ in }) async throws -> (status: Int, body: String) {
    var found = (status: 0, body: "")
    try await withSite(Self.settings) { running in
      running.desk.set(fill)
      let answer = try await onThread { try Wire(port: running.port).ask("GET", path, Self.olaf) }
      found = (answer?.status ?? 0, answer?.body ?? "")
    }
    return found
  }

  @Test func lanesShowWhatWaitsAndWhatCanBeDone() async throws {
    let page = try await page("/lanes?said=paused") {
      $0.lanes = [
        [
          "lane": "chat #money", "transport": "chat", "waiting": 1_204, "in_flight": 1, "state": "paused", "breaker": "closed",
          "why": "<b>",
        ],
        [
          "lane": "mail", "transport": "mail", "waiting": 2, "in_flight": 0, "state": "broken", "breaker": "probing",
          "last_fault": "timeout",
        ],
      ]
    }
    for words in [
      "The lane rests.", "1,204", "paused</span> until it is resumed<br>&lt;b&gt;", "broken</span>, trying one message", "timeout",
      #"href="/lanes/drop?lane=chat%20%23money""#, #"aria-label="Resume chat #money""#, #"aria-label="Test money""#, "slack", "chat #money",
    ] { #expect(page.body.contains(words), "\(words)") }
    #expect(try await self.page("/lanes?said=%3Cscript%3E").body.contains("script>") == true)
    #expect(try await self.page("/lanes?said=anything").body.contains("anything") == false, "words of our own alone")
  }

  @Test func dropAsksWithTheCount() async throws {
    let page = try await page("/lanes/drop?lane=mail") { $0.lanes = [["lane": "mail", "waiting": 31_337]] }
    #expect(
      page.body.contains("Drop 31,337 deliveries</button>") && page.body.contains("31,337 deliveries</strong> that wait in <strong>mail"))
  }

  @Test func deadLettersAreCountedBeforeManyAreTried() async throws {
    let fill: (inout FakeDesk.State) -> Void = { $0.deliveries = (1...1_204).reversed().map { RouteTests.delivery($0) } }
    let list = try await page("/dead", fill)
    #expect(
      list.body.contains("/events/3") && list.body.contains(#"href="/dead?state=dead&amp;before=1155""#) && list.body.contains("money"))
    let all = try await page("/dead/many?which=all&state=dead&destination=money", fill)
    #expect(all.body.contains("Retry <strong>1,204 deliveries</strong> to <strong>money</strong>?"))
    #expect(all.body.contains("Retry 1,204 deliveries</button>") && all.body.contains(#"name="do" value="retry""#))
    let some = try await page("/dead/many?which=some&ids=7&ids=9&to=money", fill)
    #expect(some.body.contains("Send <strong>2 deliveries</strong> that you ticked to the channel <strong>money</strong> instead?"))
    #expect(some.body.contains(#"name="do" value="redirect""#) && some.body.contains(#"value="7,9""#))
    #expect(try await page("/dead/many?which=some", fill).body.contains("Nothing was ticked"))
    #expect(try await page("/dead?destination=%3Cb%3E", fill).body.contains("Nothing here is dead that way"))
    #expect(try await page("/dead?state=delivered", fill).status == 422)
    #expect(try await page("/dead").body.contains("No dead letters"))
  }

  @Test func aSilenceIsCountedBeforeItIsMade() async throws {
    let page = try await page("/silences/new?filter=type:user.*&for=4h")
    #expect(page.body.contains(#"value="type:user.*""#) && page.body.contains(#"value="4h""#))
    #expect(page.body.contains("Of the last 340 events of 24 hours it would have matched <strong>12</strong>"))
    let wrong = try await self.page("/silences/new?filter=tpye:a")
    #expect(wrong.status == 200 && wrong.body.contains(#"id="flaw-filter""#) && wrong.body.contains("tpye:a\n^^^^"))
  }

  @Test func silencesByHowTheyStand() async throws {
    let page = try await page("/silences") {
      $0.silences = [
        ["id": 3, "state": "active", "filter": "type:a", "until": "2026-11-24T12:00:00.000Z", "who": "ann", "why": "<b>", "hits": 0],
        ["id": 2, "state": "ended", "filter": "", "role": "ops", "who": "joe", "why": "y", "hits": 12_000],
      ]
    }
    for words in [
      "Active", "Ended lately", "never matched", "12,000", "&lt;b&gt;", "every event", "role ops", #"aria-label="End silence 3""#,
    ] {
      #expect(page.body.contains(words), "\(words)")
    }
    #expect(!page.body.contains("End silence 2") && !page.body.contains("To come"))
    #expect(try await self.page("/silences").body.contains("No silences."))
  }

  @Test func watchesRolesAndTheTrail() async throws {
    let watches = try await page("/watches")
    #expect(watches.body.contains("onboarding") && watches.body.contains("type a within 24h") && watches.body.contains("<td>3</td>"))
    let roles = try await page("/roles")
    for words in ["type &lt;b&gt;", "<strong>loud</strong>", "digest every 15m", "never sent anything", "<td>2</td>"] {
      #expect(roles.body.contains(words), "\(words)")
    }
    let audit = try await page("/audit") {
      $0.audit = [AuditEntry(who: "<b>", by: "token", what: "pause", of: "chat", result: "done")]
    }
    #expect(audit.body.contains("&lt;b&gt; <span") && audit.body.contains("pause"))
    #expect(try await page("/audit").body.contains("Nothing was done by hand yet"))
  }

  @Test func explainIsAForm() async throws {
    #expect(try await page("/explain").body.contains("Who would hear of it") == false)
    let told = try await page("/explain?type=a.b&severity=error&data=amount:+12%0Auser.name:+%3Cb%3E&at=2026-11-23T00:00:00Z")
    #expect(
      told.body.contains("<pre>local a.b 2026-11-23T00:00:00.000Z</pre>")
        && told.body.contains("amount: 12\nuser.name: &lt;b&gt;</textarea>"))
    let wrong = try await page("/explain?type=a&at=now")
    #expect(wrong.body.contains(#"id="flaw-at""#))
    #expect(try await page("/explain?type=a&data=x").body.contains("write a name, a colon and a value"))
    let fields = try ExplainFields(["type": "a", "data": "n: 1\n\nu.name: jane\nt: true\nj: {\"a\": [1]}"])
    #expect(fields.body["event"] == ["type": "a", "data": ["n": 1, "u": ["name": "jane"], "t": true, "j": ["a": [1]]]])
  }
}
