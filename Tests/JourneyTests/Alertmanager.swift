import Bellhop
import Curl
import Foundation
import Glibc
import Loopback

/// Debian's Alertmanager (https://prometheus.io/docs/alerting/latest/alertmanager/), alone and with a folder of its own.
final class Alertmanager: Sendable {
  let folder: Folder
  let port: Int
  private let process: Guarded<pid_t?> = Guarded(nil)
  private let engine = Engine()

  var log: String { (try? String(contentsOfFile: "\(folder.path)/log", encoding: .utf8)) ?? "" }

  /// Does not start it.
  /// - Parameter receivers: their kinds and what stands below each, as `webhook_configs` and `{ url: … }`.
  init(_ receivers: [(kind: String, config: String)]) throws {
    folder = try Folder()
    port = try LoopbackServer.start { _ in .ok }.port
    try folder.write(
      """
      route: { receiver: bellhop, group_by: [alertname], group_wait: 300ms, group_interval: 1s, repeat_interval: 2s }
      receivers:
        - name: bellhop
      \(Dictionary(grouping: receivers, by: \.kind).map { kind, all in
        "    \(kind):\n" + all.map { "      - \($0.config)\n" }.joined()
      }.joined())
      """)
  }

  deinit { end() }

  /// Comes back when it takes alerts.
  /// - Parameter storage: where it remembers what it has told; a new name is a new memory.
  func start(storage: String = "memory") async throws {
    let pid = try Tool.spawn(
      try Tool.path("prometheus-alertmanager"),
      [
        "--config.file=\(folder.config)", "--storage.path=\(folder.path)/\(storage)", "--web.listen-address=127.0.0.1:\(port)",
        "--cluster.listen-address=", "--web.external-url=http://alertmanager.example.com",
      ], output: "\(folder.path)/log")
    process.withLock { $0 = pid }
    guard await eventually({ await ask("GET", "/-/ready") != nil }) else { throw JourneyError("no Alertmanager: \(log)") }
  }

  func end() {
    guard let pid = process.withLock({ $0.take() }) else { return }
    kill(pid, SIGTERM)
    waitpid(pid, nil, 0)
  }

  /// As Prometheus posts them: again and again, with an end in the past where one is over.
  /// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
  func post(_ alerts: [JSON]) async -> Bool { await ask("POST", "/api/v2/alerts", JSON.array(alerts).bytes) != nil }

  /// A counter, summed over its reasons.
  func counter(_ name: String) async -> Int {
    let lines = (await ask("GET", "/metrics") ?? "").split(separator: "\n")
    let found = lines.filter { $0.hasPrefix("\(name){") }
    return found.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0) { $0 + Int($1) }
  }

  private func ask(_ method: String, _ path: String, _ body: [UInt8] = []) async -> String? {
    let answer = await engine.send(
      Request(
        method, "http://127.0.0.1:\(port)\(path)", headers: [.init("content-type", "application/json")], body: body, timeout: .seconds(20),
        maximumAnswer: 16 << 20))
    guard case .response(let response) = answer, response.status == 200 else { return nil }
    return String(decoding: response.body, as: UTF8.self)
  }
}
