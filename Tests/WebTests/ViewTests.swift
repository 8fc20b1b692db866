import Bellhop
import Senders
import Store
import Testing

@testable import Web

/// The dashboard's pages as browsers get them.
@Suite struct ViewTests {
  private static let hostile = "<script>alert(1)</script>\"'&\u{202E}evil"
  private static func key(_ token: String) -> [ReaderKey] { [ReaderKey(Secret(token))] }
  private static let settings = SiteSettings(
    readers: ReaderAccounts([
      ReaderAccount("ann", keys: key("ann-token")), ReaderAccount("olaf", keys: key("olaf-token"), rights: ReaderRights(.operator)),
      ReaderAccount("finance", keys: key("finance-token"), rights: ReaderRights(only: ["finance"])),
      ReaderAccount("cashier", keys: key("cashier-token"), rights: ReaderRights(.operator, only: ["finance"])),
    ]), hasPublicName: true)

  private static func event(_ sequence: Int64, _ type: String, subject: String? = "ada", _ deliveries: [HistoryDelivery]) -> HistoryEvent {
    HistoryEvent(
      sequence: sequence, received: RouteTests.time + .seconds(sequence),
      event: Event(
        id: "e\(sequence)", sender: "shop", source: "web", type: type, subject: subject, time: RouteTests.time, text: "\(type) \(hostile)",
        data: ["amount": 42]), fate: .planned, note: nil, deliveries: deliveries)
  }

  private static func delivery(_ id: Int64, of sequence: Int64, _ role: String, _ state: DeliveryState = .delivered) -> HistoryDelivery {
    var one = RouteTests.delivery(id, state)
    one.sequence = sequence
    one.role = role
    one.fault = nil
    one.attempts = [
      HistoryAttempt(
        number: 1, at: RouteTests.time + .seconds(sequence), took: .milliseconds(412), lane: "chat #m",
        outcome: state == .delivered ? "delivered" : "refused", line: state == .delivered ? "ok" : hostile, fault: nil)
    ]
    return one
  }

  private static func fill(_ state: inout FakeDesk.State) {
    state.deliveries = [
      delivery(11, of: 1, "finance"), delivery(12, of: 1, "secret-ops"), delivery(21, of: 2, "secret-ops", .dead),
      delivery(31, of: 3, "finance", .dead),
    ]
    state.pages = [event(3, "payment.failed", [state.deliveries[3]]), event(2, "server.down", [state.deliveries[2]])]
    state.pages.append(event(1, "payment.made", Array(state.deliveries[..<2])))
    state.explanation = [
      "roles": [
        [
          "role": "secret-ops", "untried": 2,
          "rows": [
            ["row": 1, "name": "big ones", "won": false, "why": "severity is info, wants error+"],
            ["row": 2, "name": "the rest", "won": true],
          ],
        ]
      ]
    ]
  }

  private func ask(
    _ path: String, as who: String? = nil, _ headers: [String: String] = ["Accept": "text/html"], settings: SiteSettings = SiteSettings(),
    _ fill: @escaping @Sendable (inout FakeDesk.State) -> Void = fill
  ) async throws -> Wire.Answer {
    var answer: Wire.Answer?
    try await withSite(settings) { running in
      running.desk.set(fill)
      answer = try await onThread {
        var headers = headers
        if let who { headers["Authorization"] = "Bearer \(who)-token" }
        return try Wire(port: running.port).ask("GET", path, headers)
      }
    }
    return try #require(answer)
  }

