import Bellhop
import Foundation
import Loopback
import Testing

/// What `bellhop senders` prints for pages works as it stands there.
@Suite(.serialized) struct BrowserSenderJourneys {
  static func configuration(_ origins: String) -> String {
    """
    server: { listen: "127.0.0.1:0" }
    senders:
      website: { use: browser, key: pk_live_1, origins: [\(origins)], types: ["ui.**"], visitor_rate: 1000/s }
    transports: { log: { use: stdout } }
    unrouted: log

    """
  }

  @Test func theManualsCurlWorks() async throws {
    let place = try Folder()
    try place.write(Self.configuration("\"https://*.example.com\""))
    let gateway = try await RunningGateway.start(place)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let manual = try await Binary.run(["senders", "website", "--config", place.config]).out
    let line = String(try #require(manual.firstMatch(of: /try it +(curl .*)/)?.1))
    #expect(line.contains("/browser/pk_live_1'") && line.contains("Origin: https://hello.example.com"))
    let command = line.replacing("127.0.0.1:0", with: "127.0.0.1:\(port)").replacing("curl", with: "curl -s -w '%{http_code}'")
    let ended = try await Binary.run(["-c", command], executable: "/bin/sh")
    #expect(ended.out == "204", "\(command)\n\(ended)")
    let events = try await gateway.ask("GET", "/v1/events").json["events"]?.array ?? []
    #expect(events.map { $0["type"] } == ["ui.hello"] && events.first?["source"] == "https://hello.example.com")
    #expect(await gateway.stop() == 0)
  }
}

/// Pages in Debian's Chromium, served from another origin than the gateway's.
@Suite(.serialized) struct ChromiumJourneys {
  private struct Visit {
    /// What the page told its own server at the end, by the names that it gave.
    var told: JSON
    /// Lines that the page's console showed.
    var console: [String]
    var events: [JSON]
  }

  private static var browser: String {
    get throws {
      let unpacked = "\(Tool.unpacked)/usr/lib/chromium/chromium-headless-shell"
      return FileManager.default.isExecutableFile(atPath: unpacked) ? unpacked : try Tool.path("chromium-headless-shell")
    }
  }

  /// Starts a browser of its own at an address.
  private static func open(_ url: String, _ place: Folder) throws -> pid_t {
    let libraries = Tool.libraries.split(separator: ":").flatMap { ["\($0)", "\($0)/pulseaudio"] }.joined(separator: ":")
    return try Tool.spawn(
      try browser,
      [
        "--no-sandbox", "--disable-gpu", "--user-data-dir=\(place.path)/profile", "--remote-debugging-port=0", "--enable-logging=stderr",
        "--no-proxy-server", url,
      ], environment: ["LD_LIBRARY_PATH": libraries], output: "\(place.path)/chromium", leads: true)
  }

