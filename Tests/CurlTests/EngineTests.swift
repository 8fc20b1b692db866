import Bellhop
import Foundation
import Loopback
import Testing

@testable import Curl

extension Wire {
  @Suite(.timeLimit(.minutes(5))) struct EngineTests {
    /// Who only looks at a configuration makes an engine, and no thread.
    @Test func itsThreadStartsWithTheFirstRequest() async throws {
      let engine = Engine()
      #expect(engine.isIdle)
      guard case .failed(let fault, sent: false) = await engine.send(Request("GET", "http://127.0.0.1:1/", timeout: .seconds(5))) else {
        return #expect(Bool(false))
      }
      #expect(fault.kind == .unreachable && !engine.isIdle)
      await engine.close()
      guard case .failed(let closed, sent: false) = await engine.send(Request("GET", "http://127.0.0.1:1/")) else {
        return #expect(Bool(false))
      }
      #expect(closed.kind == .interrupted)
      await Engine().close()
    }

    @Test func aWholeRequestAndAWholeAnswer() async throws {
      let server = try LoopbackServer.start { _ in
        .answer(201, headers: ["X-One": "1", "x-two": " 2 ", "X-One": "again", "X-Empty": ""], body: "hello")
      }
      try await Engine.with { engine in
        let body: [UInt8] = [0, 1, 255, 13, 10, 0]
        let headers = [Request.Header("X-Key", "v"), .init("X-Empty", ""), .init("X-Umlaut", "ü")]
        let response = try #require(await engine.send(Request("POST", server.url + "/a/b?c=d", headers: headers, body: body)).response)
        #expect(response.status == 201)
        #expect(String(decoding: response.body, as: UTF8.self) == "hello")
        #expect(response.header("x-one") == "1" && response.header("X-TWO") == "2" && response.header("x-empty") == "")
        #expect(response.headers.filter { $0.name == "X-One" }.map(\.value) == ["1", "again"])
        #expect(response.header("Retry-After") == nil && response.retryAfter == nil)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST" && request.path == "/a/b?c=d" && request.body == body)
        #expect(request.header("X-Key") == "v" && request.header("X-Empty") == "" && request.header("X-Umlaut") == "ü")
        #expect(request.header("User-Agent") == "bellhop/\(Version.current)")
        #expect(request.header("Expect") == nil && request.header("Content-Type") == nil && request.header("Content-Length") == "6")
      }
    }

    @Test func everyMethodOnOneHandle() async throws {
      let server = try LoopbackServer.start {
        $0.method == "HEAD" ? .raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n") : .answer(200, body: $0.method)
      }
      try await Engine.with { engine in
        let calls: [(String, String)] = [
          ("POST", "a"), ("HEAD", ""), ("GET", ""), ("PUT", "b"), ("DELETE", ""), ("PATCH", ""), ("DELETE", "c"), ("HEAD", ""),
          ("POST", ""),
          ("GET", "q"),
          ("GET", ""),
        ]
        for (method, body) in calls {
          let response = try #require(await engine.send(Request(method, server.url, body: Array(body.utf8))).response)
          #expect(response.status == 200)
          #expect(String(decoding: response.body, as: UTF8.self) == (method == "HEAD" ? "" : method))
        }
        #expect(server.requests.map(\.method) == calls.map(\.0))
        #expect(server.requests.map(\.text) == calls.map(\.1))
        #expect(server.connections == 1)
      }
    }

    /// What a handle has kept of one address must not lead the next request there.
    @Test func everyAddressOnOneHandle() async throws {
      let server = try LoopbackServer.start {
        $0.path == "/on"
          ? .answer(302, headers: ["Location": "a/./b?on#part"]) : .answer(200, body: "\($0.path) \($0.header("Authorization") ?? "-")")
      }
      let other = try LoopbackServer.start { .answer(200, body: "other \($0.path)") }
      try await Engine.with(isPrivate: { _ in false }) { engine in
        let base = "http://user:p%40ss@127.0.0.1:\(server.port)"
        let calls = [
          (server.url + "/a", "/a -"), (server.url + "/a", "/a -"), (server.url + "/b?c=d#e", "/b?c=d -"), (other.url + "/a", "other /a"),
          (server.url + "/x/../y", "/y -"), (base + "/a", "/a Basic dXNlcjpwQHNz"), (server.url + "/a", "/a -"),
          (server.url + "/on", "/a/b?on -"), (server.url + "/on", "/a/b?on -"), (server.url, "/ -"),
          (server.url + "/%41%zz?ü", "/%41%zz?ü -"),
          (other.url, "other /"), (server.url + "/a", "/a -"), (server.url + "/\u{E9}K", "/%c3%a9K -"),
          (server.url + "/e\u{301}K", "/e%cc%81K -"),
          (server.url + "/\u{E9}\u{212A}", "/%c3%a9%e2%84%aa -"), ("http://LOCALHOST:\(server.port)/l", "/l -"),
        ]
        for (url, told) in calls {
          let response = try #require(await engine.send(Request("POST", url, body: [1], redirects: 3)).response)
          #expect(response.body == Array(told.utf8), "\(url)")
        }
      }
    }

    /// Servers that wait to be asked whether they want a body are none of ours, however long it is.
    @Test(arguments: [0, 1, 1_023, 1_024, 1_025, 4_096, 1 << 20, (1 << 20) + 1]) func nobodyAsksToBeWavedOn(_ length: Int) async throws {
      let server = try LoopbackServer.start { .answer(200, body: String($0.body.count)) }
      try await Engine.with { engine in
        let request = Request(
          "POST", server.url, headers: [.init("CONTENT-TYPE", "a/b"), .init("X-Empty", "")], body: [UInt8](repeating: 7, count: length))
        #expect(await engine.send(request).response.map { String(decoding: $0.body, as: UTF8.self) } == String(length))
        let got = try #require(server.requests.first)
        #expect(got.header("Expect") == nil && got.header("Content-Type") == "a/b" && got.header("X-Empty") == "")
      }
    }

    @Test func connectionsAreKept() async throws {
      let server = try LoopbackServer.start { _ in .ok }
      try await Engine.with { engine in
        for _ in 0..<50 { #expect(await engine.send(Request("POST", server.url, body: [1])).response?.status == 200) }
      }
      #expect(server.requests.count == 50)
      #expect(server.connections == 1)
      #expect(await server.waitForOpenConnections(0) == 0, "close() closes them")
    }

    @Test func aDeadKeptConnectionIsNoticed() async throws {
      let server = try LoopbackServer.start { _ in .answerAndClose(200) }
      try await Engine.with { engine in
        for count in 1...5 {
          #expect(await engine.send(Request("POST", server.url, body: [1])).response?.status == 200)
          #expect(server.connections == count)
        }
      }
    }

    @Test func aThousandAtOnce() async throws {
      let server = try LoopbackServer.start { .answer(200, body: $0.text) }
      try await Engine.with { engine in
        let right = await withTaskGroup(of: Bool.self) { group in
          for number in 0..<1000 {
            group.addTask {
              let body = Array("number \(number)".utf8)
              return await engine.send(Request("POST", server.url, body: body, perHost: 64)).response?.body == body
            }
          }
          return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(right == 1000)
        #expect(server.requests.count == 1000)
        #expect(server.connections <= 64)
      }
    }

    @Test func aLargeBodyGoesWithoutAsking() async throws {
      let server = try LoopbackServer.start { .answer(200, body: String($0.body.count)) }
      try await Engine.with { engine in
        let response = await engine.send(Request("POST", server.url, body: [UInt8](repeating: 7, count: 3 << 20))).response
        #expect(response.map { String(decoding: $0.body, as: UTF8.self) } == String(3 << 20))
        #expect(server.requests.first?.header("Expect") == nil)
      }
    }

    @Test func interimAnswersAreNotTheAnswer() async throws {
      let server = try LoopbackServer.start { _ in
        .raw("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nContent-Length: 2\r\n\r\nok")
      }
      try await Engine.with { engine in
        let response = try #require(await engine.send(Request("GET", server.url)).response)
        #expect(response.status == 200 && response.header("Link") == nil && response.header("X-Folded") == "a b")
      }
    }

    @Test func unixSockets() async throws {
      let path = "/tmp/bellhop-\(UUID().uuidString).sock"
      let server = try LoopbackServer.start(unixSocket: path) { .answer(200, body: $0.path) }
      try await Engine.with(proxies: ["http_proxy": "http://127.0.0.1:1"]) { engine in
        let response = await engine.send(Request("GET", "http://localhost/x", unixSocket: path)).response
        #expect(response.map { String(decoding: $0.body, as: UTF8.self) } == "/x")
        server.stop()
        let answer = await engine.send(Request("GET", "http://localhost/x", unixSocket: path))
        #expect(answer.fault?.kind == .unreachable && answer.sent == false)
        #expect(answer.fault?.line.contains(path) == true)
      }
    }

    @Test func retryAfter() async throws {
      let format = DateFormatter()
      format.locale = Locale(identifier: "en_US_POSIX")
      format.timeZone = TimeZone(identifier: "GMT")
      format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
      let later = format.string(from: Date(timeIntervalSinceNow: 100))
      let server = try LoopbackServer.start { request in
        switch request.path {
        case "/seconds": .throttled(seconds: 3)
        case "/zero": .throttled(seconds: 0)
        case "/later": .throttled(until: later)
        case "/past": .throttled(until: "Wed, 21 Oct 2015 07:28:00 GMT")
        case "/nonsense": .throttled(until: "soon")
        case "/unavailable": .answer(503, headers: ["retry-after": "7"])
        default: .answer(429)
        }
      }
      try await Engine.with { engine in
        func ask(_ path: String) async throws -> Response { try #require(await engine.send(Request("POST", server.url + path)).response) }
        #expect(try await ask("/seconds").retryAfter == .seconds(3))
        #expect(try await ask("/zero").retryAfter == .zero)
        let wait = try #require(try await ask("/later").retryAfter)
        #expect(wait > .seconds(80) && wait <= .seconds(101))
        #expect(try await ask("/past").retryAfter == .zero)
        #expect(try await ask("/nonsense").retryAfter == nil)
        #expect(try await ask("/unavailable").retryAfter == .seconds(7))
        #expect(try await ask("/none").retryAfter == nil)
      }
    }
  }
}