  @Test func homeTellsWhatWasSentToWhom() async throws {
    let page = try await ask("/")
    #expect(page.status == 200 && page.headers["content-security-policy"]?.contains("unsafe") == false)
    #expect(page.body.ranges(of: "<h1").count == 1 && page.body.contains("<html lang=\"en\">"))
    for word in [
      "What was sent to whom, and did it arrive", ">delivered</span> in 412 ms", ">dead</span>: &lt;script&gt;", "href=\"/events/3\"",
      "data-delivery=\"31\"", "data-event=\"3\"", "secret-channel", "data-live=\"events\"", "data-live=\"deliveries\"",
    ] { #expect(page.body.contains(word), "\(word)") }
    #expect(page.body.ranges(of: "<script").count == 1 && !page.body.contains("\u{202E}"))
  }

  @Test func filtersStandInTheAddressAndStayInTheForm() async throws {
    let dead = try await ask("/?state=dead&role=finance&type=payment.*")
    #expect(
      dead.body.contains("data-delivery=\"31\"") && !dead.body.contains("data-delivery=\"21\"")
        && !dead.body.contains("data-delivery=\"11\""))
    #expect(dead.body.contains("<option selected>dead</option>") && dead.body.contains("name=\"role\" value=\"finance\""))
    #expect(!dead.body.contains("data-live=\"deliveries\""), "what is narrowed so is not added to")
    #expect(dead.body.contains("data-live=\"events\" data-role=\"finance\" data-type=\"payment.*\""))
    let words = try await ask("/?q=type:server.down")
    #expect(words.body.contains("data-delivery=\"21\"") && !words.body.contains("data-delivery=\"31\""))
    let channel = try await ask("/?channel=nowhere")
    #expect(channel.body.contains("Nothing like that was sent. <a href=\"/\">Show all</a>"))
    #expect(try await ask("/?before=31").body.contains("data-delivery=\"21\""))
  }

  /// A misspelt filter must not show everything.
  @Test(arguments: [
    ("/?state=daed", "What became of it", "daed is no state of deliveries"), ("/?since=yesterday", "Since", "must be a time"),
    ("/?q=tpye:a", "Words", "tpye"), ("/?colour=red", "colour", "is not known here"), ("/?before=x", "before", "whole number"),
    ("/?q=role:finance&role=secret-ops", "Words", "other roles"),
  ])
  func aMistakeStandsAtTheForm(path: String, field: String, words: String) async throws {
    let page = try await ask(path)
    #expect(page.status == 422 && page.headers["content-type"]?.hasPrefix("text/html") == true)
    #expect(page.body.contains("role=\"alert\"") && page.body.contains("<p>\(field): ") && page.body.contains(words), "\(page.body)")
    #expect(!page.body.contains("data-delivery"))
  }

  @Test func anEmptyGatewaySaysWhatToDo() async throws {
    let page = try await ask("/") { _ in }
    #expect(page.body.contains("bellhop send --type user.registered") && page.body.contains("Nothing was sent yet"))
  }

  /// Finance sees finance: on no page is there anything of the others.
  @Test(arguments: [
    "/", "/?role=secret-ops", "/?channel=money", "/search?q=server.down", "/search?q=role:secret-ops", "/events/1", "/charts",
  ])
  func whoSeesSomeRolesSeesNothingOfOthers(path: String) async throws {
    let page = try await ask(path, as: "finance", settings: Self.settings) { state in
      Self.fill(&state)
      state.figures = ActivityFigures(
        events: [.init(start: RouteTests.time, counts: [0, 77, 0, 0, 0, 0])],
        fates: [.init(role: "finance", counts: [0, 5, 0, 0, 0, 0, 0]), .init(role: "secret-ops", counts: [0, 66, 0, 0, 0, 0, 0])])
    }
    // What was asked stands in the field.
    let body = page.body.replacing("value=\"secret-ops\"", with: "").replacing("data-role=\"secret-ops\"", with: "")
      .replacing("value=\"role:secret-ops\"", with: "").replacing("Search: role:secret-ops", with: "").replacing("server.down\"", with: "")
      .replacing("Search: server.down", with: "").replacing("role%3Asecret-ops", with: "").replacing("q=server.down", with: "")
    #expect(page.status == 200)
    for word in ["secret-", "server.down", "events/2\"", "data-delivery=\"12\"", "data-delivery=\"21\"", "77", "66"] {
      #expect(!body.contains(word), "\(path): \(word)")
    }
  }

