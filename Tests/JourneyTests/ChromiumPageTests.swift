import Bellhop
import Foundation
import Loopback
import Testing

/// The pages for people in Debian's Chromium, driven by Playwright and looked over by axe. What is done there stands in `Browser/scenarios.py`.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ChromiumPageJourneys {
  /// A gateway whose messages go to a server that refuses some of them.
  private static func configuration(_ sink: String, readers: String = "", tail: String = "") -> String {
    """
    server: { listen: "127.0.0.1:0", public_url: "http://127.0.0.1:1" }
    \(readers.isEmpty ? "readers: { ann: { secret: \"ann's-token-of-some-length\", role: operator } }" : readers)
    transports:
      chat: { use: webhook, url: "\(sink)/chat" }
      other: { use: webhook, url: "\(sink)/other" }
      crm: { use: webhook, url: "\(sink)/crm", retry: { for: 1ms } }
    channels:
      money: { chat: {} }
      spare: { other: {} }
    roles:
      devops:
        - { name: servers, match: { type: "server.*" }, to: chat, alert: loud, until_ack: { every: 1h, max: 3, then: other } }
        - { name: trouble, match: { type: "trouble.*" }, to: chat }
      finance:
        - { name: payments, match: { type: "payment.*" }, to: money }
      sales:
        - { name: crm, match: { type: "lead.*" }, to: crm }
    watches:
      - { name: onboarding stalled, after: { type: user.registered }, expect: { type: user.onboarded }, by: subject, within: 24h, emit: { type: user.stalled } }
    \(tail)

    """
  }

  /// Does what a scenario says, against a gateway of its own.
  private func play(_ scenario: String, readers: String = "", environment: [String: String] = [:], behindNginx: Bool = false) async throws {
    let isMended = Guarded(false)
    let server = try LoopbackServer.start { request in
      request.path == "/mend"
        ? isMended.withLock {
          $0 = true
          return .answer(204)
        } : .answer(request.path == "/crm" && !isMended.withLock { $0 } ? 410 : 200, body: "ok")
    }
    let place = try Folder()
    try place.write(Self.configuration(server.url, readers: readers))
    let gateway = try await RunningGateway.start(place)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let proxy = behindNginx ? try ProxyServer(to: "127.0.0.1:\(port)") : nil
    let ended = try await Binary.run(
      ["-B", "\(Tool.root)/Tests/JourneyTests/Browser/scenarios.py", scenario],
      environment: [
        "GATEWAY": proxy?.url ?? "http://127.0.0.1:\(port)", "SINK": server.url, "TOOLS": Tool.unpacked,
        "PYTHONPATH": "\(Tool.unpacked)/browser", "no_proxy": "*",
      ].merging(environment) { $1 }, executable: try Tool.path("python3"))
    #expect(ended.status == 0 && ended.out.hasSuffix("done\n"), "\(ended.out)\n\(ended.err)\n\(gateway.log.suffix(4_000))")
    #expect(await gateway.stop() == 0)
  }

  @Test(arguments: [
    "live", "feed", "search", "silence", "retry", "acknowledge", "hostile", "accessible", "narrow", "tabs", "login", "without_script",
  ])
  func inABrowser(scenario: String) async throws { try await play(scenario) }

  /// With all that nginx does by default: it gathers what it passes on, and says HTTP/1.0.
  @Test func behindAProxy() async throws { try await play("live", behindNginx: true) }
}

/// A real nginx that passes everything on, as a newcomer writes it.
private final class ProxyServer {
  let url: String
  private let folder: Folder
  private let process: pid_t

  init(to target: String) throws {
    folder = try Folder()
    let port = try LoopbackServer.start { _ in .ok }.port
    url = "http://127.0.0.1:\(port)"
    let place = folder.path
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(place)/\($0);" }.joined(separator: " ")
    let configuration = """
      daemon off; master_process off; pid \(place)/pid; error_log \(place)/nginx.log;
      events { worker_connections 256; }
      http {
        access_log off; \(temporary)
        server { listen 127.0.0.1:\(port); location / { proxy_pass http://\(target); proxy_set_header Host $http_host; } }
      }
      """
    try Data(configuration.utf8).write(to: URL(filePath: "\(place)/nginx.conf"))
    process = try Tool.spawn(try Tool.path("nginx"), ["-p", place, "-c", "\(place)/nginx.conf", "-e", "\(place)/nginx.log"])
  }

  deinit {
    kill(process, SIGTERM)
    waitpid(process, nil, 0)
  }
}
