import Bellhop
import Logging
import Senders
import Store
import Testing

@testable import Web

/// Readers have names, and each may what it may.
@Suite struct ReaderTests {
  private static func key(_ token: String) -> [ReaderKey] { [ReaderKey(Secret(token))] }

  private static let accounts = [
    ReaderAccount("ann", keys: key("ann-token")),
    ReaderAccount("olaf", keys: key("olaf-token"), rights: ReaderRights(.operator)),
    ReaderAccount("finance", keys: key("finance-token"), rights: ReaderRights(only: ["finance"])),
    ReaderAccount("cashier", keys: key("cashier-token"), rights: ReaderRights(.operator, only: ["finance", "sales"])),
  ]
  private static let login = ProxyLogin(
    from: TrustedProxies(["127.0.0.1"]), header: "Remote-User",
    rights: ["olga": ReaderRights(.operator), "fred": ReaderRights(only: ["finance"]), "*": ReaderRights()])
  private static let settings = SiteSettings(senders: AccessTests.senders, readers: ReaderAccounts(accounts, proxy: login))

  /// Of an event that both were told, of one that ops alone were told, and of one that nobody was.
  private static func fill(_ state: inout FakeDesk.State) {
    func delivery(_ id: Int64, _ sequence: Int64, _ role: String, _ note: String? = nil) -> HistoryDelivery {
      var one = RouteTests.delivery(id)
      one.sequence = sequence
      one.role = role
      one.note = note
      return one
    }
    let both = [delivery(11, 1, "finance", "same target as role secret-ops"), delivery(12, 1, "secret-ops")]
    let one = [delivery(21, 2, "secret-ops")]
    state.deliveries = both + one
    state.pages = [(1, "shared", both), (2, "hidden", one), (3, "nobodys", [])].map { sequence, id, deliveries in
      HistoryEvent(
        sequence: Int64(sequence), received: RouteTests.time,
        event: Event(id: id, sender: "shop", source: "web", type: "t.\(id)", time: RouteTests.time), fate: .planned, note: nil,
        deliveries: deliveries)
    }
  }

  private static func bearer(_ name: String) -> [String: String] { ["Authorization": "Bearer \(name)-token"] }

