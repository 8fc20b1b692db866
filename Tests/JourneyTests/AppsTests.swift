import Bellhop
import Foundation
import Loopback
import Testing

/// The code of docs/apps.md, run as it stands there beside the built gateway.
@Suite(.serialized) struct AppsJourneys {
  private static let yaml = """
    server: { listen: "127.0.0.1:0" }
    senders: { app: { secret: sesame-open-sesame } }
    transports: { log: { use: stdout } }
    unrouted: log
    """

  /// A folder with the page's files in it.
  private func files() throws -> Folder {
    let folder = try Folder()
    let page = try String(contentsOf: DocsJourneys.root.appending(path: "docs/apps.md"), encoding: .utf8)
    var names: [String] = []
    for (language, mark) in [("js", "// "), ("python", "# ")] {
      for block in page.components(separatedBy: "```\(language)\n").dropFirst().compactMap({ $0.components(separatedBy: "```").first }) {
        let name = String(try #require(block.split(separator: "\n").first).dropFirst(mark.count))
        try Data(block.utf8).write(to: URL(filePath: "\(folder.path)/\(name)"))
        names.append(name)
      }
    }
    #expect(names == ["messenger.js", "signup.js", "errors.js", "bellhop.py", "shop.py"])
    return folder
  }

  private func run(_ program: String, _ code: String, in folder: Folder, url: String) async throws -> Binary.Ended {
    let flag = program == "node" ? "-e" : "-c"
    return try await Binary.run(
      ["-c", "cd \"$1\" && exec \"$2\" \(flag) \"$3\"", "sh", folder.path, try Tool.path(program), code],
      environment: ["BELLHOP_URL": url, "BELLHOP_TOKEN": "sesame-open-sesame"], executable: "/bin/sh")
  }

  private func withGateway(_ work: (RunningGateway, Folder, _ url: String) async throws -> Void) async throws {
    let folder = try files()
    try folder.write(Self.yaml)
    let gateway = try await RunningGateway.start(folder)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    try await work(gateway, folder, "http://127.0.0.1:\(port)")
    await gateway.stop()
  }

  private func events(_ gateway: RunningGateway, _ type: String) async throws -> [JSON] {
    let list = try await gateway.ask("GET", "/v1/events?type=\(type)&limit=500").json["events"]?.array ?? []
    var whole: [JSON] = []
    for event in list.reversed() { whole.append(try await gateway.ask("GET", "/v1/events/\(event["id"]?.plain ?? "")").json) }
    return whole
  }

  @Test func theMessengerTells() async throws {
    try await withGateway { gateway, folder, url in
      let ended = try await run("node", "require('./signup')", in: folder, url: url)
      #expect(ended.status == 0 && ended.err.isEmpty, "\(ended)")
      let event = try #require(try await events(gateway, "user.registered").first)
      #expect(event["sender"] == "app" && event["source"] == "shop" && event["subject"] == "ada@example.com", "\(event.text)")
      #expect(event["data"] == ["version": "1.4.2", "plan": "pro"])
    }
  }

  /// An Express app calls its last handler so: (error, req, res, next).
  @Test func whatNoRouteHasCaughtIsTold() async throws {
    try await withGateway { gateway, folder, url in
      let app = """
        const http = require('node:http')
        const { Messenger } = require('./messenger'), { errors } = require('./errors')
        const messenger = new Messenger(), handler = errors(messenger)
        const server = http.createServer(async (req, res) => {
          let body = ''
          for await (const piece of req) body += piece
          Object.assign(req, { originalUrl: req.url, baseUrl: '/api', route: { path: '/orders/:id' }, params: { id: '7' }, body: JSON.parse(body) })
          const error = new Error('no such card')
          if (req.url.includes('quiet')) error.status = 404
          handler(error, req, res, () => { throw error })
        }).listen(0, '127.0.0.1', async () => {
          for (const path of ['/api/orders/7?api_key=hunter2hunter2', '/api/orders/7?quiet']) {
            const answer = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
              method: 'POST', headers: { cookie: 'sid=hunter2hunter2', 'x-shop': 'kept', authorization: 'Bearer hunter2hunter2' },
              body: JSON.stringify({ card: '4111111111111111', password: 'hunter2', item: 'kept too', big: path.includes('quiet') ? 'x'.repeat(100000) : '' })
            })
            console.log(answer.status, await answer.text())
          }
          const left = await messenger.flush()
          server.close(); server.closeAllConnections()
          console.log(left, messenger.sent, messenger.dropped)
        })
        """
      let ended = try await run("node", app, in: folder, url: url)
      #expect(
        ended.out == "500 {\"error\":\"something went wrong\"}\n404 {\"error\":\"no such card\"}\n0 2 0\n" && ended.status == 0, "\(ended)")
      let told = try await events(gateway, "server.error")
      let first = try #require(told.first)
      #expect(
        first["subject"] == "POST /api/orders/:id" && first["severity"] == "error" && first["data"]?["status"] == 500, "\(first.text)")
      #expect(first["data"]?["stack"]?.string?.contains("Error: no such card") == true)
      let request = first["data"]?["request"]
      #expect(request?["headers"]?["x-shop"] == "kept" && request?["payload"]?["item"] == "kept too" && request?["params"]?["id"] == "7")
      #expect(request?["payload"]?["password"]?.string == Secret.mask && request?["payload"]?["card"]?.string == Secret.mask)
      for event in told { #expect(!event.text.contains("hunter2") && !event.text.contains("4111111111111111"), "\(event.text)") }
      #expect(told.count == 2 && told.last?["severity"] == "notice")
    }
  }