  /// Ends it, with all its processes, and answers what it said.
  private static func close(_ pid: pid_t, _ place: Folder) -> String {
    kill(-pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    return (try? String(contentsOfFile: "\(place.path)/chromium", encoding: .utf8)) ?? ""
  }

  /// Opens a page whose body is a script; it ends with `done({…})`.
  /// - Parameter allowed: whether the page's origin is one of the sender's.
  private func visit(_ html: String, allowed: Bool = true, expecting count: Int) async throws -> Visit {
    let page = Guarded("")
    let server = try LoopbackServer.start { request in
      switch request.path.split(separator: "?").first {
      case "/", "/next": .answer(200, headers: ["Content-Type": "text/html"], body: page.withLock { $0 })
      default: .answer(204)
      }
    }
    let place = try Folder()
    try place.write(BrowserSenderJourneys.configuration(allowed ? server.url : "https://shop.example.com"))
    let gateway = try await RunningGateway.start(place)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let prelude = """
      <!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
      <script>const gateway = "http://127.0.0.1:\(port)"; const done = (told) => fetch("/done", { method: "POST", body: JSON.stringify(told) });</script>
      """
    page.withLock { $0 = prelude + html.replacing("GATEWAY", with: "http://127.0.0.1:\(port)") }
    let chromium = try Self.open("\(server.url)/?token=hunter2", place)
    func events() async throws -> [JSON] { (try await gateway.ask("GET", "/v1/events?limit=100").json["events"]?.array ?? []).reversed() }
    let isDone = await eventually { server.requests.contains { $0.path == "/done" } }
    let isKept = try await eventually(within: .seconds(isDone ? 20 : 0)) { try await events().count >= count }
    let shown = Self.close(chromium, place)
    #expect(isDone && isKept, "\(shown)\n\(gateway.log)")
    let told = try JSON(parsing: try #require(server.requests.first { $0.path == "/done" }).body)
    var heads: [JSON] = []
    for event in try await events() {
      let id = try #require(event["id"]?.string)
      heads.append(try await gateway.ask("GET", "/v1/events/\(id)").json)
    }
    #expect(await gateway.stop() == 0)
    return Visit(told: told, console: shown.split(separator: "\n").filter { $0.contains(":CONSOLE") }.map(String.init), events: heads)
  }

  @Test func aPagePosts() async throws {
    let visit = try await visit(
      """
      <script src="GATEWAY/bellhop.js" data-key="pk_live_1" defer></script>
      <script src="GATEWAY/bellhop.js?again" data-key="pk_live_1" defer></script>
      <script>
      window.addEventListener("load", async () => {
        if (location.pathname == "/next") return done(JSON.parse(sessionStorage.told));
        const to = gateway + "/browser/pk_live_1", told = {};
        const post = (body, type) => fetch(to, { method: "POST", headers: type ? { "Content-Type": type } : {}, body, credentials: "include" });
        told.json = (await post(JSON.stringify({ type: "ui.json", data: { n: 1 } }), "application/json")).status;
        told.again = (await post(JSON.stringify([{ type: "ui.array" }, { type: "ui.array" }]), "application/json")).status;
        told.text = (await post("plain words")).status;
        told.beacon = navigator.sendBeacon(to, JSON.stringify({ type: "ui.beacon" }));
        told.blob = navigator.sendBeacon(to, new Blob([JSON.stringify({ type: "ui.blob" })], { type: "application/json" }));
        const circle = {}; circle.self = circle;
        told.returned = String(bellhop("ui.disconnected", { attempt: 3 }, { severity: "critical", subject: "cart" }));
        bellhop("ui.circle", circle); bellhop("ui.words", "just words"); bellhop(); bellhop("ui.large", { a: "x".repeat(9000) });
        bellhop("ui.hostile", { get a() { throw new Error("no") } });
        sessionStorage.told = JSON.stringify(told);
        location = "/next";
      });
      </script>
      """, expecting: 10)
    #expect(visit.console == [], "the page's console is quiet")
    #expect(
      visit.told == ["json": 204, "again": 204, "text": 204, "beacon": true, "blob": true, "returned": "undefined"], "\(visit.told)")
    let types = visit.events.compactMap { $0["type"]?.string }
    #expect(types.prefix(4) == ["ui.json", "ui.array", "ui.array", "ui.message"], "\(types)")
    for type in ["ui.beacon", "ui.blob", "ui.disconnected", "ui.circle", "ui.words", "ui.large"] {
      #expect(types.count { $0 == type } == 1, "\(type) of \(types)")
    }
    #expect(types.count == 10, "\(types)")
    let told = try #require(visit.events.first { $0["type"] == "ui.disconnected" })
    #expect(told["severity"] == "warning" && told["subject"] == "cart" && told["data"]?["attempt"] == 3, "\(told)")
    #expect(told["data"]?["agent"]?.string?.contains("Chrome") == true && told["data"]?["url"]?.string?.hasSuffix("/") == true, "\(told)")
    #expect(visit.events.first { $0["type"] == "ui.words" }?["text"] == "just words")
    #expect(!visit.events.contains { $0.text.contains("hunter2") }, "what stands in the address behind ? is left out")
  }

  @Test func whatNobodyCatchesTellsItself() async throws {
    let visit = try await visit(
      """
      <script src="GATEWAY/bellhop.js" data-key="pk_live_1" defer></script>
      <script>
      function deep(n) { if (n) deep(n - 1); else throw new TypeError("boom"); }
      window.addEventListener("load", () => {
        if (location.pathname == "/next") return done({});
        setTimeout(() => deep(40)); setTimeout(() => deep(3)); setTimeout(() => { throw "a word"; });
        Promise.reject(new Error("rejected")); Promise.reject(undefined);
        setTimeout(() => { location = "/next"; }, 300);
      });
      </script>
      """, expecting: 4)
    let errors = visit.events.filter { $0["type"] == "ui.error" }
    let texts = errors.compactMap { $0["text"]?.string }.sorted()
    #expect(texts == ["Uncaught a word", "boom", "rejected", "undefined"], "each message once: \(texts)")
    let boom = try #require(errors.first { $0["text"] == "boom" })
    #expect(boom["severity"] == "warning", "as bad as pages may say")
    #expect(boom["data"]?["kind"] == "error" && boom["data"]?["line"] != nil && boom["data"]?["stack"]?.string?.contains("deep") == true)
    #expect(boom["data"]?["stack"]?.string?.count ?? .max <= 1_000)
    #expect(errors.first { $0["text"] == "rejected" }?["data"]?["kind"] == "rejection")
    #expect(visit.console.allSatisfy { $0.contains("Uncaught") }, "\(visit.console)")
  }

  /// What a browser sends when a page is left ends at 64 KiB, which is more than this.
  @Test func aPageThatCannotStopIsBounded() async throws {
    let visit = try await visit(
      """
      <script src="GATEWAY/bellhop.js" data-key="pk_live_1" defer></script>
      <script>
      window.addEventListener("load", () => {
        if (location.pathname == "/next") return done({});
        for (let n = 0; n < 500; n++) bellhop("ui.many", { n, text: "漢".repeat(n < 30 ? 400 : 1) });
        location = "/next";
      });
      </script>
      """, expecting: 50)
    #expect(visit.events.count == 50 && visit.console == [], "\(visit.events.count) \(visit.console)")
    #expect(Set(visit.events.compactMap { $0["data"]?["n"]?.int }) == Set(0..<50))
  }

  /// The same again, with the same ids, until it is taken; and one that is not wanted does not take the others with it. The script posts to
  /// where it came from.
  @Test func whatWasNotTakenIsSentAgain() async throws {
    let script = try String(contentsOf: DocsJourneys.root.appending(path: "Sources/CPageScript/bellhop.js"), encoding: .utf8)
    let posts = Guarded(0)
    let server = try LoopbackServer.start { request in
      if request.path == "/in/bellhop.js?v=1" { return .answer(200, headers: ["Content-Type": "text/javascript"], body: script) }
      if request.method == "POST" {
        let count = posts.withLock { count in
          count += 1
          return count
        }
        return .answer(count == 1 ? 503 : count == 2 ? 422 : 204)
      }
      return .answer(
        200, headers: ["Content-Type": "text/html"],
        body: """
          <!doctype html><link rel="icon" href="data:,"><script src="/in/bellhop.js?v=1" data-key="pk live" defer></script>
          <script>window.addEventListener("load", () => { bellhop("ui.a"); bellhop("ui.b"); });</script>
          """)
    }
    let place = try Folder()
    let chromium = try Self.open(server.url, place)
    func taken() -> [Recorded] { server.requests.filter { $0.method == "POST" } }
    let isDone = await eventually { taken().count >= 4 }
    let shown = Self.close(chromium, place)
    try #require(isDone, "\(shown)")
    #expect(Set(taken().map(\.path)) == ["/in/browser/pk%20live"] && taken()[0].body == taken()[1].body)
    let bodies = try taken().prefix(4).map { try JSON(parsing: $0.body).array?.compactMap { $0["type"]?.string } ?? [] }
    #expect(bodies[0] == ["ui.a", "ui.b"] && Set(bodies[2...]) == [["ui.a"], ["ui.b"]], "\(bodies)")
    #expect(taken()[0].header("content-type") == "text/plain;charset=UTF-8")
  }

  /// A page that is not of the list posts nothing, by whatever way; a blind beacon is refused too.
  @Test func aForeignPageIsRefused() async throws {
    let visit = try await visit(
      """
      <script src="GATEWAY/bellhop.js" data-key="pk_live_1" defer></script>
      <script>
      window.addEventListener("load", async () => {
        const to = gateway + "/browser/pk_live_1", told = {};
        const post = (init) => fetch(to, { method: "POST", body: '{"type":"ui.x"}', ...init }).then((r) => r.type + r.status, (e) => e.name);
        told.json = await post({ headers: { "Content-Type": "application/json" } });
        told.text = await post({});
        told.blind = await post({ mode: "no-cors" });
        navigator.sendBeacon(to, '{"type":"ui.x"}');
        bellhop("ui.x");
        window.dispatchEvent(new Event("pagehide"));
        await new Promise((go) => setTimeout(go, 500));
        done(told);
      });
      </script>
      """, allowed: false, expecting: 0)
    #expect(visit.told == ["json": "TypeError", "text": "TypeError", "blind": "opaque0"], "\(visit.told)")
    #expect(visit.events.isEmpty, "\(visit.events)")
  }
}
