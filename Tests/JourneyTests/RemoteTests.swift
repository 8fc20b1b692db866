import Bellhop
import Foundation
import Loopback
import Store
import Testing

/// Two gateways: a hub, and one in an office that calls in for its messages.
@Suite(.serialized) struct RemoteJourneys {
  private static let secret = "0123456789abcdef-office"

  private static func hub(_ more: String = "") -> String {
    """
    server: { listen: "127.0.0.1:PORT" }
    transports:
      bell: { use: remote, secret: "\(secret)", retry: { first: 100ms, max: 1s } }
      log: { use: stdout }
    roles:
      office: [ { name: sign-ups, match: { type: "user.*" }, to: bell, alert: loud, title: "New!", text: "Welcome **{{subject}}**", fields: { Plan: "{{data.plan}}" } } ]
    \(more)
    """
  }

  private static func office(_ port: Int, _ sink: String, _ more: String = "", secret: String = secret) -> String {
    """
    server: { listen: "127.0.0.1:0" }
    transports: { out: { use: webhook, url: "\(sink)/in", concurrency: 1, \(more) retry: { first: 100ms } } }
    upstream: { url: "http://127.0.0.1:\(port)", secret: "\(secret)", take: { bell: out } }
    """
  }

  /// A port that is free now: the hub must come back at the same one.
  private static func freePort() throws -> Int { try LoopbackServer.start { _ in .ok }.port }

  private func startHub(_ folder: Folder, _ port: Int, _ more: String = "") async throws -> RunningGateway {
    try folder.write(Self.hub(more).replacing("PORT", with: String(port)))
    return try await RunningGateway.start(folder)
  }

  private func post(_ hub: RunningGateway, _ ids: Range<Int>) async {
    #expect(await hub.post(ids.map { ["type": "user.registered", "id": .string("e\($0)"), "subject": "ada", "data": ["plan": "pro"]] }))
  }

  /// What each of them has become at the hub.
  private func fates(_ hub: RunningGateway) async throws -> [String: Int] {
    var fates: [String: Int] = [:]
    for state in DeliveryState.allCases {
      let count = try await hub.ask("GET", "/v1/deliveries?state=\(state.word)&limit=1000").json["deliveries"]?.array?.count ?? 0
      if count > 0 { fates[state.word] = count }
    }
    return fates
  }

  private func ids(_ sink: LoopbackServer) -> [String] {
    sink.requests.compactMap { (try? JSON(parsing: $0.body))?["event"]?["id"]?.string }
  }

