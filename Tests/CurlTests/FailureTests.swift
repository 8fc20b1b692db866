import Bellhop
import Foundation
import Loopback
import Testing

@testable import Curl

extension Wire {
  @Suite(.timeLimit(.minutes(5))) struct FailureTests {
    /// Nothing in these may ever be seen.
    private let secret = "/s3cret-path?token=s3cret-query"
    private func request(_ url: String, timeout: Duration = .seconds(15), http2: Bool = false) -> Request {
      Request(
        "POST", url.replacing("://", with: "://u5er:s3cret-password@") + secret, headers: [.init("Authorization", "Bearer s3cret-header")],
        body: Array("s3cret-body".utf8), timeout: timeout, http2: http2)
    }

    private func expect(
      _ answer: Answer, _ kind: Fault.Kind, sent: Bool, _ words: String..., at location: SourceLocation = #_sourceLocation
    ) {
      let line = answer.fault?.line ?? "no fault"
      #expect(answer.fault?.kind == kind, "\(line)", sourceLocation: location)
      #expect(answer.sent == sent, "\(line)", sourceLocation: location)
      for word in words { #expect(line.contains(word), sourceLocation: location) }
      #expect(!line.contains("s3cret") && !line.contains("u5er"), sourceLocation: location)
    }

    @Test func nobodyListens() async throws {
      let server = try LoopbackServer.start { _ in .ok }
      server.stop()
      try await Engine.with { engine in
        let answer = await engine.send(request(server.url))
        expect(answer, .unreachable, sent: false, "connection refused by 127.0.0.1:\(server.port)")
      }
    }

    @Test func aNameThatCannotBe() async throws {
      // A label over 63 characters fails in the resolver, without a question to any name server.
      let name = String(repeating: "a", count: 64) + ".invalid"
      try await Engine.with { engine in
        expect(await engine.send(request("http://\(name)")), .unreachable, sent: false, name, "cannot be resolved")
      }
    }

    @Test func connectTimeout() async throws {
      let (listener, port) = try Socket.listen(backlog: 0)
      let others = try (0..<4).map { _ in try Socket.connect(port: port) }
      defer { for fd in others + [listener] { close(fd) } }
      try await Engine.with { engine in
        var slow = request("http://127.0.0.1:\(port)")
        slow.connectTimeout = .milliseconds(150)
        let (answer, took) = await timed { await engine.send(slow) }
        expect(answer, .unreachable, sent: false, "127.0.0.1:\(port)", "150 ms")
        #expect(took > .milliseconds(140) && took < .seconds(20))
      }
    }

    @Test func noAnswerInTime() async throws {
      let server = try LoopbackServer.start { _ in .hang }
      try await Engine.with { engine in
        let (answer, took) = await timed { await engine.send(request(server.url, timeout: .milliseconds(200))) }
        expect(answer, .timeout, sent: true, "no answer from 127.0.0.1:\(server.port) within 200 ms")
        #expect(took > .milliseconds(190) && took < .seconds(20))
      }
    }

    @Test func aTrickleIsNoAnswerInTime() async throws {
      let server = try LoopbackServer.start { _ in .trickle(String(repeating: "x", count: 100), every: .milliseconds(20)) }
      try await Engine.with { engine in
        expect(await engine.send(request(server.url, timeout: .milliseconds(200))), .timeout, sent: true, "(200)", "not whole")
      }
    }

    @Test func aTrickleInTimeIsAnAnswer() async throws {
      let server = try LoopbackServer.start { _ in .trickle("slow", every: .milliseconds(2)) }
      try await Engine.with { engine in
        #expect(await engine.send(request(server.url)).response.map { String(decoding: $0.body, as: UTF8.self) } == "slow")
      }
    }

    @Test func drops() async throws {
      let server = try LoopbackServer.start { $0.path.hasPrefix("/s3cret") && $0.connection == 1 ? .dropAtOnce : .dropMidAnswer }
      try await Engine.with { engine in
        expect(await engine.send(request(server.url)), .dropped, sent: true, "without an answer")
        expect(await engine.send(request(server.url)), .dropped, sent: true, "in the middle of its answer (200)")
      }
      let shut = try LoopbackServer.closingOnAccept()
      try await Engine.with { engine in expect(await engine.send(request(shut.url)), .dropped, sent: true) }
    }

    @Test func garbage() async throws {
      let server = try LoopbackServer.start { _ in .garbage }
      try await Engine.with { engine in expect(await engine.send(request(server.url)), .unintelligible, sent: true, "makes no sense") }
    }

    @Test func tooMuch() async throws {
      let server = try LoopbackServer.start { $0.header("X-Head") == nil ? .tooLong(10_000_000) : .endlessHeaders }
      try await Engine.with { engine in
        let cut = await engine.send(request(server.url)).response
        #expect(cut?.status == 200 && cut?.isCut == true && cut?.body.count == 1 << 20)
        var endless = request(server.url)
        endless.headers.append(.init("X-Head", "1"))
        expect(await engine.send(endless), .oversized, sent: true, "head")
        var exact = request(server.url)
        exact.maximumAnswer = 10_000_000
        let whole = await engine.send(exact).response
        #expect(whole?.isCut == false && whole?.body.count == 10_000_000)
        exact.maximumAnswer = 9_999_999
        let oneShort = await engine.send(exact).response
        #expect(oneShort?.isCut == true && oneShort?.body.count == 9_999_999)
      }
    }

    @Test func noTLSThere() async throws {
      let server = try LoopbackServer.closingOnAccept()
      try await Engine.with { engine in
        expect(await engine.send(request(server.url.replacing("http:", with: "https:"))), .tls, sent: false, "127.0.0.1:\(server.port)")
      }
    }

    @Test(arguments: [
      Request("POST", "http://127.0.0.1/s3cret\r\nX: y"), Request("POST", "ftp://127.0.0.1/s3cret"), Request("POST", "file:///s3cret"),
      Request("PO ST", "http://127.0.0.1/"), Request("", "http://127.0.0.1/"), Request("GET\r\nX: s3cret", "http://127.0.0.1/"),
      Request("POST", "http://127.0.0.1/", headers: [.init("X\r\nY", "1")]),
      Request("POST", "http://127.0.0.1/", headers: [.init("", "s3cret")]),
      Request("POST", "http://127.0.0.1/", headers: [.init("X", "s3cret\r\nY: 1")]),
      Request("POST", "http://127.0.0.1/", headers: [.init("X", "s3cret\n")]),
      Request("POST", "http://127.0.0.1/", headers: [.init("X", "s3cret\0")]),
      Request("POST", "http://127.0.0.1/", headers: [.init("Content-Length", "5")]),
      Request("POST", "http://127.0.0.1/", headers: [.init("transfer-encoding", "chunked")]),
      Request("POST", "http://localhost/", unixSocket: "/" + String(repeating: "x", count: 120)),
    ])
    func neverSent(_ request: Request) async throws {
      try await Engine.with { expect(await $0.send(request), .misconfigured, sent: false) }
    }

    @Test func misconfiguredIsRefused() {
      guard case .refused = Answer.failed(Fault(.misconfigured, "x"), sent: false).outcome() else {
        Issue.record("sending it again would not help")
        return
      }
    }

    @Test func privateAddressesAreForTheTrusted() async throws {
      let server = try LoopbackServer.start { _ in .ok }
      try await Engine.with { engine in
        for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0"] {
          var guest = request("http://\(host):\(server.port)")
          guest.trusted = false
          expect(await engine.send(guest), .misconfigured, sent: false, "private address")
        }
        #expect(server.connections == 0, "not even a connection")
        var guest = request(server.url)
        #expect(await engine.send(guest).response?.status == 200)
        guest.trusted = false
        expect(await engine.send(guest), .misconfigured, sent: false, "private address 127.0.0.1")
        #expect(server.requests.count == 1, "a connection that stands already is no way in")
      }
    }
  }
}
