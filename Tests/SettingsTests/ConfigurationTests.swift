import Bellhop
import Matching
import Routing
import Settings
import Testing

@Suite struct ConfigurationTests {
  static let whole = """
    server:
      listen: "[::]:8484"
      public_url: https://bellhop.example.com/
      limits: { body: 64KiB, batch: 10, ndjson: 1MiB, connections: 5 }
      log: json
    store: { path: /var/lib/bellhop, keep: 30d, idempotency: 1d, max: 10GiB }
    senders:
      shop: { secret: "${TOKEN}", rate: 5/s, redact: [iban, card_holder] }
      old-app: { use: api, secret: [old-0123456789ab, "${file:/run/secrets/token}"] }
    readers: "${file:/run/secrets/token}"
    transports:
      chat: &chat { use: slack, token: "${TOKEN}", rate: 30/m, retry: { for: 1h, first: 2s, max: 1m }, stale: 2h, repeat: no }
      chat2: { <<: *chat, token: other }
      mail: { use: email, from: bellhop@example.com, port: "${PORT}", password: "${NOPE:-sesame}" }
      hook: { use: webhook, url: "https://crm.example.com/in?key=1", headers: { X-Key: a, X-Other: 7 }, concurrency: 8, timeout: 500ms }
      log: { use: stdout }
    channels:
      critical: { chat: { channel: "#critical" }, mail: { to: oncall@example.com } }
      shops: { chat2: { channel: "{{data.channel}}", only: ["#test", "#shop-*"] } }
      people: { log: {}, hook: }
    unrouted: [people, { mail: { to: [a@b.c, d@e.f], importance: high } }]
    calendars:
      office: { days: [mon-wed, fri], hours: "09:00-18:00", zone: America/Denver }
      weekend: { days: sat-sun, zone: UTC }
    roles:
      devops:
        - name: critical server errors
          match:
            type: ["server.*", db.**]
            severity: error+
            source: api
            sender: shop
            subject: "**@example.com"
            data.code: [500, "502", null]
            data.a.b: { in: [1, 2], not: { glob: "x*" } }
            data.n: { ">=": 1, "<": 2.5, exists: yes }
            data.r: { regex: "^a+$" }
            during: office
            outside: [weekend]
            not: { type: server.test }
            any: [{ type: "server.*" }, { severity: [debug, critical] }]
          to: critical
          alert: loud
          title: "**{{type}}**"
          text: "{{subject}} costs ${{data.amount}}"
          fields: { Where: "{{source}}", Who: "{{subject}}" }
          links: { Open: "https://example.com/{{data.id}}" }
          continue: yes
          hold_until: office
          fallback: [{ mail: { to: cto@example.com } }, log]
        - { to: shops }
    tests:
      - name: a crash
        at: 2026-11-23T09:30:00-07:00
        event: { type: server.crash, severity: critical, data: { code: 500, list: [a, 1.5, true, ~] } }
        expect: { devops: [critical, shops] }
      - { event: { text: hello, time: 2026-01-01T00:00:00Z }, expect: {} }
    """

  @Test func everythingArrives() throws {
    let configuration = try load(Self.whole).get()
    #expect(configuration.warnings.map(\.path) == ["readers"], "old-app has the same secret: \(configuration.warnings)")
    let server = configuration.server
    #expect(server.listen == Listen(host: "::", port: 8484) && !server.listen.isLoopback && server.log == .json)
    #expect(server.publicURL == "https://bellhop.example.com")
    #expect(server.limits.body == 65_536 && server.limits.batch == 10 && server.limits.ndjson == 1 << 20 && server.limits.connections == 5)
    let store = configuration.store
    #expect(store.path == "/var/lib/bellhop" && store.keep == .seconds(30 * 86_400) && store.idempotency == .seconds(86_400))
    #expect(store.max == 10 << 30)
    #expect(configuration.senders.map(\.name) == ["shop", "old-app"])
    #expect(configuration.senders[0].rate == Rate(5, per: .seconds(1)) && configuration.senders[0].redact == ["iban", "card_holder"])
    #expect(configuration.senders[1].secrets == [Secret("old-0123456789ab"), Secret("hunter2-of-the-file")])
    #expect(configuration.readers.accounts.flatMap(\.keys).map(\.secret) == [Secret("hunter2-of-the-file")])
    #expect(configuration.calendars.map(\.days) == [[1, 2, 3, 5], [6, 7]])
    #expect(configuration.calendars.map { $0.hours.map(\.to) } == [[1_080], [1_440]])
  }