  @Test func whatTheOfficeDeliveredIsDelivered() async throws {
    let sink = try LoopbackServer.start { _ in .answer(204) }
    defer { sink.stop() }
    let port = try Self.freePort()
    let hub = try await startHub(try Folder(), port)
    let folder = try Folder()
    try folder.write(Self.office(port, sink.url))
    #expect(try await Binary.run(["check", "--config", folder.config]).err.isEmpty, "a gateway with an upstream alone needs no roles")
    let office = try await RunningGateway.start(folder)
    await post(hub, 0..<1)
    #expect(try await eventually { try await fates(hub) == ["delivered": 1] })
    let body = try JSON(parsing: try #require(await sink.waitFor(1).first).body)
    #expect(body["title"]?.string == "New!" && body["text"]?.string == "Welcome ada" && body["alert"]?.string == "loud")
    #expect(body["role"]?.string == "office" && body["row"]?.string == "sign-ups" && body["fields"]?.array?.count == 1)
    #expect(body["event"]?["type"]?.string == "user.registered" && body["event"]?["data"]?["plan"]?.string == "pro")
    let told = try await hub.ask("GET", "/v1/events/e0").json["deliveries"]?.array?.first
    #expect(told?["attempts"]?.array?.first?["line"]?.string == "204", "the hub's history tells what the office heard: \(told?.text ?? "")")
    // The office keeps a history of its own, with the way that it came.
    let found = try await office.ask("GET", "/v1/events?q=ada").json["events"]?.array?.first
    #expect(found?["sender"]?.string == "upstream" && found?["data"]?["ext"]?["bellhop-via"]?.array?.count == 1)
    #expect(try await hub.ask("GET", "/metrics").json.string?.contains("bellhop_remote_connected{transport=\"bell\"} 1") == true)
    #expect(try await office.ask("GET", "/metrics").json.string?.contains("bellhop_upstream_connected{transport=\"bell\"} 1") == true)
    let rung = try await Binary.run(["ring", "bell", "--config", hub.folder.config])
    #expect(rung.status == 0 && rung.out.contains("204"), "\(rung)")
    // Neither waits for the other when it stops.
    let start = ContinuousClock.now
    #expect(await hub.stop() == 0)
    #expect(await office.stop() == 0)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  /// The hub speaks TLS itself, and its secret is being changed.
  @Test func theOfficeCallsInOverTLS() async throws {
    let sink = try LoopbackServer.start { _ in .answer(204) }
    defer { sink.stop() }
    let port = try Self.freePort()
    let place = try Folder()
    let made = try TestCertificate(in: place.path, named: "hub")
    let yaml = Self.hub().replacing("\"127.0.0.1:PORT\"", with: "\"127.0.0.1:\(port)\", tls: { certificate: hub.pem, key: hub-key.pem }")
      .replacing("secret: \"\(Self.secret)\"", with: "secret: [{ token: \(Self.secret), expires: 2127-03-01 }, fedcba9876543210]")
    try place.write(yaml)
    let hub = try await RunningGateway.start(place)
    let folder = try Folder()
    try folder.write(
      Self.office(port, sink.url).replacing("http://127.0.0.1:\(port)\",", with: "https://127.0.0.1:\(port)\", ca: \(made.certificate),"))
    let office = try await RunningGateway.start(folder)
    await post(hub, 0..<3)
    #expect(try await eventually { try await fates(hub) == ["delivered": 3] })
    #expect(ids(sink).count == 3)
    #expect(await office.stop() == 0)
    #expect(await hub.stop() == 0)
  }

  /// A night without a line: everything waits at the hub, and arrives once, in order, as soon as the office is back.
  @Test func nothingIsLostWhileTheOfficeIsAway() async throws {
    let sink = try LoopbackServer.start { _ in .ok }
    defer { sink.stop() }
    let port = try Self.freePort()
    let hub = try await startHub(try Folder(), port)
    let folder = try Folder()
    try folder.write(Self.office(port, sink.url))
    await post(hub, 0..<60)
    let away = try await Binary.run(["ring", "bell", "--config", hub.folder.config])
    #expect(away.status == 1 && away.out.contains("no gateway is connected"), "\(away)")
    #expect(try await fates(hub) == ["waiting": 60])
    let office = try await RunningGateway.start(folder)
    #expect(try await eventually(within: .seconds(60)) { try await fates(hub) == ["delivered": 60] })
    let order = ids(sink).compactMap { $0.split(separator: "-").last.flatMap { Int($0) } }
    #expect(order.count == 60 && order == order.sorted(), "\(order)")
    #expect(await office.stop() == 0)
    #expect(await hub.stop() == 0)
  }

  /// Either of them is killed in the middle: nothing is missing, and twice is only what the office itself had in flight.
  @Test(.timeLimit(.minutes(2))) func killsOnEitherSideLoseNothing() async throws {
    let sink = try LoopbackServer.start { _ in .after(.milliseconds(5), .ok) }
    defer { sink.stop() }
    let port = try Self.freePort()
    let (hubFolder, folder) = (try Folder(), try Folder())
    var hub = try await startHub(hubFolder, port)
    try folder.write(Self.office(port, sink.url))
    var office = try await RunningGateway.start(folder)
    for round in 0..<6 {
      await post(hub, round * 40..<round * 40 + 40)
      _ = await sink.waitFor(round * 40 + 7, within: .seconds(20))
      if round % 2 == 0 {
        await office.kill()
        office = try await RunningGateway.start(folder)
      } else {
        await hub.kill()
        hub = try await startHub(hubFolder, port)
      }
    }
    let done = try await eventually(within: .seconds(60)) { try await fates(hub) == ["delivered": 240] }
    let left = try await fates(hub)
    #expect(done, "\(left)")
    let arrived = ids(sink)
    #expect(Set(arrived).count == 240)
    // One attempt at a time was under way at each of the office's three ends.
    #expect(arrived.count <= 243, "\(arrived.count - 240) repeats")
    #expect(await office.stop() == 0)
    #expect(await hub.stop() == 0)
  }

  /// Nobody wants the rings of a night in the morning: the rules of the office's own transport hold, by the age that the hub tells.
  @Test func whatIsTooOldForTheOfficeIsFolded() async throws {
    let sink = try LoopbackServer.start { _ in .ok }
    defer { sink.stop() }
    let port = try Self.freePort()
    let hub = try await startHub(try Folder(), port)
    let folder = try Folder()
    try folder.write(Self.office(port, sink.url, "stale: 1s,"))
    await post(hub, 0..<3)
    try await Task.sleep(for: .milliseconds(1_500))
    let office = try await RunningGateway.start(folder)
    #expect(try await eventually { try await fates(hub) == ["folded": 3] })
    let told = try await hub.ask("GET", "/v1/events/e0").json["deliveries"]?.array?.first
    #expect(told?["note"]?.string == "older than 1s (stale)" && sink.requests.isEmpty)
    await post(hub, 3..<4)
    #expect(try await eventually { try await fates(hub) == ["folded": 3, "delivered": 1] })
    #expect(await office.stop() == 0)
    #expect(await hub.stop() == 0)
  }

  /// What the office cannot deliver is dead at the hub too, for the office's reason, and goes over to the hub's fallback.
  @Test func theOfficesFailuresAreTheHubs() async throws {
    let sink = try LoopbackServer.start { _ in .answer(404) }
    defer { sink.stop() }
    let port = try Self.freePort()
    let folder = try Folder()
    try folder.write(Self.office(port, sink.url))
    let hubFolder = try Folder()
    try hubFolder.write(Self.hub().replacing("PORT", with: String(port)).replacing("alert: loud", with: "fallback: log"))
    let hub = try await RunningGateway.start(hubFolder)
    let office = try await RunningGateway.start(folder)
    await post(hub, 0..<1)
    #expect(try await eventually { try await fates(hub) == ["dead": 1, "delivered": 1] })
    let told = try await hub.ask("GET", "/v1/deliveries?state=dead").json["deliveries"]?.array?.first
    #expect(told?["fault"]?.string == "unknown_target" && told?["note"]?.string?.contains("404") == true, "\(told?.text ?? "")")
    #expect(await office.stop() == 0)
    #expect(await hub.stop() == 0)
  }

  /// Two gateways that take from each other: a message that comes back is refused, and does not go round for ever.
  @Test func aLoopIsRefused() async throws {
    let ports = (try Self.freePort(), try Self.freePort())
    func config(_ own: Int, _ other: Int) -> String {
      """
      server: { listen: "127.0.0.1:\(own)" }
      transports: { over: { use: remote, secret: "\(Self.secret)", retry: { first: 100ms, max: 1s } } }
      roles: { all: [ { match: { type: round }, to: over } ] }
      upstream: { url: "http://127.0.0.1:\(other)", secret: "\(Self.secret)", take: { over: over } }
      """
    }
    let (one, two) = (try Folder(), try Folder())
    try one.write(config(ports.0, ports.1))
    try two.write(config(ports.1, ports.0))
    let first = try await RunningGateway.start(one)
    let second = try await RunningGateway.start(two)
    #expect(await first.post([["type": "round", "id": "r"]]))
    #expect(try await eventually { try await (fates(first), fates(second)) == (["dead": 1], ["dead": 1]) })
    let told = try await first.ask("GET", "/v1/events/r").json["deliveries"]?.array?.first
    #expect(told?["note"]?.string?.contains("it has come through this gateway before") == true, "\(told?.text ?? "")")
    #expect(await first.stop() == 0)
    #expect(await second.stop() == 0)
  }

  @Test func aWrongSecretIsToldAndShownToNobody() async throws {
    let sink = try LoopbackServer.start { _ in .ok }
    defer { sink.stop() }
    let port = try Self.freePort()
    let hub = try await startHub(try Folder(), port)
    let folder = try Folder()
    try folder.write(Self.office(port, sink.url, secret: "fedcba9876543210-wrong"))
    let office = try await RunningGateway.start(folder)
    await post(hub, 0..<1)
    #expect(await eventually { office.log.contains("or its secret is another") }, "\(office.log)")
    #expect(sink.requests.isEmpty && !office.log.contains("fedcba") && !hub.log.contains("fedcba"))
    // Ops mend it, and reload: nobody has to restart anything.
    try folder.write(Self.office(port, sink.url))
    let reload = try await Binary.run(["reload", "--config", folder.config])
    #expect(reload.status == 0 && reload.out.contains("~ upstream"), "\(reload)")
    #expect(try await eventually { try await fates(hub) == ["delivered": 1] })
    #expect(await office.stop() == 0)
    #expect(await hub.stop() == 0)
  }

  /// A reload of the hub does not send the office away.
  @Test func theHubsReloadKeepsTheOffice() async throws {
    let sink = try LoopbackServer.start { _ in .ok }
    defer { sink.stop() }
    let port = try Self.freePort()
    let hub = try await startHub(try Folder(), port)
    let folder = try Folder()
    try folder.write(Self.office(port, sink.url))
    let office = try await RunningGateway.start(folder)
    await post(hub, 0..<1)
    #expect(try await eventually { try await fates(hub) == ["delivered": 1] })
    for round in 1..<4 {
      try hub.folder.write(Self.hub("unrouted: log\n# \(round)").replacing("PORT", with: String(port)).replacing("New!", with: "\(round)"))
      #expect(try await Binary.run(["reload", "--config", hub.folder.config]).status == 0)
      await post(hub, round..<round + 1)
    }
    #expect(try await eventually { try await fates(hub) == ["delivered": 4] })
    #expect(office.log.components(separatedBy: "connected to the gateway upstream").count == 2, "\(office.log)")
    // Another secret is another matter.
    try hub.folder.write(Self.hub().replacing("PORT", with: String(port)).replacing(Self.secret, with: "fedcba9876543210-other"))
    #expect(try await Binary.run(["reload", "--config", hub.folder.config]).status == 0)
    #expect(await eventually { office.log.contains("or its secret is another") }, "\(office.log)")
    #expect(await office.stop() == 0)
    #expect(await hub.stop() == 0)
  }
}