  @Test func aCrashIsTold() async throws {
    try await withGateway { gateway, folder, url in
      let app = """
        const { Messenger } = require('./messenger'), { crashed } = require('./errors')
        process.on('uncaughtException', crashed(new Messenger()))
        setTimeout(() => { throw new Error('out of luck') }, 10)
        setTimeout(() => {}, 60000)
        """
      let ended = try await run("node", app, in: folder, url: url)
      #expect(ended.status == 1 && ended.err.contains("out of luck"), "\(ended)")
      #expect(try await events(gateway, "server.crashed").map { $0["text"] } == ["out of luck"])
    }
  }

  @Test func pythonTells() async throws {
    try await withGateway { gateway, folder, url in
      let ended = try await run("python3", "import shop", in: folder, url: url)
      #expect(ended.status == 0 && ended.err.contains("KeyError"), "\(ended)")
      #expect(try await events(gateway, "user.registered").first?["data"] == ["plan": "pro"])
      let logged = try #require(try await events(gateway, "log").first)
      #expect(logged["text"] == "order 7 failed" && logged["subject"] == "shop.checkout" && logged["severity"] == "error", "\(logged.text)")
      #expect(logged["data"]?["traceback"]?.string?.contains("KeyError: 'stock'") == true && logged["data"]?["order"] == 7)
      #expect(logged["data"]?["card"]?.string == Secret.mask && logged["source"] == "shop")
    }
  }

  /// What all of them promise: the same events again, with the same ids and after the pause; one bad one alone; bounded; never in the way.
  @Test(arguments: ["node", "python3"]) func inTrouble(program: String) async throws {
    let folder = try files()
    let count = Guarded(0)
    let server = try LoopbackServer.start { request in
      count.withLock { $0 += 1 }
      let number = count.withLock { $0 }
      if number == 1 { return .answer(503, headers: ["Retry-After": "1"]) }
      if number == 2 { return .dropAtOnce }
      return request.text.contains("bad type") ? .answer(422) : .answer(202, body: "{}")
    }
    defer { server.stop() }
    let code =
      program == "node"
      ? """
      const { Messenger } = require('./messenger')
      const messenger = new Messenger({ limit: 5 })
      const circle = {}; circle.self = circle
      for (const event of [{ type: 'a' }, { type: 'bad type' }, { type: 'b', data: circle }]) messenger.send(event)
      messenger.flush(20000).then((left) => {
        for (let i = 0; i < 9; i++) messenger.send({ type: 'c' })
        return messenger.flush(20000).then((rest) => console.log(left, rest, messenger.sent, messenger.dropped))
      })
      """
      : """
      from bellhop import BellhopHandler
      handler = BellhopHandler(limit=5)
      for event in [dict(type="a"), dict(type="bad type"), dict(type="b", data={"self": object()})]: handler.tell(**event)
      handler.close(20)
      handler.tell(type="late")
      print(len(handler.waiting), handler.sent, handler.dropped)
      """
    let ended = try await run(program, code, in: folder, url: server.url)
    #expect(ended.status == 0 && ended.err.isEmpty, "\(ended)")
    #expect(ended.out == (program == "node" ? "0 0 7 5\n" : "0 2 2\n"), "\(ended)")
    let requests = server.requests
    #expect(requests[1].at - requests[0].at >= .milliseconds(950))
    func ids(_ type: String) -> Set<String> {
      Set(
        requests.flatMap { $0.text.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) } }.filter {
          $0["type"]?.plain == type
        }
        .compactMap { $0["id"]?.string })
    }
    #expect(ids("a").count == 1 && ids("b").count == 1 && ids("bad type").count == 1)
  }

  /// With nobody there an app goes on, and ends in its own time.
  @Test(arguments: ["node", "python3"]) func nobodyThere(program: String) async throws {
    let folder = try files()
    let gone = try LoopbackServer.start { _ in .ok }
    gone.stop()
    let code =
      program == "node"
      ? """
      const { Messenger } = require('./messenger')
      const messenger = new Messenger({ limit: 10 })
      for (let i = 0; i < 1000; i++) messenger.send({ type: 'a' })
      console.log(messenger.waiting.length, messenger.dropped)
      """
      : """
      from bellhop import BellhopHandler
      handler = BellhopHandler(limit=10)
      for i in range(1000): handler.tell(type="a")
      print(len(handler.waiting), handler.dropped)
      handler.close(0.2)
      """
    let start = ContinuousClock.now
    let ended = try await run(program, code, in: folder, url: gone.url)
    #expect(ended.status == 0 && ended.out == "10 990\n" && ended.err.isEmpty, "\(ended)")
    #expect(ContinuousClock.now - start < .seconds(15))
  }
}
