import Bellhop
import Curl
import Foundation

/// The built `bellhop`, as users run it.
enum Binary {
  /// Beside the test bundle; `BELLHOP_BINARY` names another one.
  static let path: String = {
    if let named = ProcessInfo.processInfo.environment["BELLHOP_BINARY"] { return named }
    let bundles = CommandLine.arguments.filter { $0.contains(".xctest") } + [CommandLine.arguments[0]]
    let folders =
      bundles.map { URL(filePath: $0).deletingLastPathComponent() } + [
        Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent(),
      ]
    let found = folders.map { $0.appending(path: "bellhop").path(percentEncoded: false) }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    return found ?? "bellhop"
  }()

  struct Ended: Sendable {
    var status: Int32
    var out: String
    var err: String
  }

  /// Runs a command to its end.
  static func run(
    _ arguments: [String], input: String? = nil, environment: [String: String] = [:], executable: String = path
  ) async throws -> Ended {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        do {
          let process = Process()
          process.executableURL = URL(filePath: executable)
          process.arguments = arguments
          process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
          let (out, err, standardInput) = (Pipe(), Pipe(), Pipe())
          process.standardOutput = out
          process.standardError = err
          process.standardInput = standardInput
          try process.run()
          if let input { try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
          try standardInput.fileHandleForWriting.close()
          // Both pipes at once: a full one would stop the process.
          nonisolated(unsafe) var errors = Data()
          let group = DispatchGroup()
          DispatchQueue.global().async(group: group) { errors = err.fileHandleForReading.readDataToEndOfFile() }
          let output = out.fileHandleForReading.readDataToEndOfFile()
          group.wait()
          process.waitUntilExit()
          continuation.resume(
            returning: Ended(
              status: process.terminationStatus, out: String(decoding: output, as: UTF8.self), err: String(decoding: errors, as: UTF8.self))
          )
        } catch { continuation.resume(throwing: error) }
      }
    }
  }
}

/// A folder of a test's own, removed with it.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "bellhop-journey-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var config: String { "\(path)/bellhop.yaml" }

  func write(_ yaml: String) throws { try Data(yaml.utf8).write(to: URL(filePath: config)) }
}

/// A gateway in a process of its own, spoken to through its socket and its port.
final class RunningGateway: Sendable {
  let folder: Folder
  let process: Process
  private let engine = Engine()

  let socket: String
  var log: String { (try? String(contentsOfFile: "\(folder.path)/log", encoding: .utf8)) ?? "" }

  /// Starts it and waits until it takes events.
  static func start(_ folder: Folder, environment: [String: String] = [:], log: String? = nil, socket: String? = nil) async throws
    -> RunningGateway
  {
    let gateway = try RunningGateway(folder, environment: environment, log: log ?? "\(folder.path)/log", socket: socket)
    let waited = try await Binary.run(["wait", "--config", folder.config, "--for", "30s"], environment: environment)
    guard waited.status == 0 else { throw JourneyError("the gateway did not start: \(waited.err)\(gateway.log)") }
    return gateway
  }

  /// One that answers, though it may never be ready.
  static func startUnready(_ folder: Folder) async throws -> RunningGateway {
    let gateway = try RunningGateway(folder, environment: [:], log: "\(folder.path)/log", socket: nil)
    guard await eventually({ (try? await gateway.ask("GET", "/healthz").status) == 200 }) else {
      throw JourneyError("the gateway did not start: \(gateway.log)")
    }
    return gateway
  }

  private init(_ folder: Folder, environment: [String: String], log: String, socket: String?) throws {
    self.folder = folder
    self.socket = socket ?? "\(folder.path)/data/bellhop.sock"
    process = Process()
    process.executableURL = URL(filePath: Binary.path)
    process.arguments = ["serve", "--config", folder.config]
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if !FileManager.default.fileExists(atPath: log) { _ = FileManager.default.createFile(atPath: log, contents: nil) }
    let handle = try FileHandle(forWritingTo: URL(filePath: log))
    _ = try? handle.seekToEnd()
    process.standardOutput = handle
    process.standardError = handle
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  func kill() async {
    Foundation.kill(process.processIdentifier, SIGKILL)
    await ended()
  }

  /// SIGTERM, and its exit status.
  @discardableResult func stop() async -> Int32 {
    if process.isRunning { process.terminate() }
    await ended()
    await engine.close()
    return process.terminationStatus
  }

  private func ended() async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [process] in
        process.waitUntilExit()
        continuation.resume()
      }
    }
  }

  func ask(_ method: String, _ path: String, _ body: JSON? = nil, timeout: Duration = .seconds(20)) async throws -> (
    status: Int, json: JSON
  ) {
    let response = try await answer(method, path, body, timeout: timeout)
    return (response.status, (try? JSON(parsing: response.body)) ?? .string(String(decoding: response.body, as: UTF8.self)))
  }

  func answer(_ method: String, _ path: String, _ body: JSON? = nil, timeout: Duration = .seconds(20)) async throws -> Response {
    let answer = await engine.send(
      Request(
        method, "http://localhost\(path)", headers: [.init("content-type", "application/json")], body: body?.bytes ?? [], timeout: timeout,
        unixSocket: socket,
        maximumAnswer: 64 << 20))
    guard case .response(let response) = answer else { throw JourneyError("no answer: \(answer)") }
    return response
  }

  /// Sends a page's form, as a browser does.
  func press(_ path: String, _ form: String) async throws -> Response {
    let answer = await engine.send(
      Request(
        "POST", "http://localhost\(path)", headers: [.init("content-type", "application/x-www-form-urlencoded")], body: Array(form.utf8),
        timeout: .seconds(20), unixSocket: socket, maximumAnswer: 1 << 20))
    guard case .response(let response) = answer else { throw JourneyError("no answer: \(answer)") }
    return response
  }

  /// The deliveries in that state, newest first.
  func deliveries(_ state: String) async throws -> [JSON] {
    try await ask("GET", "/v1/deliveries?state=\(state)&limit=1000").json["deliveries"]?.array ?? []
  }

  /// Posts events; true when all were accepted.
  func post(_ events: [JSON]) async -> Bool { await post(body: events.map(\.text).joined(separator: "\n")) }

  /// Posts lines of NDJSON; true when all were accepted.
  func post(body: String) async -> Bool {
    let body = Array(body.utf8)
    let answer = await engine.send(
      Request(
        "POST", "http://localhost/v1/events", headers: [.init("content-type", "application/x-ndjson")], body: body, timeout: .seconds(20),
        unixSocket: socket,
        maximumAnswer: 16 << 20))
    if case .response(let response) = answer { return response.status == 202 }
    return false
  }
}

struct JourneyError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Looks again and again until it is so; the limit only ends a test that has failed.
func eventually(within limit: Duration = .seconds(30), _ isSo: () async throws -> Bool) async rethrows -> Bool {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try await isSo() { return true }
    try? await Task.sleep(for: .milliseconds(20))
  }
  return false
}
