import Bellhop
import Senders
import Store
import Testing

@testable import Web

/// Forms of pages say what programs say in JSON.
@Suite struct FormTests {
  private static let accounts = [
    ReaderAccount("olaf", keys: [ReaderKey(Secret("olaf-token"))], rights: ReaderRights(.operator)),
    ReaderAccount("ann", keys: [ReaderKey(Secret("ann-token"))]),
    ReaderAccount("cashier", keys: [ReaderKey(Secret("cashier-token"))], rights: ReaderRights(.operator, only: ["finance"])),
  ]
  private static let settings = SiteSettings(senders: AccessTests.senders, readers: ReaderAccounts(accounts))
  private static func headers(_ reader: String) -> [String: String] {
    ["Authorization": "Bearer \(reader)-token", "Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"]
  }

  /// Path, form, where it leads, and what the gateway was asked.
  private static let buttons: [(String, String, String, String)] = [
    (
      "/lanes", "do=pause&lane=chat+%23money&until=&why=it+is+broken", "/lanes?said=paused",
      #"chat #money pause(until: nil, why: Optional("it is broken"))"#
    ),
    ("/lanes", "do=resume&lane=chat", "/lanes?said=resumed", "chat resume"),
    ("/lanes", "do=drop&lane=chat", "/lanes?said=dropped", "chat drop"),
    ("/dead", "do=redirect&ids=7,8&to=money", "/dead?said=redirected&count=2", "redirect [7, 8] money"),
    ("/dead", "do=redirect&state=dead&destination=money&to=money", "/dead?said=redirected&count=2", "redirect [8, 7] money"),
    ("/silences", "do=end&id=3", "/silences?said=ended", "end(3)"),
  ]

  @Test(arguments: buttons) func aButtonIsAnOperation(path: String, form: String, place: String, call: String) async throws {
    try await withSite(Self.settings) { running in
      running.desk.set { $0.deliveries = [RouteTests.delivery(8), RouteTests.delivery(7)] }
      try await onThread {
        let answer = try #require(try Wire(port: running.port).ask("POST", path, Self.headers("olaf"), form))
        #expect(answer.status == 303 && answer.headers["location"] == place, "\(answer)")
        let viewer = try #require(try Wire(port: running.port).ask("POST", path, Self.headers("ann"), form))
        #expect(viewer.status == 403 && viewer.body.contains("ann is a viewer"))
      }
      #expect(running.desk.calls == [call])
      #expect(running.desk.state.withLock { $0.audit.map { "\($0.who) \($0.by) \($0.result)" } } == ["olaf token done"])
    }
  }