  @Test func transportsAndTheirPolicy() throws {
    let transports = try load(Self.whole).get().transports
    #expect(transports.map(\.name) == ["chat", "chat2", "mail", "hook", "log"])
    let chat = transports[0]
    #expect(chat.kind.name == "slack" && chat.values.secret("token") == Secret("hunter2-of-the-environment"))
    #expect(chat.rate == Rate(30, per: .seconds(60)) && chat.stale == .seconds(7_200) && !chat.repeat && chat.concurrency == 1)
    #expect(chat.retry.for == .seconds(3_600) && chat.retry.first == .seconds(2) && chat.retry.max == .seconds(60))
    #expect(transports[1].values.secret("token") == Secret("other") && transports[1].rate == chat.rate)
    let mail = transports[2]
    #expect(mail.values.int("port") == 2_525 && mail.values.secret("password") == Secret("sesame"))
    #expect(mail.values.duration("idle") == .seconds(30) && mail.retry == .init() && mail.repeat && mail.rate == nil)
    let hook = transports[3]
    #expect(hook.concurrency == 8 && hook.timeout == .milliseconds(500) && hook.values.bool("http2") == false)
    #expect(hook.values.map("headers") == [.init("X-Key", .secret(Secret("a"))), .init("X-Other", .secret(Secret("7")))])
    #expect(transports[4].values.string("format") == "lines")
  }