  /// What each of them gets of every route there is, in the order: nobody, a viewer, an operator, a viewer and an operator of some roles.
  @Test func everyRouteByWhoAsks() async throws {
    let reading: [(String, [Int])] = [
      ("/v1/events", [401, 200, 200, 200, 200]), ("/v1/events?role=secret-ops", [401, 200, 200, 200, 200]),
      ("/v1/events/shared", [401, 200, 200, 200, 200]), ("/v1/events/1", [401, 200, 200, 200, 200]),
      ("/v1/events/hidden", [401, 200, 200, 404, 404]), ("/v1/events/2", [401, 200, 200, 404, 404]),
      ("/v1/events/nobodys", [401, 200, 200, 404, 404]), ("/v1/events/3", [401, 200, 200, 404, 404]),
      ("/events/1", [401, 200, 200, 200, 200]), ("/events/2", [401, 200, 200, 404, 404]), ("/events/3", [401, 200, 200, 404, 404]),
      ("/v1/deliveries", [401, 200, 200, 200, 200]), ("/v1/deliveries/11", [401, 200, 200, 200, 200]),
      ("/v1/deliveries/12", [401, 200, 200, 404, 404]), ("/v1/deliveries/21", [401, 200, 200, 404, 404]),
      ("/v1/stream", [401, 200, 200, 200, 200]), ("/v1/rows", [401, 200, 200, 403, 403]), ("/v1/lanes", [401, 200, 200, 403, 403]),
      ("/v1/silences", [401, 200, 200, 403, 403]), ("/metrics", [401, 200, 200, 403, 403]),
      ("/v1/reload", [401, 403, 200, 403, 403]), ("/v1/audit", [401, 403, 200, 403, 403]),
      ("/ack/good", [200, 200, 200, 200, 200]), ("/ack/forged", [404, 404, 404, 404, 404]),
      ("/v1/capture/shop", [403, 403, 403, 403, 403]), ("/healthz", [200, 200, 200, 200, 200]),
    ]
    let changing: [(String, String, [Int])] = [
      ("/v1/explain", #"{"event":{"type":"a"}}"#, [401, 200, 200, 403, 403]), ("/v1/reload", "", [401, 403, 422, 403, 403]),
      ("/v1/ring", #"{"name":"chat"}"#, [401, 403, 200, 403, 403]), ("/v1/forget", #"{"subject":"x"}"#, [401, 403, 200, 403, 403]),
      ("/v1/silences", #"{"filter":"type:a","for":"1h","why":"x"}"#, [401, 403, 201, 403, 403]),
      ("/v1/acks", #"{"event":"shared"}"#, [401, 403, 200, 403, 200]),
      ("/v1/lanes/pause", #"{"lane":"chat"}"#, [401, 403, 200, 403, 403]),
      ("/v1/lanes/resume", #"{"lane":"chat"}"#, [401, 403, 200, 403, 403]),
      ("/v1/lanes/drop", #"{"lane":"chat"}"#, [401, 403, 200, 403, 403]),
      ("/v1/deliveries/21/retry", "", [401, 403, 200, 403, 404]), ("/v1/deliveries/11/retry", "", [401, 403, 200, 403, 200]),
      ("/v1/deliveries/retry", #"{"ids":[21]}"#, [401, 403, 200, 403, 200]),
      ("/v1/deliveries/redirect", #"{"ids":[21],"to":"money"}"#, [401, 403, 200, 403, 200]),
    ]
    let who: [[String: String]] = [[:], Self.bearer("ann"), Self.bearer("olaf"), Self.bearer("finance"), Self.bearer("cashier")]
    try await withSite(Self.settings) { running in
      try await onThread {
        for (path, statuses) in reading {
          running.desk.set(Self.fill)
          let got = try who.map { try Wire(port: running.port).ask("GET", path, $0) }
          #expect(got.map { $0?.status } == statuses.map(Optional.some), "\(path)")
          for answer in got.dropFirst(3) { #expect(answer?.body.contains("secret-ops") == false, "\(path): \(answer?.body ?? "")") }
        }
        for (path, body, statuses) in changing {
          let got = try who.map { headers in
            running.desk.set(Self.fill)
            return try Wire(port: running.port).ask("POST", path, headers, body)?.status
          }
          #expect(got == statuses.map(Optional.some), "\(path)")
        }
        for (method, body) in [("PATCH", #"{"why":"y"}"#), ("DELETE", "")] {
          let got = try who.map { try Wire(port: running.port).ask(method, "/v1/silences/1", $0, body)?.status }
          #expect(got == [401, 403, 200, 403, 403].map(Optional.some), "\(method)")
        }
        // All of the routes were tried.
        let tried = (reading.map(\.0) + changing.map(\.0)).compactMap { Endpoint($0.prefix { $0 != "?" }) }
        for path in Endpoint.paths {
          let endpoint = try #require(
            Endpoint(
              path.split(separator: "/", omittingEmptySubsequences: false).map { $0.first == "{" ? "1" : $0 }.joined(separator: "/")[...]))
          if case .silence = endpoint { continue }  // PATCH and DELETE: SilenceRouteTests
          if case .reader(let need) = endpoint.authority(reading: endpoint.takes(reading: true)) {
            #expect(
              tried.contains {
                if case .reader(need) = $0.authority(reading: $0.takes(reading: true)) { $0.allowed == endpoint.allowed } else { false }
              }, "\(path)")
          }
        }
      }
    }
  }

  /// Of what is shared, a reader of one role sees that role's deliveries alone, and a retry of many touches no others.
  @Test func ofASharedEventThatRolesDeliveriesAlone() async throws {
    try await withSite(Self.settings) { running in
      running.desk.set(Self.fill)
      try await onThread {
        let wire = try Wire(port: running.port)
        let page = try wire.ask("GET", "/v1/events", Self.bearer("finance"))?.body ?? ""
        #expect(page.contains("t.shared") && !page.contains("t.hidden") && !page.contains("t.nobodys"), "\(page)")
        let foreign = try wire.ask("GET", "/v1/events?role=secret-ops", Self.bearer("finance"))?.body
        #expect(foreign == #"{"events":[]}"#)
        let event = try wire.ask("GET", "/v1/events/shared", Self.bearer("finance"))?.body ?? ""
        #expect(event.contains(#""id":11"#) && !event.contains(#""id":12"#) && event.contains("same target as another role"), "\(event)")
        let dead = try wire.ask("GET", "/v1/deliveries", Self.bearer("finance"))?.body ?? ""
        #expect(dead.contains(#""id":11"#) && !dead.contains(#""id":12"#) && !dead.contains(#""id":21"#), "\(dead)")
        for (body, retried) in [
          (#"{"ids":[12,21]}"#, #"{"count":0,"retried":[]}"#), (#"{"state":"dead"}"#, #"{"count":1,"retried":[11]}"#),
        ] {
          #expect(try wire.ask("POST", "/v1/deliveries/retry", Self.bearer("cashier"), body)?.body == retried)
        }
      }
      #expect(running.desk.state.withLock { $0.deliveries.filter { $0.state == .dead }.map(\.id) } == [12, 21])
    }
  }

  /// What is needed is said.
  @Test func whoMayNotIsToldWhoMay() async throws {
    try await withSite(Self.settings) { running in
      let told = try await onThread {
        let wire = try Wire(port: running.port)
        return try [
          wire.ask("POST", "/v1/reload"), wire.ask("POST", "/v1/reload", Self.bearer("ann")),
          wire.ask("POST", "/v1/reload", Self.bearer("cashier")), wire.ask("GET", "/v1/lanes", Self.bearer("finance")),
        ].map { "\($0?.status ?? 0) \($0?.headers["www-authenticate"] ?? "-") \($0?.body ?? "")" }
      }
      #expect(told[0].hasPrefix("401 Bearer") && told[0].contains("the secret of a reader with role: operator"), "\(told[0])")
      #expect(told[1].hasPrefix("403 -") && told[1].contains("this needs an operator, and ann is a viewer"), "\(told[1])")
      #expect(told[2].contains("this concerns all roles, and cashier sees only finance, sales"), "\(told[2])")
      #expect(told[3].hasPrefix("403 -") && told[3].contains("finance sees only finance"), "\(told[3])")
    }
  }

  // MARK: A proxy's word

  private static func ask(_ settings: SiteSettings, _ method: String, _ path: String, _ headers: [String: String]) async throws -> Int? {
    var status: Int?
    try await withSite(settings) { running in
      running.desk.set(fill)
      status = try await onThread { try Wire(port: running.port).ask(method, path, headers, method == "POST" ? "{}" : nil)?.status }
    }
    return status
  }

  @Test func whoAProxyNamesIsWhoHeIs() async throws {
    for (user, path, status) in [
      ("jane", "/v1/events", 200), ("jane", "/v1/reload", 403), ("olga", "/v1/reload", 200), ("fred", "/v1/events/hidden", 404),
      ("fred", "/v1/events/shared", 200), ("jane@example.com", "/v1/events/hidden", 200), ("", "/v1/events", 401),
      ("jane doe", "/v1/events", 401), ("jane\u{202E}", "/v1/events", 401), (String(repeating: "j", count: 129), "/v1/events", 401),
    ] {
      #expect(try await Self.ask(Self.settings, "GET", path, ["Remote-User": user]) == status, "\(user) \(path)")
    }
  }

  /// Anybody can write a header.
  @Test func nobodyElsesWordCounts() async throws {
    var settings = Self.settings
    settings.readers.proxy?.from = TrustedProxies(["10.0.0.1"])
    // Nor what a proxy says of another's address.
    settings.proxies = TrustedProxies(["127.0.0.1"])
    #expect(try await Self.ask(settings, "GET", "/v1/events", ["Remote-User": "olga"]) == 401)
    #expect(try await Self.ask(settings, "GET", "/v1/events", ["Remote-User": "olga", "X-Forwarded-For": "10.0.0.1"]) == 401)
    #expect(try await Self.ask(settings, "GET", "/v1/events", ["Remote-User": "olga"].merging(Self.bearer("ann")) { $1 }) == 200)
  }

  @Test func aNameThatStandsTwiceNamesNobody() async throws {
    try await withSite(Self.settings) { running in
      let answer = try await onThread {
        let wire = try Wire(port: running.port)
        wire.send("GET /v1/events HTTP/1.1\r\nHost: x\r\nRemote-User: jane\r\nremote-user: olga\r\n\r\n")
        return try wire.answer()
      }
      #expect(answer?.status == 401)
    }
  }

  @Test func whoIsNotNamedMayNot() async throws {
    var settings = Self.settings
    settings.readers.proxy?.rights = ["olga": ReaderRights(.operator)]
    #expect(try await Self.ask(settings, "GET", "/v1/events", ["Remote-User": "jane"]) == 403)
    settings.readers.proxy?.rights = nil
    #expect(try await Self.ask(settings, "GET", "/v1/events", ["Remote-User": "jane"]) == 200)
    #expect(try await Self.ask(settings, "GET", "/v1/reload", ["Remote-User": "jane"]) == 403)
  }

  /// Where a proxy logs people in, a caller whom it does not name is a stranger, also on this machine.
  @Test func aProxyThatNamesNobodyOpensNothing() async throws {
    let settings = SiteSettings(readers: ReaderAccounts(proxy: Self.login))
    #expect(try await Self.ask(settings, "GET", "/v1/events", [:]) == 401)
    #expect(try await Self.ask(settings, "GET", "/v1/events", ["Remote-User": "jane"]) == 200)
  }

  /// A browser adds by itself what says who its user is, also to what a foreign page sends.
  @Test func foreignPagesChangeNothing() async throws {
    let password = ["Authorization": "Basic eDpvbGFmLXRva2Vu"]
    for who in [password, ["Remote-User": "olga"]] {
      for (headers, isTaken) in [
        ([:], true), (["Sec-Fetch-Site": "same-origin"], true), (["Sec-Fetch-Site": "none"], true),
        (["Sec-Fetch-Site": "cross-site"], false),
        (["Sec-Fetch-Site": "same-site"], false), (["Sec-Fetch-Site": "same-origin, cross-site"], false),
        (["Origin": "https://evil.com"], false), (["Origin": "null"], false), (["Origin": "http://bellhop.example"], true),
        (["Sec-Fetch-Site": "cross-site", "Origin": "http://bellhop.example"], false),
      ] as [([String: String], Bool)] {
        let all = headers.merging(who) { $1 }.merging(["Host": "bellhop.example"]) { $1 }
        let status = try await Self.ask(Self.settings, "POST", "/v1/lanes/pause", all)
        // Without a lane it is a mistake, once it is taken.
        #expect(status == (isTaken ? 422 : 403), "\(who) \(headers)")
      }
    }
    let cross = Self.bearer("olaf").merging(["Sec-Fetch-Site": "cross-site"]) { $1 }
    #expect(try await Self.ask(Self.settings, "POST", "/v1/lanes/pause", cross) == 422, "no browser adds a Bearer header by itself")
  }

  // MARK: Who did what

  @Test func whoChangedWhatIsInTheLog() async throws {
    let lines = Guarded<[String]>([])
    let logger = Logger(label: "audit") { _ in NotingHandler(lines: lines) }
    try await withSocket(Self.settings, logger: logger) { running, path in
      running.desk.set(Self.fill)
      try await onThread {
        let wire = try Wire(port: running.port)
        for (path, body, headers) in [
          ("/v1/deliveries/21/retry", "", Self.bearer("olaf")), ("/v1/deliveries/retry", #"{"ids":[11,12]}"#, Self.bearer("cashier")),
          ("/v1/lanes/pause", #"{"lane":"chat #a"}"#, ["Remote-User": "olga"]),
          ("/v1/lanes/drop", #"{"lane":"gone"}"#, Self.bearer("olaf")),
          ("/v1/reload", "", Self.bearer("olaf")), ("/v1/forget", #"{"subject":"needle@example.com"}"#, Self.bearer("olaf")),
          ("/v1/ring", #"{"name":"chat"}"#, ["Authorization": "Basic eDpvbGFmLXRva2Vu"]), ("/v1/reload", "", Self.bearer("ann")),
        ] { _ = try wire.ask("POST", path, headers, body) }
        _ = try wire.ask("GET", "/v1/events", Self.bearer("olaf"))
        _ = try Wire(path: path).ask("POST", "/v1/lanes/resume", [:], #"{"lane":"chat"}"#)
      }
    }
    #expect(
      lines.withLock { $0.filter { $0.hasPrefix("changed by hand") } } == [
        "changed by hand by=token of=delivery 21 result=done what=retry who=olaf",
        "changed by hand by=token of=2 deliveries result=done what=retry who=cashier",
        "changed by hand by=proxy of=chat #a result=done what=pause who=olga",
        "changed by hand by=token of=gone result=there is no lane gone what=drop who=olaf",
        "changed by hand by=token result=the configuration has 2 mistakes what=reload who=olaf",
        "changed by hand by=token result=done what=forget who=olaf", "changed by hand by=password of=chat result=done what=ring who=olaf",
        "changed by hand by=socket of=chat result=done what=resume who=local",
      ])
    #expect(!lines.withLock { $0.joined() }.contains("needle"), "who is forgotten is not remembered here")
  }
}

/// Keeps each line with its metadata in order.
private struct NotingHandler: LogHandler {
  let lines: Guarded<[String]>
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let told = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    lines.withLock { $0.append("\(event.message)\(told)") }
  }
}
