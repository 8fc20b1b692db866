import Bellhop
import Loopback
import Testing

@testable import Curl

extension Wire {
  /// Answers that go on and on.
  @Suite struct EndlessTests {
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    private func request(_ url: String, silence: Duration = .seconds(20), _ take: @escaping @Sendable ([UInt8]) -> Bool) -> Request {
      var request = Request("GET", url, timeout: .milliseconds(1))
      request.endless = .init(silence: silence, take: take)
      return request
    }

    /// Pieces come as they are sent, and no timeout of the whole ends it.
    @Test func piecesComeAsTheyAreSent() async throws {
      let server = try LoopbackServer.start { _ in .trickle("0123456789", every: .milliseconds(20)) }
      let heard = Guarded<[[UInt8]]>([])
      try await Engine.with { engine in
        let answer = await engine.send(
          request(server.url) { piece in
            heard.withLock { $0.append(piece) }
            return true
          })
        #expect(answer.response?.status == 200 && answer.response?.body.isEmpty == true)
      }
      let pieces = heard.withLock { $0 }
      #expect(pieces.count > 3 && String(decoding: pieces.joined(), as: UTF8.self) == "0123456789")
    }

    @Test func whoTakesMayEndIt() async throws {
      let server = try LoopbackServer.start { _ in .raw(Self.head + "3\r\nabc\r\n") }
      try await Engine.with { engine in
        let (answer, took) = await timed { await engine.send(request(server.url) { _ in false }) }
        #expect(answer.fault != nil && took < .seconds(10))
        #expect(await server.waitForOpenConnections(0) == 0)
      }
    }

    @Test func silenceEndsIt() async throws {
      let server = try LoopbackServer.start { _ in .raw(Self.head + "3\r\nabc\r\n") }
      try await Engine.with { engine in
        let (answer, took) = await timed { await engine.send(request(server.url, silence: .seconds(1)) { _ in true }) }
        #expect(answer.fault?.kind == .timeout && answer.sent == true, "\(answer)")
        #expect(took < .seconds(8), "\(took)")
      }
    }

    /// A refusal is read like any other answer.
    @Test func aRefusalIsNoStream() async throws {
      let server = try LoopbackServer.start { _ in .answer(401, body: "who are you?") }
      try await Engine.with { engine in
        let answer = await engine.send(
          request(server.url) { _ in
            Issue.record("a piece of a refusal"); return true
          })
        #expect(answer.response?.status == 401 && answer.response.map { String(decoding: $0.body, as: UTF8.self) } == "who are you?")
      }
    }

    /// The next request on the engine is not bound by what the stream was.
    @Test func nothingOfItIsInherited() async throws {
      let server = try LoopbackServer.start { $0.path == "/slow" ? .after(.seconds(2), .ok) : .trickle("ab", every: .milliseconds(1)) }
      try await Engine.with { engine in
        _ = await engine.send(request(server.url, silence: .seconds(1)) { _ in true })
        #expect(await engine.send(Request("GET", server.url + "/slow")).response?.status == 200)
        #expect(await engine.send(Request("GET", server.url + "/slow", timeout: .milliseconds(200))).fault?.kind == .timeout)
      }
    }

    @Test func cancellingEndsItAtOnce() async throws {
      let server = try LoopbackServer.start { _ in .raw(Self.head + "3\r\nabc\r\n") }
      try await Engine.with { engine in
        let heard = Guarded(false)
        let task = Task {
          await engine.send(
            request(server.url) { _ in
              heard.withLock { $0 = true }
              return true
            })
        }
        while !heard.withLock({ $0 }) { await Task.yield() }
        let (answer, took) = await timed {
          task.cancel()
          return await task.value
        }
        #expect(answer.fault?.kind == .interrupted && took < .seconds(10), "\(took)")
      }
    }
  }
}