  @Test func rowsBecomeTables() throws {
    let configuration = try load(Self.whole).get()
    let table = try #require(configuration.tables.first)
    let row = table.rows[0]
    #expect(table.role == "devops" && table.rows.count == 2 && row.name == "critical server errors")
    #expect(row.position == "bellhop.yaml:27")
    let glob = { (text: String) in Glob(text) }
    let expected: [Match] = [
      .type([glob("server.*"), glob("db.**")]), .severity([.error, .critical]), .source([glob("api")]), .sender([glob("shop")]),
      .subject([glob("**@example.com")]), .data(["code"], [.equals(500), .equals("502"), .equals(.null)]),
      .data(["a", "b"], [.all([.equals(1), .not([.glob(glob("x*"))])]), .all([.equals(2), .not([.glob(glob("x*"))])])]),
      .data(["n"], [.all([.greaterOrEqual(1), .less(2.5), .exists(true)])]), .data(["r"], [.regex(try Pattern("^a+$"))]),
      .during("office"), .outside("weekend"), .not(.any([.all([.type([glob("server.test")])])])),
      .any([.all([.type([glob("server.*")])]), .all([.severity([.debug, .critical])])]),
    ]
    guard case .all(let matches) = row.match else { return #expect(Bool(false), "\(row.match)") }
    #expect(matches == expected)
    #expect(row.to == [.channel("critical")] && row.alert == .loud && row.continue && row.holdUntil == "office")
    let cto = Target(["to": ["cto@example.com"], "importance": "low"])
    #expect(row.fallback == [.transport("mail", TargetTemplate(cto)), .transport("log", TargetTemplate())])
    #expect(row.title?.source == "**{{type}}**" && row.text?.source == "{{subject}} costs ${{data.amount}}")
    #expect(row.fields.map(\.label) == ["Where", "Who"] && row.links.map(\.template.source) == ["https://example.com/{{data.id}}"])
    #expect(configuration.unrouted.count == 2 && configuration.unrouted[0] == .channel("people"))
  }

  @Test func channelsAndTheDirectory() throws {
    let configuration = try load(Self.whole).get()
    let places = configuration.directory.channels
    #expect(places["critical"]?.map(\.place.transport) == ["chat", "mail"])
    #expect(places["critical"]?[1].place.target == Target(["to": ["oncall@example.com"], "importance": "low"]))
    #expect(places["shops"]?[0].only == [Glob("#test"), Glob("#shop-*")])
    let directory = configuration.directory
    #expect(directory.transports == ["chat", "chat2", "mail", "hook", "log"])
    #expect(directory.misfit("chat", Target(["channel": "#x"])) == nil)
    #expect(directory.misfit("chat", Target(["channel": "x"])) == "chat: a channel starts with #")
    #expect(directory.misfit("chat", Target()) == "chat (slack) needs channel in its targets")
    #expect(directory.misfit("log", Target(["channel": "#x"])) == "log (stdout) has no channel in its targets")
    #expect(directory.misfit("mail", Target(["to": "a@b.c"])) == "to does not fit mail (email)")
    #expect(directory.misfit("mail", Target(["to": ["a@b.c"], "importance": "huge"])) == "importance does not fit mail (email)")
    let destination = Destination(channel: "shops", among: ["chat2"], transport: "chat2", target: Target(["channel": "#shop-1"]))
    #expect(try directory.place(of: destination).get() == Place(transport: "chat2", target: Target(["channel": "#shop-1"])))
  }

  @Test func testsRunAtTheirTime() throws {
    let tests = try load(Self.whole).get().tests
    #expect(tests.count == 2 && tests[0].expect == ["devops": ["critical", "shops"]] && tests[1].expect.isEmpty)
    #expect(tests[0].event.data == ["code": 500, "list": ["a", 1.5, true, .null]])
    let now = Timestamp(seconds: 1_000)
    #expect(tests[0].event(now: now).time.rfc3339 == "2026-11-23T16:30:00.000Z")
    #expect(tests[1].event(now: now).time.rfc3339 == "2026-01-01T00:00:00.000Z" && tests[1].event.type == "message")
    let untimed = try load("transports: { log: { use: stdout } }\nunrouted: log\ntests: [{ event: { type: a }, expect: {} }]").get().tests
    #expect(untimed[0].event(now: now).time == now)
  }

  @Test func defaults() throws {
    let configuration = try load("transports: { log: { use: stdout } }\nunrouted: log").get()
    #expect(configuration.server == ServerSettings() && configuration.server.listen.isLoopback)
    #expect(configuration.store == StoreSettings() && configuration.store.max == nil)
    #expect(configuration.unrouted == [.transport("log", TargetTemplate())] && configuration.tables.isEmpty)
  }

  /// A gateway that runs is found while its file is edited.
  @Test func mistakesElsewhereLeaveTheStoreKnown() {
    func store(_ yaml: String) -> String? {
      guard case .failure(let mistakes) = load(yaml) else { return nil }
      return mistakes.store
    }
    #expect(store("store: { path: /var/lib/bellhop }\ntransports: { log: { use: stduot } }\nunrouted: log") == "/var/lib/bellhop")
    #expect(store("transports: { log: { use: stduot } }\nunrouted: log") == StoreSettings().path)
    #expect(store("store: { path: /var/lib/bellhop }\nroles: [\n") == "/var/lib/bellhop", "it is no YAML, and begins well")
    #expect(store("roles: [\nstore: { path: /var/lib/bellhop }\n") == StoreSettings().path)
  }

  @Test func secretsStayHidden() throws {
    var text = ""
    let configuration = try load(Self.whole).get()
    dump(configuration, to: &text)
    text += "\(configuration)"
    for secret in ["hunter2", "sesame", "key=1"] { #expect(!text.contains(secret)) }
  }

  @Test func theFileItselfIsMissing() {
    let missing = { (path: String) throws(FileError) -> [UInt8] in throw FileError("No such file or directory") }
    #expect {
      try Configuration.load(path: "gone.yaml", kinds: [], environment: { _ in nil }, readFile: missing)
    } throws: {
      "\($0)" == "gone.yaml:1:1: the file cannot be read (No such file or directory); check its path"
    }
    #expect(throws: FileError("Is a directory")) { try Files.read("/") }
    #expect(throws: FileError("No such file or directory")) { try Files.read("/nowhere/at/all") }
  }

  @Test func windowsLineEnds() throws {
    let text = "transports:\r\n  log: { use: stdout }\r\nunrouted: log\r\n"
    #expect(try load(text).get().warnings.isEmpty)
    guard case .failure(let mistakes) = load(text + "roles:\r\n  ops:\r\n    - to: #ops\r\n") else {
      Issue.record("a comment is no value")
      return
    }
    #expect(mistakes.description.hasSuffix("without quotes is a comment in YAML; quote it: \"#ops\""))
  }

  /// A page beside the file adds a kind; its path is relative to the file's folder.
  @Test(arguments: [("bellhop.yaml", "./pager.yaml"), ("conf/bellhop.yaml", "pager.yaml"), ("x/bellhop.yaml", "/etc/pager.yaml")])
  func pagesOfVendorsAddKinds(_ file: String, _ page: String) throws {
    let configuration = try load(
      """
      vendors: [\(page)]
      transports: { duty: { use: pager, key: k } }
      unrouted: duty
      """, file: file
    ).get()
    #expect(configuration.vendors.map(\.name) == ["pager"] && configuration.transports.map(\.kind.name) == ["pager"])
  }
}