  @Test func retriesAndRings() async throws {
    try await withSite(Self.settings) { running in
      running.desk.set { $0.deliveries = [RouteTests.delivery(8), RouteTests.delivery(7), RouteTests.delivery(6)] }
      let places = try await onThread {
        let wire = try Wire(port: running.port)
        return try ["do=retry&ids=7", "do=retry&ids=1&ids=2", "do=retry&state=dead&role=ops", "do=retry&state=dead&role=nobody"].map {
          try wire.ask("POST", "/dead", Self.headers("olaf"), $0)?.headers["location"]
        } + [wire.ask("POST", "/lanes", Self.headers("olaf"), "do=ring&name=chat")?.headers["location"]]
      }
      #expect(
        places == [
          "/dead?said=retried&count=1", "/dead?said=retried&count=0", "/dead?said=retried&count=2", "/dead?said=retried&count=0",
          "/lanes?said=rung",
        ])
      #expect(
        running.desk.state.withLock { $0.audit.map { "\($0.what) \($0.of ?? "-")" } } == [
          "retry delivery 7", "retry 2 deliveries", "retry dead of ops", "retry dead of nobody", "ring chat",
        ])
    }
  }

  /// A mistake shows the form again, with what was typed and the words at the field.
  @Test func mistakesStandAtTheirFields() async throws {
    try await withSite(Self.settings) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        let pause = try #require(try wire.ask("POST", "/lanes", Self.headers("olaf"), "do=pause&lane=chat&until=soon&why=%3Cb%3E"))
        #expect(pause.status == 422 && pause.body.contains(#"name="until" type="text" value="soon""#))
        #expect(pause.body.contains(#"aria-invalid="true" aria-describedby="flaw-until""#) && pause.body.contains(#"id="flaw-until""#))
        #expect(pause.body.contains("or how long, like 2h") && pause.body.contains("value=\"&lt;b&gt;\"") && !pause.body.contains("<b>"))
        let silence = try #require(try wire.ask("POST", "/silences", Self.headers("olaf"), "do=add&filter=tpye:a&for=1h&why=x"))
        #expect(silence.status == 422 && silence.body.contains("there is no key tpye") && silence.body.contains("tpye:a\n^^^^"))
        let why = try #require(try wire.ask("POST", "/silences", Self.headers("olaf"), "do=add&filter=type:a&for=1h"))
        #expect(why.status == 422 && why.body.contains(#"id="flaw-why""#) && why.body.contains(#"value="type:a""#))
        let gone = try #require(try wire.ask("POST", "/silences", Self.headers("olaf"), "do=end&id=404"))
        #expect(gone.status == 404 && gone.body.contains("there is no silence 404"))
        let lane = try #require(try wire.ask("POST", "/lanes", Self.headers("olaf"), "do=resume&lane=gone"))
        #expect(lane.status == 404 && lane.body.contains("there is no lane gone"))
        let channel = try #require(try wire.ask("POST", "/dead", Self.headers("olaf"), "do=redirect&ids=7&to=nowhere"))
        #expect(channel.status == 422 && channel.body.contains("there is no channel"))
        for form in ["", "do=", "do=forget", "do=extend&id=x", "do=pause%00", "%zz"] {
          #expect(try wire.ask("POST", "/silences", Self.headers("olaf"), form)?.status == 422, "\(form)")
        }
      }
    }
  }

  @Test func formsHaveBoundsAndForm() async throws {
    try await withSite(Self.settings) { running in
      try await onThread {
        let big = "do=resume&lane=" + String(repeating: "x", count: 65_600)
        #expect(try Wire(port: running.port).ask("POST", "/lanes", Self.headers("olaf"), big)?.status == 413)
        let wire = try Wire(port: running.port)
        var json = Self.headers("olaf")
        json["Content-Type"] = "application/json"
        #expect(try wire.ask("POST", "/lanes", json, "{}")?.status == 415)
        for path in ["/", "/watches", "/roles", "/explain", "/audit", "/lanes/pause", "/silences/new", "/dead/many"] {
          let answer = try wire.ask("POST", path, Self.headers("olaf"), "do=resume&lane=chat")
          #expect(answer?.status == 405 && answer?.headers["allow"] == "GET, HEAD", "\(path)")
        }
      }
      #expect(running.desk.calls.isEmpty)
    }
  }

  /// A reader of some roles acts on what it sees.
  @Test func readersOfSomeRoles() async throws {
    try await withSite(Self.settings) { running in
      var own = RouteTests.delivery(7)
      own.role = "finance"
      let mine = own
      running.desk.set { $0.deliveries = [RouteTests.delivery(8), mine] }
      try await onThread {
        let wire = try Wire(port: running.port)
        let page = try #require(try wire.ask("GET", "/dead", Self.headers("cashier")))
        #expect(page.status == 200 && page.body.contains("delivery 7") && !page.body.contains("delivery 8"))
        // Nobody is sent to what is not theirs.
        #expect(page.body.contains(#"href="/dead""#) && !page.body.contains(#"href="/lanes""#) && !page.body.contains(#"href="/audit""#))
        let viewer = try #require(try wire.ask("GET", "/", Self.headers("ann")))
        #expect(viewer.body.contains(#"href="/lanes""#) && !viewer.body.contains(#"href="/audit""#))
        let many = try #require(try wire.ask("GET", "/dead/many?which=all&state=dead", Self.headers("cashier")))
        #expect(many.body.contains("Retry <strong>1 delivery</strong>?"))
        #expect(try wire.ask("GET", "/dead/many?which=all&role=ops", Self.headers("cashier"))?.body.contains("Nothing matches") == true)
        #expect(
          try wire.ask("POST", "/dead", Self.headers("cashier"), "do=retry&ids=8")?.headers["location"] == "/dead?said=retried&count=0")
        #expect(
          try wire.ask("POST", "/dead", Self.headers("cashier"), "do=retry&ids=7")?.headers["location"] == "/dead?said=retried&count=1")
        for path in ["/lanes", "/silences", "/watches", "/roles", "/explain", "/audit", "/lanes/drop", "/silences/new"] {
          let answer = try #require(try wire.ask("GET", path, Self.headers("cashier")))
          #expect(answer.status == 403 && answer.body.contains("cashier sees only finance"), "\(path)")
        }
      }
    }
  }
}
