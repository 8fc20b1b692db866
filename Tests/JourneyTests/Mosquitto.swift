import Bellhop
import Foundation
import Glibc
import Loopback

/// Debian's mosquitto (https://mosquitto.org), a real MQTT broker that knows one user, and those who listen to it.
final class Mosquitto: Sendable {
  let port: Int
  let folder: Folder
  private let processes: Guarded<(broker: pid_t?, listeners: [pid_t])> = Guarded((nil, []))

  var url: String { "mqtt://127.0.0.1:\(port)" }
  static let password = "n33dle-of-mosquitto"
  private static var environment: [String: String] { ["LD_LIBRARY_PATH": Tool.libraries] }

  /// Does not start it.
  init() async throws {
    folder = try Folder()
    port = try LoopbackServer.start { _ in .ok }.port
    let made = try await Binary.run(
      ["-c", "-b", "\(folder.path)/users", "gw", Self.password], environment: Self.environment,
      executable: try Tool.path("mosquitto_passwd"))
    guard made.status == 0 else { throw JourneyError("no user: \(made.err)") }
    // Started by root it becomes somebody else: `user` names whom, and root stays root.
    try folder.write(
      """
      listener \(port) 127.0.0.1
      allow_anonymous false
      password_file \(folder.path)/users
      acl_file \(folder.path)/rights
      user root
      log_type all
      persistence true
      persistence_location \(folder.path)/
      queue_qos0_messages true

      """)
    try "user gw\ntopic readwrite #\ntopic deny locked/#\n".write(toFile: "\(folder.path)/rights", atomically: true, encoding: .utf8)
  }

  deinit {
    end()
    for listener in processes.withLock({ $0.listeners }) {
      kill(listener, SIGKILL)
      waitpid(listener, nil, 0)
    }
  }

  var log: String { (try? String(contentsOfFile: "\(folder.path)/log", encoding: .utf8)) ?? "" }

  /// Comes back when it takes messages.
  func start() async throws {
    let starts = log.components(separatedBy: "running").count
    let pid = try Tool.spawn(
      try Tool.path("mosquitto"), ["-c", folder.config], environment: Self.environment, output: "\(folder.path)/log")
    processes.withLock { $0.broker = pid }
    guard await eventually({ log.components(separatedBy: "running").count > starts }) else { throw JourneyError("no broker: \(log)") }
  }

  func end() {
    guard let pid = processes.withLock({ $0.broker.take() }) else { return }
    kill(pid, SIGTERM)
    waitpid(pid, nil, 0)
  }

  /// Has somebody listen, and comes back when they do: with a session of their own, so that they miss nothing. Their lines: the topic, a blank, the message.
  func listen(_ topic: String) async throws -> @Sendable () -> [String] {
    let name = "listener-\(UInt32.random(in: 0...UInt32.max))"
    let file = "\(folder.path)/\(name)"
    let pid = try Tool.spawn(
      try Tool.path("mosquitto_sub"),
      ["-h", "127.0.0.1", "-p", String(port), "-u", "gw", "-P", Self.password, "-i", name, "-c", "-q", "1", "-t", topic, "-v"],
      environment: Self.environment, output: file)
    processes.withLock { $0.listeners.append(pid) }
    guard await eventually({ log.contains("Sending SUBACK to \(name)") }) else { throw JourneyError("nobody listens: \(log)") }
    return { ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init) }
  }
}
