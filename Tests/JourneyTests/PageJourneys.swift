import Bellhop
import Curl
import Foundation
import Loopback
import Testing

/// What ops do with a browser, and with the command that says the same.
@Suite(.serialized) struct PageJourneys {
  private static func yaml(_ bad: LoopbackServer, _ good: LoopbackServer) -> String {
    """
    server: { listen: "127.0.0.1:0" }
    senders: { shop: { secret: 0123456789abcdef } }
    readers: { olaf: { secret: fedcba9876543210, role: operator } }
    transports:
      bad: { use: webhook, url: "\(bad.url)/in" }
      good: { use: webhook, url: "\(good.url)/in" }
    channels: { money: { bad: {} }, people: { good: {} } }
    roles: { finance: [{ name: failed, match: { type: "pay.*" }, to: money, text: "look at {{subject}}" }] }

    """
  }

  @Test func whatIsDeadGoesElsewhere() async throws {
    let (bad, good) = (try LoopbackServer.start { _ in .answer(400) }, try LoopbackServer.start { _ in .ok })
    defer {
      bad.stop()
      good.stop()
    }
    let folder = try Folder()
    try folder.write(Self.yaml(bad, good))
    let gateway = try await RunningGateway.start(folder)
    #expect(
      await gateway.post([["id": "1", "type": "pay.failed", "subject": "ada"], ["id": "2", "type": "pay.failed", "subject": "bob"]]))
    #expect(try await eventually { try await gateway.deliveries("dead").count == 2 })
    let ids = try await gateway.deliveries("dead").compactMap { $0["id"]?.int }.sorted()
    func dead(_ arguments: String...) async throws -> Binary.Ended {
      try await Binary.run(["dead"] + arguments + ["--config", folder.config])
    }
    let one = try await dead("redirect", String(ids[0]), "--to", "people")
    #expect(one.status == 0 && one.out == "Sent 1 delivery to people.\n", "\(one)")
    let again = try await dead("redirect", String(ids[0]), "--to", "people")
    #expect(again.status == 1 && again.err.contains("not sent: \(ids[0]); only dead and unclear deliveries can be"), "\(again)")
    #expect(try await dead("redirect", "--all", "--to", "pople").err.contains("did you mean people?"))
    // The page's button does the same for the other.
    let pressed = try await gateway.press("/dead", "do=redirect&to=people&state=dead&destination=money")
    #expect(pressed.status == 303)
    let requests = await good.waitFor(2)
    #expect(requests.map { String(decoding: $0.body, as: UTF8.self) }.allSatisfy { $0.contains("look at ") })
    let listed = try await dead("list")
    #expect(listed.out.ranges(of: "sent to people by hand").count == 2, "\(listed.out)")
    let trail = try await gateway.ask("GET", "/v1/audit").json["audit"]?.array ?? []
    #expect(trail.map { $0["what"]?.string } == Array(repeating: "redirect", count: trail.count) && trail.count >= 3, "\(trail)")
    #expect(trail.last?["of"] == .string("delivery \(ids[0]) to people") && trail.last?["by"] == "socket")
    #expect(await gateway.stop() == 0)
  }

  /// The cookie is good after a restart, and for nothing once its reader is gone.
  @Test func whoIsLoggedInStaysSo() async throws {
    let server = try LoopbackServer.start { _ in .ok }
    defer { server.stop() }
    let engine = Engine()
    let folder = try Folder()
    try folder.write(Self.yaml(server, server))
    func ask(_ gateway: RunningGateway, _ method: String, _ path: String, _ headers: [Request.Header], _ body: String = "") async throws
      -> Response
    {
      let port = try #require(gateway.log.matches(of: /port="?(\d+)/).last?.1)
      let request = Request(
        method, "http://127.0.0.1:\(port)\(path)", headers: headers, body: Array(body.utf8), timeout: .seconds(20), maximumAnswer: 1 << 20)
      guard case .response(let response) = await engine.send(request) else { throw JourneyError("no answer to \(path)") }
      return response
    }
    let form = Request.Header("content-type", "application/x-www-form-urlencoded")
    var gateway = try await RunningGateway.start(folder)
    let login = try await ask(gateway, "POST", "/login", [form], "token=fedcba9876543210&next=/lanes")
    let cookie = try #require(login.headers.first { $0.name.lowercased() == "set-cookie" }?.value.split(separator: ";").first)
    let headers: [Request.Header] = [.init("cookie", String(cookie)), .init("accept", "text/html")]
    #expect(login.status == 303 && !cookie.contains("fedcba"))
    #expect(try await ask(gateway, "GET", "/audit", headers).status == 200)
    await gateway.kill()
    gateway = try await RunningGateway.start(folder)
    let audit = try await ask(gateway, "GET", "/audit", headers)
    #expect(audit.status == 200 && String(decoding: audit.body, as: UTF8.self).contains("login"), "what was done by hand is durable")
    let changed = try await ask(
      gateway, "POST", "/lanes", headers + [form, .init("sec-fetch-site", "same-origin")], "do=pause&lane=good&until=1h")
    #expect(changed.status == 303)
    try folder.write(Self.yaml(server, server).replacing("olaf", with: "olga"))
    #expect(try await gateway.ask("POST", "/v1/reload").status == 200)
    let led = try await ask(gateway, "GET", "/audit", headers)
    #expect(led.status == 303 && led.headers.contains { $0.value == "/login?next=/audit" })
    let lines = gateway.log.split(separator: "\n").filter { $0.contains("changed by hand") }
    #expect(lines.count == 3 && lines[0].contains("login") && lines[1].contains("cookie") && lines[2].contains("reload"), "\(lines)")
    #expect(!gateway.log.contains("fedcba9876543210"))
    await gateway.stop()
    await engine.close()
  }
}
