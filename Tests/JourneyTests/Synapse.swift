import Bellhop
import Curl
import Foundation
import Glibc
import Loopback

/// A Matrix homeserver, Synapse (https://element-hq.github.io/synapse/latest/), with a folder and a database file of its own.
final class Synapse: Sendable {
  let url: String
  private let folder: Folder
  private let process: pid_t
  private let engine = Engine()

  /// Comes back when it answers.
  init() async throws {
    folder = try Folder()
    let port = try LoopbackServer.start { _ in .ok }.port
    url = "http://127.0.0.1:\(port)"
    let seed = Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64EncodedString().replacing("=", with: "")
    try "ed25519 a_test \(seed)\n".write(toFile: "\(folder.path)/signing.key", atomically: true, encoding: .utf8)
    try "{ version: 1, root: { level: WARNING } }\n".write(toFile: "\(folder.path)/log.yaml", atomically: true, encoding: .utf8)
    // https://element-hq.github.io/synapse/latest/usage/configuration/config_documentation.html
    try folder.write(
      """
      server_name: localhost
      pid_file: \(folder.path)/pid
      listeners: [ { port: \(port), bind_addresses: [127.0.0.1], type: http, tls: false, resources: [ { names: [client] } ] } ]
      database: { name: sqlite3, args: { database: \(folder.path)/db } }
      log_config: \(folder.path)/log.yaml
      media_store_path: \(folder.path)/media
      signing_key_path: \(folder.path)/signing.key
      macaroon_secret_key: m
      form_secret: f
      report_stats: false
      trusted_key_servers: []
      enable_registration: true
      enable_registration_without_verification: true
      rc_message: { per_second: 1, burst_count: 4 }
      """)
    process = try Tool.spawn(
      try Tool.path("python3"), ["-m", "synapse.app.homeserver", "--config-path", folder.config],
      environment: ["PYTHONPATH": "\(Tool.unpacked)/synapse"], output: "\(folder.path)/log")
    let engine = engine
    let health = Request("GET", "\(url)/health")
    let isUp = await eventually(within: .seconds(120)) {
      if case .response(let response) = await engine.send(health) { response.status == 200 } else { false }
    }
    guard isUp else {
      throw JourneyError("Synapse did not start: \((try? String(contentsOfFile: "\(folder.path)/log", encoding: .utf8)) ?? "")")
    }
  }

  /// Ends it and waits for its end; deinit does not wait for the engine.
  func stop() async {
    kill(process, SIGTERM)
    waitpid(process, nil, 0)
    await engine.close()
  }

  /// Calls the client-server API. https://spec.matrix.org/v1.11/client-server-api/
  func call(_ method: String, _ path: String, as token: String? = nil, _ body: JSON? = nil) async throws -> JSON {
    let headers = token.map { [Request.Header("Authorization", "Bearer \($0)")] } ?? []
    let request = Request(method, "\(url)/_matrix/client/v3/\(path)", headers: headers, body: body?.bytes ?? [], timeout: .seconds(60))
    guard case .response(let response) = await engine.send(request), response.status == 200 else {
      throw JourneyError("\(method) \(path) failed")
    }
    return try JSON(parsing: response.body)
  }

  /// Hands a request on as somebody in between would.
  func forward(_ recorded: Recorded) async -> Response? {
    let headers = recorded.headers.filter { !["host", "content-length"].contains($0.name.lowercased()) }
    let request = Request(
      recorded.method, url + recorded.path, headers: headers.map { Request.Header($0.name, $0.value) }, body: recorded.body,
      timeout: .seconds(60))
    if case .response(let response) = await engine.send(request) { return response }
    return nil
  }

  /// A new user's access token.
  func register(_ name: String) async throws -> String {
    let user = try await call("POST", "register", ["username": .string(name), "password": "p", "auth": ["type": "m.login.dummy"]])
    guard let token = user["access_token"]?.string else { throw JourneyError("no token: \(user.text)") }
    return token
  }

  /// A room of somebody's; who is not invited stays outside.
  func room(of token: String, inviting users: [String]) async throws -> String {
    let invited = JSON.array(users.map { .string("@\($0):localhost") })
    let room = try await call("POST", "createRoom", as: token, ["preset": "private_chat", "invite": invited])
    guard let id = room["room_id"]?.string else { throw JourneyError("no room: \(room.text)") }
    return id
  }

  /// Every message of a room, oldest first.
  func messages(_ room: String, as token: String) async throws -> [JSON] {
    let page = try await call("GET", "rooms/\(room)/messages?dir=f&limit=500", as: token)
    return (page["chunk"]?.array ?? []).filter { $0["type"]?.string == "m.room.message" }
  }
}
