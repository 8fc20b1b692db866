import Bellhop
import Curl
import Foundation
import Loopback
import Testing

/// Promise 7: no secret leaves. Every secret of this configuration holds one word, and every vendor says it back.
@Suite(.serialized) struct SecretJourneys {
  private static let needle = "n33dle-n33dle"

  /// A vendor that answers with all that it was sent.
  private static func echo(_ request: Recorded, _ status: Int, _ wrap: (String) -> String = { $0 }) -> Behaviour {
    let heard = request.headers.map { "\($0.name): \($0.value)" }.joined(separator: " ") + " \(request.path)"
    return .answer(status, body: wrap(heard))
  }

  @Test func nothingThatIsShownHoldsASecret() async throws {
    let vendor = try LoopbackServer.start { request in
      if request.path.contains("chat.postMessage") {
        return Self.echo(request, 200) { JSON.object(["ok": false, "error": .string("no_\(Self.needle)"), "needed": .string($0)]).text }
      }
      return Self.echo(request, request.path.contains("later") ? 503 : 400)
    }
    defer { vendor.stop() }
    let folder = try Folder()
    let yaml = """
      server: { listen: "127.0.0.1:0", log: json }
      senders: { shop: { secret: "${NEEDLE}-sender" } }
      readers: ["${NEEDLE}-reader"]
      transports:
        hook: { use: webhook, url: "\(vendor.url)/in/${NEEDLE}?key=${NEEDLE}", headers: { Authorization: "Bearer ${NEEDLE}-header" }, secret: "${NEEDLE}-signing" }
        later: { use: webhook, url: "\(vendor.url)/later/${NEEDLE}", retry: { for: 1s, first: 100ms } }
        down: { use: webhook, url: "http://${NEEDLE}:pass@127.0.0.1:9/${NEEDLE}", retry: { for: 1s, first: 100ms } }
        chat: { use: slack, token: "xoxb-${NEEDLE}", api: "\(vendor.url)/api", rate: 100/s }
        hooks: { use: slack, url: "\(vendor.url)/services/${NEEDLE}" }
        pager: { use: discord, url: "\(vendor.url)/api/webhooks/1/${NEEDLE}" }
        command: { use: exec, command: [/bin/sh, -c, 'cat >/dev/null; echo "$KEY and more"; exit 1'], env: { KEY: "${NEEDLE}-env" } }
        home: { use: mqtt, url: "mqtt://127.0.0.1:9", user: gw, password: "${NEEDLE}-broker", retry: { for: 1s, first: 100ms } }
        mail: { use: email, server: "smtp://127.0.0.1:9", user: gw, password: "${NEEDLE}-mail", from: a@b.example, retry: { for: 1s, first: 100ms } }
      channels: { all: { hook: {}, later: {}, down: {}, chat: { channel: "#a" }, hooks: {}, pager: {}, command: {}, home: { topic: t }, mail: { to: [a@b.example] } } }
      roles: { ops: [ { match: { type: "t.*" }, to: all } ] }
      """
    try folder.write(yaml)
    let environment = ["NEEDLE": Self.needle]
    let gateway = try await RunningGateway.start(folder, environment: environment)
    var shown = ""
    func run(_ arguments: String...) async throws {
      let ended = try await Binary.run(arguments + ["--config", folder.config], environment: environment)
      shown += "\n$ \(arguments[0])\n\(ended.out)\(ended.err)"
    }
    // Secrets of ours and such as people put into events.
    #expect(
      await gateway.post([
        [
          "type": "t.x", "id": "1", "text": .string("Authorization: Bearer \(Self.needle)"),
          "data": ["password": .string(Self.needle), "deep": [["api_key": .string(Self.needle)]]],
        ]
      ]))
    let ended = try await eventually {
      try await gateway.ask("GET", "/v1/deliveries?state=dead").json["deliveries"]?.array?.count == 9
    }
    let fates = try await gateway.ask("GET", "/v1/events/1").json.text
    #expect(ended, "\(fates)")
    for path in ["/v1/events", "/v1/events/1", "/v1/deliveries?state=dead", "/v1/lanes", "/metrics"] {
      shown += "\n\(path)\n\(try await gateway.ask("GET", path).json.text)"
    }
    for name in ["hook", "later", "down", "chat", "hooks", "pager", "command", "home", "mail", "all"] { try await run("ring", name) }
    try await run("check")
    try await run("dead", "list")
    try await run("lane", "list")
    try await run("explain", "--type", "t.x", "--data", "token=\(Self.needle)")
    try await run("search", "t.x", "--json")
    try folder.write(yaml.replacing("rate: 100/s", with: "rate: 100/x"))
    try await run("reload")
    try folder.write(yaml.replacing("reader\"]", with: "reader2\"]"))
    try await run("reload")
    #expect(try await Self.refusals(of: gateway, &shown) == [401, 401])
    #expect(await gateway.stop() == 0)
    shown += "\nlog\n\(gateway.log)"
    #expect(shown.contains("•••") && vendor.requests.count > 7, "the vendors were not asked")
    #expect(!shown.contains(Self.needle), "\(Self.around(Self.needle, in: shown))")
    for file in try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/data") {
      let bytes = (try? Data(contentsOf: URL(filePath: "\(folder.path)/data/\(file)"))) ?? Data()
      #expect(bytes.range(of: Data(Self.needle.utf8)) == nil, "the file \(file) of the store holds it")
    }
  }

  /// A wrong token is not repeated either.
  private static func refusals(of gateway: RunningGateway, _ shown: inout String) async throws -> [Int] {
    let port = try #require(gateway.log.firstMatch(of: /"port":"(\d+)"/)?.1)
    var statuses: [Int] = []
    let engine = Engine()
    for (method, path) in [("POST", "/v1/events"), ("GET", "/v1/events")] {
      let answer = await engine.send(
        Request(
          method, "http://127.0.0.1:\(port)\(path)", headers: [.init("Authorization", "Bearer \(needle)x"), .init("X-Forwarded-For", "1")],
          body: method == "POST" ? Array("{}".utf8) : []))
      guard case .response(let response) = answer else { continue }
      statuses.append(response.status)
      shown += String(decoding: response.body, as: UTF8.self)
    }
    await engine.close()
    return statuses
  }

  private static func around(_ needle: String, in text: String) -> [String] {
    text.ranges(of: needle).prefix(5).map { range in
      let start = text.index(range.lowerBound, offsetBy: -120, limitedBy: text.startIndex) ?? text.startIndex
      return String(text[start..<range.upperBound])
    }
  }
}
