import Bellhop
import Curl
import Foundation
import Loopback
import Testing

/// The stream of the built gateway: killed, behind a proxy, before a crowd.
@Suite(.serialized) struct StreamJourneys {
  private static let yaml = """
    server: { listen: "127.0.0.1:0", limits: { connections: 2000 } }
    transports: { log: { use: stdout } }
    roles: { ops: [{ match: { type: "job.*" }, to: log }] }

    """

  /// What one who follows has been told, over all its connections.
  private final class Told: Sendable {
    private let state = Guarded((ids: [String](), last: String?.none, line: [UInt8](), isEvent: false, gaps: 0))

    func take(_ piece: [UInt8]) {
      state.withLock { state in
        for byte in piece {
          guard byte == 10 else {
            state.line.append(byte)
            continue
          }
          let line = String(decoding: state.line, as: UTF8.self)
          state.line = []
          if line == "event: event" { state.isEvent = true }
          if line == "event: gap" { state.gaps += 1 }
          if line.hasPrefix("id: ") {
            state.last = String(line.dropFirst(4))
            if state.isEvent { state.ids.append(String(line.dropFirst(4))) }
          }
          if line.isEmpty { state.isEvent = false }
        }
      }
    }

    /// What had not come whole is told again.
    func breakOff() {
      state.withLock { state in
        if state.isEvent, let last = state.last, state.ids.last == last {
          state.ids.removeLast()
          state.last = state.ids.last
        }
        state.line = []
        state.isEvent = false
      }
    }

    var ids: [String] { state.withLock { $0.ids } }
    var last: String? { state.withLock { $0.last } }
    var gaps: Int { state.withLock { $0.gaps } }
  }

  private func sequences(_ gateway: RunningGateway) async throws -> [Int64] {
    var found: [Int64] = []
    var cursor: String?
    repeat {
      let page = try await gateway.ask("GET", "/v1/events?limit=1000\(cursor.map { "&cursor=\($0)" } ?? "")").json
      found += (page["events"]?.array ?? []).compactMap { $0["sequence"]?.int }
      cursor = page["next"]?.string
    } while cursor != nil
    return found.sorted()
  }

