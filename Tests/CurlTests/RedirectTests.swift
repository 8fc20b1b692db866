import Bellhop
import Loopback
import Testing

@testable import Curl

extension Wire {
  @Suite(.timeLimit(.minutes(5))) struct RedirectTests {
    /// As if 127.0.0.1 were a public address; 127.0.0.2 and the rest are not.
    private let isPrivate: @Sendable (NetworkAddress) -> Bool = { $0 != NetworkAddress("127.0.0.1") && $0.isPrivate }

    private func request(_ url: String, redirects: Int = 3) -> Request {
      Request(
        "POST", url,
        headers: [
          .init("Authorization", "Bearer t"), .init("X-Api-Key", "k"), .init("Content-Type", "text/plain"), .init("Accept", "a/b"),
        ],
        body: Array("body".utf8), redirects: redirects)
    }

    @Test func areNotFollowedUnasked() async throws {
      let server = try LoopbackServer.start { _ in .redirect(to: "/there") }
      try await Engine.with(isPrivate: isPrivate) { engine in
        let response = await engine.send(request(server.url, redirects: 0)).response
        #expect(response?.status == 302 && response?.header("Location") == "/there")
        #expect(server.requests.count == 1)
      }
    }

    @Test(arguments: [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")])
    func theMethodFollowsTheStatus(_ status: Int, _ method: String) async throws {
      let server = try LoopbackServer.start { $0.path == "/there" ? .answer(200, body: "done") : .redirect(status, to: "/there") }
      try await Engine.with(isPrivate: isPrivate) { engine in
        #expect(await engine.send(request(server.url)).response?.status == 200)
        let last = try #require(server.requests.last)
        #expect(server.requests.count == 2)
        #expect(last.method == method && last.text == (method == "POST" ? "body" : ""))
        #expect(last.header("Authorization") == "Bearer t", "the same origin may see it again")
        #expect(last.header("Content-Type") == (method == "POST" ? "text/plain" : nil))
      }
    }

    @Test func anotherOriginGetsNoCredentials() async throws {
      let other = try LoopbackServer.start { _ in .ok }
      let server = try LoopbackServer.start { _ in .redirect(307, to: other.url + "/x") }
      try await Engine.with(isPrivate: isPrivate) { engine in
        #expect(await engine.send(request(server.url.replacing("://", with: "://user:pass@"))).response?.status == 200)
        let last = try #require(other.requests.last)
        #expect(last.text == "body" && last.header("Content-Type") == "text/plain" && last.header("Accept") == "a/b")
        #expect(last.header("Authorization") == nil && last.header("X-Api-Key") == nil)
        // Nor does the next request on that handle lack or inherit anything.
        #expect(await engine.send(request(server.url, redirects: 0)).response?.status == 307)
        #expect(server.requests.last?.header("X-Api-Key") == "k")
      }
    }

    @Test func endlessOnesEnd() async throws {
      let server = try LoopbackServer.start { _ in .redirect(to: "/again") }
      try await Engine.with(isPrivate: isPrivate) { engine in
        #expect(await engine.send(request(server.url, redirects: 4)).response?.status == 302)
        #expect(server.requests.count == 5)
      }
    }

    @Test(arguments: [
      "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "http://10.1.2.3:1/", "http://127.0.0.2:1/", "http://[::1]:1/",
    ])
    func neitherOtherSchemesNorPrivateAddresses(_ location: String) async throws {
      let server = try LoopbackServer.start { _ in .redirect(to: location) }
      try await Engine.with(isPrivate: isPrivate) { engine in
        let answer = await engine.send(request(server.url))
        #expect(answer.fault?.kind == .misconfigured, "\(answer)")
        #expect(answer.sent == true)
        #expect(server.requests.count == 1)
      }
    }

    @Test func aTrustedHostMayNotSendUsToItself() async throws {
      let server = try LoopbackServer.start { _ in .redirect(307, to: "/admin") }
      try await Engine.with { engine in
        let answer = await engine.send(request(server.url))
        #expect(answer.fault?.kind == .misconfigured && answer.fault?.line.contains("127.0.0.1") == true)
        #expect(server.requests.count == 1)
      }
    }

    @Test func theTimeoutSpansThemAll() async throws {
      let server = try LoopbackServer.start { _ in .after(.milliseconds(60), .redirect(to: "/again")) }
      try await Engine.with(isPrivate: isPrivate) { engine in
        var slow = request(server.url, redirects: 100)
        slow.timeout = .milliseconds(200)
        let (answer, took) = await timed { await engine.send(slow) }
        #expect(answer.fault?.kind == .timeout && took < .seconds(10))
      }
    }
  }
}

extension Wire {
  @Suite(.timeLimit(.minutes(5))) struct ProxyTests {
    @Test func httpGoesThrough() async throws {
      let proxy = try LoopbackServer.start { .answer(200, body: $0.path) }
      try await Engine.with(proxies: ["http_proxy": proxy.url, "no_proxy": "direct.example"]) { engine in
        var request = Request("POST", "http://somewhere.example/a?b", body: [1])
        #expect(await engine.send(request).response.map { String(decoding: $0.body, as: UTF8.self) } == "http://somewhere.example/a?b")
        request.trusted = false
        #expect(await engine.send(request).response?.status == 200, "the proxy's own address is not the one to judge")
        #expect(proxy.requests.last?.header("Host") == "somewhere.example")
        for url in ["http://10.0.0.1/", "http://localhost/", "http://x.localhost/", "http://169.254.169.254/latest", "http://[::1]/"] {
          let answer = await engine.send(Request("GET", url, trusted: false))
          #expect(answer.fault?.kind == .misconfigured && answer.sent == false)
        }
        #expect(proxy.requests.count == 2)
      }
    }

    @Test func exceptionsGoStraight() async throws {
      let server = try LoopbackServer.start { .answer(200, body: $0.path) }
      try await Engine.with(proxies: ["http_proxy": "http://127.0.0.1:1", "no_proxy": "127.0.0.0/8"]) { engine in
        #expect(await engine.send(Request("GET", server.url + "/x")).response.map { String(decoding: $0.body, as: UTF8.self) } == "/x")
        let guest = await engine.send(Request("GET", server.url + "/x", trusted: false))
        #expect(guest.fault?.kind == .misconfigured)
      }
    }

    @Test func tunnelsThatAreRefused() async throws {
      let proxy = try LoopbackServer.start { .answer($0.path.hasPrefix("locked") ? 407 : 403) }
      try await Engine.with(proxies: ["https_proxy": proxy.url.replacing("://", with: "://u5er:s3cret@")]) { engine in
        let headers = [Request.Header("Authorization", "Bearer t")]
        let refused = await engine.send(Request("POST", "https://somewhere.example/path", headers: headers))
        #expect(refused.fault?.kind == .unreachable && refused.sent == false)
        #expect(refused.fault?.line == "the proxy 127.0.0.1:\(proxy.port) would not connect to somewhere.example:443: it answered 403")
        let locked = await engine.send(Request("POST", "https://locked.example/path", headers: headers))
        #expect(locked.fault?.kind == .unauthorized && locked.sent == false)
        #expect(proxy.requests.first?.method == "CONNECT" && proxy.requests.first?.path == "somewhere.example:443")
        #expect(proxy.requests.allSatisfy { $0.header("Authorization") == nil }, "a proxy of a tunnel does not see headers")
      }
    }

    @Test func aProxyThatIsDown() async throws {
      let proxy = try LoopbackServer.start { _ in .ok }
      proxy.stop()
      try await Engine.with(proxies: ["all_proxy": proxy.url]) { engine in
        let answer = await engine.send(Request("POST", "http://somewhere.example/path"))
        #expect(answer.fault?.kind == .unreachable && answer.sent == false)
        #expect(answer.fault?.line.contains("the proxy 127.0.0.1:\(proxy.port) on the way to somewhere.example:80") == true)
      }
    }
  }
}