  @Test func anEventPageIsWhole() async throws {
    let page = try await ask("/events/2")
    #expect(page.status == 200)
    for word in [
      "server.down &lt;script&gt;", "<th scope=\"row\">amount</th><td>42</td>", "secret-ops → money", "<dt>Transport</dt><dd>chat</dd>",
      "<dt>Alert</dt><dd>loud</dd>", "refused", "412 ms", "before and after", "href=\"/events/1\" rel=\"prev\"",
      "href=\"/events/3\" rel=\"next\"", "q=type%3Aserver.down%20subject%3Aada", "configuration in force now", "big ones",
      "severity is info, wants error+", "<span class=\"good\">the rest</span>", "2 more were not tried",
    ] { #expect(page.body.contains(word), "\(word)") }
    #expect(!page.body.contains("<form method=\"post\""), "who looks on this machine without a token is no operator")
  }

  @Test func operatorsHaveButtons() async throws {
    let page = try await ask("/events/2", as: "olaf", settings: Self.settings) { state in
      Self.fill(&state)
      state.awaiting = ["secret-ops"]
    }
    for word in [
      "action=\"/dead\"", "name=\"do\" value=\"retry\"", "name=\"ids\" value=\"21\"", "value=\"acknowledge\"",
      "href=\"/silences/new?filter=type%3Aserver.down%20subject%3Aada\"",
    ] { #expect(page.body.contains(word), "\(word)") }
    let viewer = try await ask("/events/2", as: "ann", settings: Self.settings) { state in
      Self.fill(&state)
      state.awaiting = ["secret-ops"]
    }
    #expect(
      !viewer.body.contains("<button") && viewer.body.contains("secret-ops is told again and again")
        && !viewer.body.contains("/silences/new"))
    let cashier = try await ask("/events/3", as: "cashier", settings: Self.settings)
    #expect(cashier.body.contains("action=\"/dead\"") && !cashier.body.contains("/silences/new") && !cashier.body.contains("secret-ops"))
  }

  @Test func theButtonAcknowledges() async throws {
    try await withSite(Self.settings) { running in
      running.desk.set(Self.fill)
      try await onThread {
        let wire = try Wire(port: running.port)
        func press(_ who: String, _ body: String = "do=acknowledge", _ path: String = "/events/2", _ more: [String: String] = [:]) throws
          -> Wire.Answer?
        {
          var headers = more
          headers["Authorization"] = "Bearer \(who)-token"
          headers["Content-Type"] = "application/x-www-form-urlencoded"
          return try wire.ask("POST", path, headers, body)
        }
        let done = try press("olaf")
        #expect(done?.status == 303 && done?.headers["location"] == "/events/2?said=acknowledged")
        #expect(try press("ann")?.status == 403 && press("olaf", "do=dance")?.status == 422 && press("olaf", "")?.status == 422)
        let retried = try press("olaf", "do=retry&ids=21&back=/events/2", "/dead")
        #expect(retried?.status == 303 && retried?.headers["location"] == "/events/2?said=retried&count=1")
        let told = try wire.ask("GET", "/events/2?said=retried&count=1", ["Authorization": "Bearer olaf-token"])
        #expect(told?.body.contains("1 delivery put back in line.") == true)
        let away = try press("olaf", "do=retry&ids=31&back=//evil.example.com", "/dead")
        #expect(away?.headers["location"]?.hasPrefix("/dead?") == true, "nowhere else is anybody led")
      }
      #expect(running.desk.calls.filter { $0.hasPrefix("ack") } == ["ack 2 - olaf"])
    }
  }

  @Test func theForgottenAndTheMissingHavePages() async throws {
    let husk = try await ask("/events/9") { state in
      Self.fill(&state)
      state.pages = [
        HistoryEvent(
          sequence: 9, received: RouteTests.time,
          event: Event(id: "forgotten-9", sender: "shop", source: "", type: "user.left", time: RouteTests.time, text: ""), fate: .planned,
          note: nil, deliveries: [RouteTests.delivery(7)])
      ]
    }
    #expect(husk.status == 410 && husk.body.contains("This event was forgotten") && husk.body.contains(">dead</span>"))
    let missing = try await ask("/events/77")
    #expect(missing.status == 404 && missing.body.contains("<h1>There is no such event</h1>") && missing.body.contains("store.keep"))
    #expect(missing.body.contains("href=\"/search\""))
  }

  /// Browsers get pages, programs get problems, and both the same words.
  @Test func whatIsRefusedIsAPageForBrowsers() async throws {
    for (path, who, status, words) in [
      ("/lanes", "finance", 403, "This concerns all roles, and finance sees only finance"),
      ("/events/2", "finance", 404, "There is no such event"),
      ("/nowhere", nil, 404, "There is nothing here"),
    ] as [(String, String?, Int, String)] {
      let page = try await ask(path, as: who, settings: Self.settings)
      #expect(page.status == status && page.body.contains("<h1>\(words)</h1>") && page.body.contains("href=\"/\""), "\(path)")
      #expect(page.headers["content-type"] == "text/html; charset=utf-8" && page.headers["content-security-policy"] != nil)
      let program = try await ask(path, as: who, ["Accept": "*/*"], settings: Self.settings)
      #expect(program.status == status && program.headers["content-type"] == "application/problem+json", "\(path)")
    }
    let stranger = try await ask("/events/2?x=1", settings: Self.settings)
    #expect(stranger.status == 303 && stranger.headers["location"] == "/login?next=/events/2%3Fx%3D1")
    let trouble = try await ask("/") { $0.fault = .full("no room") }
    #expect(trouble.status == 503 && trouble.body.contains("<h1>The disk is full</h1>") && trouble.headers["retry-after"] == "30")
    let program = try await ask("/v1/events/77")
    #expect(program.headers["content-type"] == "application/problem+json", "what is for programs stays so")
  }

  @Test func programsAskForAllStatesToo() async throws {
    func ids(_ query: String) async throws -> [String] {
      let body = try await ask("/v1/deliveries?" + query).body
      return body.matches(of: /\{"id":(\d+)/).map { String($0.1) }
    }
    #expect(try await ids("state=any") == ["31", "21", "12", "11"])
    #expect(try await ids("role=finance") == ["31"], "dead, unless said otherwise")
    #expect(try await ids("role=finance&state=any") == ["31", "11"])
    #expect(try await ids("state=any&q=payment.made") == ["12", "11"])
    #expect(try await ids("q=state:delivered+role:finance") == ["11"])
    #expect(try await ids("channel=money&state=any&before=21") == ["12", "11"])
    let page = try await ask("/v1/deliveries?state=any&limit=1").body
    #expect(page.hasSuffix(#""next":"31","searched_back_to":"2026-11-24T12:00:03.000Z"}"#), "\(page)")
    for (query, field) in [("state=daed&role=x", "state"), ("q=tpye:a", "q"), ("channel=a&destination=b", "destination")] {
      let answer = try await ask("/v1/deliveries?" + query)
      #expect(answer.status == 422 && answer.body.contains("\"field\":\"\(field)\""), "\(query)")
    }
  }

  @Test func searchAsksByTheGrammar() async throws {
    try await withSite { running in
      running.desk.set(Self.fill)
      let found = try await onThread {
        try Wire(port: running.port).ask("GET", "/search?q=type:payment.*+state:dead&cursor=9", ["Accept": "text/html"])
      }
      let body = try #require(found?.body)
      #expect(running.desk.calls == ["search type:payment.* state:dead - - - 50 9"])
      #expect(found?.status == 200 && body.contains("href=\"/events/3\"") && body.contains("1 <span class=\"bad\">dead</span>"))
      #expect(body.contains("value=\"type:payment.* state:dead\"") && body.ranges(of: "<script").count == 1)
      for format in ["csv", "ndjson"] {
        #expect(body.contains("/v1/events?q=type%3Apayment.%2A%20state%3Adead&amp;format=\(format)"))
      }
    }
    let empty = try await ask("/search")
    #expect(empty.body.contains("href=\"/search?q=severity%3Aerror%2B%20since%3A24h\""))
    let nothing = try await ask("/search?q=nothing-like-that")
    #expect(nothing.body.contains("Nothing was found"))
  }

  @Test func aMistakeInASearchHasACaret() async throws {
    let page = try await ask("/search?q=tpye:a")
    #expect(page.status == 422 && page.body.contains("role=\"alert\"") && page.body.contains("<pre>tpye:a\n^"))
    let hostile = try await ask("/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22%20onfocus=%22x")
    #expect(hostile.body.ranges(of: "<script").count == 1 && !hostile.body.contains("\" onfocus=\"x"))
  }

  @Test func chartsHaveTables() async throws {
    let page = try await ask("/charts") { state in
      state.figures = ActivityFigures(
        events: [.init(start: RouteTests.time, counts: [0, 77, 0, 0, 3, 0])],
        fates: [.init(role: Self.hostile, counts: [0, 66, 0, 0, 0, 2, 0])],
        latencies: [.init(start: RouteTests.time, count: 4, median: .milliseconds(120), high: .seconds(2))])
    }
    #expect(page.status == 200 && page.body.ranges(of: "<svg class=\"chart\"").count == 3 && page.body.ranges(of: "<table").count == 3)
    #expect(page.body.contains("80 events in the last 1 minutes") && page.body.contains("2.0 s") && !page.body.contains("style="))
    #expect(page.body.ranges(of: "<script").count == 1)
  }
}
