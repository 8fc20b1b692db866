import Bellhop
import Curl
import Foundation
import Testing

/// Writing a mapping with what comes in before one's eyes.
@Suite(.serialized) struct CaptureJourneys {
  private static let yaml = """
    server: { listen: "127.0.0.1:0" }
    senders:
      deploys: { use: json, secret: key-of-deploys-1, each: items, event: { type: "deploy.{{status}}", subject: "{{headers.x-user}}", severity: "{{level}}" } }
      shop: { secret: token-of-shop-1 }
    transports: { log: { use: stdout } }
    roles: { ops: [{ match: { type: deploy.failed }, to: log }] }

    """

  @Test func requestsAreShownAsTheyComeIn() async throws {
    let place = try Folder()
    try place.write(Self.yaml)
    let gateway = try await RunningGateway.start(place)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let script = "exec \"$0\" capture deploys --config \"$1\" --count 3 --timeout 60s 2>\"$2/waiting\""
    async let captured = Binary.run(["-c", script, Binary.path, place.config, place.path], executable: "/bin/sh")
    #expect(await eventually { (try? String(contentsOfFile: "\(place.path)/waiting", encoding: .utf8))?.contains("Waiting") == true })
    let engine = Engine()
    func post(_ key: String, _ body: String, _ headers: [Request.Header] = []) async {
      _ = await engine.send(
        Request("POST", "http://127.0.0.1:\(port)/hooks/deploys/\(key)?page=2", headers: headers, body: Array(body.utf8)))
    }
    await post(
      "key-of-deploys-1", #"{"items":[{"status":"failed","level":"error"},{"status":"ok"}],"password":"hunter2"}"#, [.init("X-User", "ada")]
    )
    await post("key-of-before", #"{"private":1}"#)
    await post("key-of-deploys-1", "neither")
    let ended = try await captured
    await engine.close()
    #expect(ended.status == 0, "\(ended)")
    let lines = ended.out
    #expect(lines.contains("POST /hooks/deploys/•••?page=2") && lines.contains("x-user: ada") && lines.contains("\"password\": \"•••\""))
    #expect(lines.contains("→ event deploy.failed\n  subject   ada\n  severity  error") && lines.contains("→ event deploy.ok"))
    #expect(lines.contains("→ refused 401: ") && lines.contains("→ refused 400: the body is neither JSON nor a form"))
    for secret in ["hunter2", "key-of-", "private"] { #expect(!lines.contains(secret), "\(secret): \(lines)") }
    let late = try await Binary.run(["capture", "deploys", "--config", place.config, "--timeout", "200ms"])
    #expect(late.status == 75 && late.err.contains("no request came to deploys"), "\(late)")
    let unknown = try await Binary.run(["capture", "deplyos", "--config", place.config])
    #expect(unknown.status != 0 && unknown.err.contains("did you mean deploys?"), "\(unknown)")
    #expect(await gateway.stop() == 0)
  }

  @Test func explainedWithoutAGateway() async throws {
    let place = try Folder()
    try place.write(Self.yaml)
    func explain(_ arguments: [String], _ body: String?) async throws -> Binary.Ended {
      try await Binary.run(["explain", "--config", place.config] + arguments, input: body)
    }
    let body = #"{"items":[{"status":"failed"},{"status":"ok"}]}"#
    let told = try await explain(["--sender", "deploys", "--header", "X-User: ada"], body)
    #expect(told.status == 0 && told.out.contains("Event 1 of 2\n→ event deploy.failed\n  subject   ada"), "\(told)")
    #expect(told.out.contains("planned") && told.out.contains("unrouted: no row wants it"), "\(told)")
    let json = try await explain(["--sender", "deploys", "--json"], body)
    #expect(json.out.split(separator: "\n").count == 2 && json.out.contains(#""type":"deploy.ok""#))
    let wrong = try await explain(["--sender", "deploys"], "neither")
    #expect(wrong.status == 1 && wrong.err.contains("400 the body is neither JSON nor a form"), "\(wrong)")
    #expect(try await explain(["--sender", "deploys"], #"{"items":[]}"#).out == "The request says nothing that is an event.\n")
    let own = try await explain(["--sender", "deploys", "--type", "deploy.failed"], nil)
    #expect(own.status == 0 && own.out.hasPrefix("deploy.failed"), "an event can be given too: \(own)")
    let shop = try await explain(["--sender", "shop", "--header", "A: b"], body)
    #expect(shop.status == 2 && shop.err.contains("speaks Bellhop's own form"), "\(shop)")
    #expect(try await explain(["--header", "A: b"], body).status == 2)
    let unknown = try await explain(["--sender", "deplyos"], body)
    #expect(unknown.status == 2 && unknown.err.contains("did you mean deploys?"), "\(unknown)")
    #expect(try await explain(["--sender", "deploys", "--header", "nonsense"], body).status == 2)
  }
}