  /// Connections are cut and the gateway is killed at random moments while events come: who follows hears of each that is kept, once.
  @Test(.timeLimit(.minutes(3))) func cutAndKilledNothingIsMissed() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml)
    let first = try await RunningGateway.start(folder)
    let socket = first.socket
    let told = Told()
    let start = Guarded(false)
    let engine = Engine()
    let following = Task {
      var byHeader = false
      while !Task.isCancelled {
        told.breakOff()
        byHeader.toggle()
        let last = told.last
        let query = last.map { byHeader ? "" : "?last_event_id=\($0)" } ?? ""
        var request = Request("GET", "http://localhost/v1/stream\(query)", unixSocket: socket)
        if byHeader, let last { request.headers = [.init("Last-Event-ID", last)] }
        let isOver = Guarded(false)
        request.endless = Request.Endless(silence: .seconds(60)) { piece in
          if isOver.withLock({ $0 }) { return false }
          told.take(piece)
          start.withLock { $0 = true }
          return true
        }
        let asking = Task { [request] in _ = await engine.send(request) }
        let clock = Task {
          try? await Task.sleep(for: .milliseconds(Int.random(in: 20...400)))
          isOver.withLock { $0 = true }
          asking.cancel()
        }
        await asking.value
        clock.cancel()
        try? await Task.sleep(for: .milliseconds(Int.random(in: 1...60)))
      }
    }
    #expect(await eventually { start.withLock { $0 } })
    var gateway = first
    for round in 0..<6 {
      let load = Task { [gateway] in
        var number = 0
        while !Task.isCancelled {
          guard await gateway.post((0..<7).map { ["id": .string("\(round)-\(number)-\($0)"), "type": "job.done"] }) else { return }
          number += 1
        }
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 200...600)))
      await gateway.kill()
      load.cancel()
      await load.value
      gateway = try await RunningGateway.start(folder)
    }
    let kept = try await sequences(gateway)
    #expect(kept.count > 200, "the load was too small to show anything")
    let isWhole = await eventually(within: .seconds(30)) { told.ids.count >= kept.count }
    following.cancel()
    await following.value
    await engine.close()
    let heard = told.ids.compactMap { $0.split(separator: "-").last.flatMap { Int64($0) } }
    #expect(isWhole && heard == kept, "heard \(heard.count) of \(kept.count)")
    #expect(told.gaps == 0)
    #expect(await gateway.stop() == 0)
  }

  /// An nginx as Debian's package leaves it: it buffers, and asks in HTTP/1.0.
  @Test func behindNginxNothingWaits() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml)
    let gateway = try await RunningGateway.start(folder)
    let configuration = """
      daemon off; master_process off; pid \(folder.path)/pid; error_log \(folder.path)/nginx.log;
      events { worker_connections 256; }
      http {
        access_log off; gzip on;
        client_body_temp_path \(folder.path)/body; proxy_temp_path \(folder.path)/proxy; fastcgi_temp_path \(folder.path)/fcgi;
        uwsgi_temp_path \(folder.path)/uwsgi; scgi_temp_path \(folder.path)/scgi;
        server { listen unix:\(folder.path)/front; location / { proxy_pass http://unix:\(gateway.socket):; } }
      }
      """
    try Data(configuration.utf8).write(to: URL(filePath: "\(folder.path)/nginx.conf"))
    let nginx = try Tool.spawn(
      try Tool.path("nginx"), ["-p", folder.path, "-c", "\(folder.path)/nginx.conf", "-e", "\(folder.path)/nginx.log"])
    defer {
      kill(nginx, SIGTERM)
      waitpid(nginx, nil, 0)
    }
    #expect(await eventually { FileManager.default.fileExists(atPath: "\(folder.path)/front") })
    let told = Told()
    let started = Guarded(0)
    let engine = Engine()
    var request = Request(
      "GET", "http://localhost/v1/stream", headers: [.init("accept-encoding", "gzip")], unixSocket: "\(folder.path)/front")
    request.endless = Request.Endless(silence: .seconds(60)) { piece in
      told.take(piece)
      started.withLock { $0 += 1 }
      return true
    }
    let asking = Task { [request] in await engine.send(request) }
    #expect(await eventually { started.withLock { $0 } > 0 }, "the first bytes come at once")
    for index in 1...3 {
      let posted = ContinuousClock.now
      #expect(await gateway.post([["id": .string("\(index)"), "type": "job.done"]]))
      #expect(await eventually(within: .seconds(5)) { told.ids.count == index }, "\(told.ids)")
      #expect(ContinuousClock.now - posted < .seconds(2))
    }
    // A sign of life, although nothing happens; a reload that changes nobody's rights ends nothing.
    #expect(try await gateway.ask("POST", "/v1/reload").status == 200)
    let before = started.withLock { $0 }
    #expect(await eventually { started.withLock { $0 } > before })
    #expect(await gateway.post([["id": "4", "type": "job.done"]]))
    #expect(await eventually(within: .seconds(5)) { told.ids.count == 4 })
    #expect(await gateway.stop() == 0)
    // The proxy's readers hear of the end, too, and come again.
    let answer = await asking.value
    if case .response(let response) = answer { #expect(response.status == 200) } else { Issue.record("\(answer)") }
    await engine.close()
  }

  /// Opens a crowd, says when all are open, and then how long it took until each had been told so many events.
  private static let crowd = """
    import selectors, socket, sys, time
    path, count, wanted = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    query = sys.argv[4] if len(sys.argv) > 4 else ""
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    look = selectors.DefaultSelector()
    seen = {}
    for _ in range(count):
        s = socket.socket(socket.AF_UNIX)
        s.connect(path)
        s.sendall(b"GET /v1/stream" + query.encode() + b" HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
        assert b"200 OK" in s.recv(400), "refused"
        seen[s] = 0
        look.register(s, selectors.EVENT_READ)
    print("open", flush=True)
    if wanted == 0:
        sys.stdin.read()
        sys.exit()
    left = count
    while left:
        for key, _ in look.select(60):
            data = key.fileobj.recv(1 << 20)
            assert data, "sent away"
            before = seen[key.fileobj]
            seen[key.fileobj] = before + data.count(b"event: event\\n")
            if before < wanted <= seen[key.fileobj]: left -= 1
    print("told", min(seen.values()), max(seen.values()), flush=True)
    """

  private struct Crowd {
    let process = Process()
    let out = Pipe()
    let input = Pipe()

    init(_ gateway: RunningGateway, _ count: Int, _ query: String = "", told wanted: Int = 0) throws {
      process.executableURL = URL(filePath: try Tool.path("python3"))
      process.arguments = ["-c", StreamJourneys.crowd, gateway.socket, String(count), String(wanted), query]
      process.standardOutput = out
      process.standardInput = input
      try process.run()
    }

    func line() -> String {
      var text = ""
      while !text.hasSuffix("\n") {
        let piece = out.fileHandleForReading.availableData
        if piece.isEmpty { break }
        text += String(decoding: piece, as: UTF8.self)
      }
      return text
    }

    func end() {
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
  }

  /// Kilobytes of memory that are the process's own. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
  private func memory(_ gateway: RunningGateway) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(gateway.process.processIdentifier)/status", encoding: .utf8)
    return try #require(status.firstMatch(of: /RssAnon:\s+(\d+)/).flatMap { Int($0.1) })
  }

  /// Hundredths of seconds of all processors. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
  private func ticks(_ gateway: RunningGateway) throws -> Int {
    let stat = try String(contentsOfFile: "/proc/\(gateway.process.processIdentifier)/stat", encoding: .utf8)
    let fields = try #require(stat.split(separator: ")").last).split(separator: " ")
    return try #require(Int(fields[11])) + #require(Int(fields[12]))
  }

  /// What events cost, one commit each, in milliseconds of a processor.
  private func cost(_ gateway: RunningGateway, _ count: Int, _ label: String) async throws -> Double {
    let before = try ticks(gateway)
    for index in 0..<count { #expect(await gateway.post([["id": .string("\(label)-\(index)"), "type": "job.done"]])) }
    return Double(try ticks(gateway) - before) * 10 / Double(count)
  }

  @Test(.timeLimit(.minutes(3))) func aThousandFollow() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml)
    let gateway = try await RunningGateway.start(folder)
    _ = try await cost(gateway, 100, "warm")
    let alone = try await cost(gateway, 300, "alone")
    let before = try memory(gateway)

    let idle = try Crowd(gateway, 1_000, "?q=type:never.*")
    #expect(idle.line() == "open\n")
    let after = try memory(gateway)
    let withIdle = try await cost(gateway, 300, "idle")
    #expect(
      (try await gateway.answer("GET", "/metrics")).body.split(separator: 10).contains {
        Array($0) == Array("bellhop_stream_readers 1000".utf8)
      })
    idle.end()

    let crowd = try Crowd(gateway, 1_000, told: 20)
    #expect(crowd.line() == "open\n")
    let busy = try await cost(gateway, 20, "busy")
    #expect(crowd.line() == "told 20 20\n")
    crowd.end()
    let each = Double(after - before) / 1_000
    print(
      "A reader takes \(each) KiB. An event costs \(alone) ms without readers, \(withIdle) ms with 1,000 who do not want it, and \(busy) ms with 1,000 who do."
    )
    #expect(each < 64)
    #expect(await eventually { (try? await gateway.ask("GET", "/healthz").status) == 200 })
    #expect(await gateway.stop() == 0)
  }
}
