import Bellhop
import Glibc
import Loopback
import Testing

@testable import Curl

extension Wire {
  @Suite(.timeLimit(.minutes(5))) struct LimitTests {
    @Test func perHost() async throws {
      let server = try LoopbackServer.start { $0.path == "/held" ? .held(.ok) : .ok }
      try await Engine.with { engine in
        async let answers = withTaskGroup(of: Int?.self) { group in
          for _ in 0..<12 { group.addTask { await engine.send(Request("POST", server.url + "/held", perHost: 3)).response?.status } }
          return await group.reduce(into: []) { $0.append($1) }
        }
        await server.waitFor(3)
        // Another name is another host, and is not kept waiting.
        #expect(await engine.send(Request("GET", "http://localhost:\(server.port)/free")).response?.status == 200)
        #expect(server.requests.count == 4)
        server.release()
        #expect(await answers == Array(repeating: 200, count: 12))
        #expect(server.connections == 4)
      }
    }

    @Test func inAll() async throws {
      let server = try LoopbackServer.start { _ in .after(.milliseconds(2), .ok) }
      try await Engine.with(maximumConnections: 2) { engine in
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<20 { group.addTask { #expect(await engine.send(Request("POST", server.url)).response?.status == 200) } }
        }
        #expect(server.connections <= 2)
      }
    }

    @Test func waitingForAPlaceDoesNotCount() async throws {
      let server = try LoopbackServer.start { _ in .after(.milliseconds(100), .ok) }
      try await Engine.with { engine in
        let (answers, took) = await timed {
          await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<8 {
              group.addTask { await engine.send(Request("POST", server.url, timeout: .milliseconds(700), perHost: 1)).response?.status }
            }
            return await group.reduce(into: []) { $0.append($1) }
          }
        }
        #expect(answers == Array(repeating: 200, count: 8))
        #expect(took > .milliseconds(790), "they went one after another, longer than the timeout of each")
      }
    }

    @Test func aHungHostDelaysNobody() async throws {
      let hung = try LoopbackServer.start { _ in .hang }
      let server = try LoopbackServer.start { _ in .ok }
      try await Engine.with { engine in
        let stuck = Task { await engine.send(Request("POST", hung.url, timeout: .seconds(30))) }
        await hung.waitFor(1)
        let (_, took) = await timed { for _ in 0..<20 { _ = await engine.send(Request("POST", server.url)) } }
        #expect(took < .seconds(10))
        stuck.cancel()
        #expect(await stuck.value.sent == true)
      }
    }
  }
}

extension Wire {
  @Suite(.timeLimit(.minutes(5))) struct CancelTests {
    private func expectCancelled(_ answer: Answer, sent: Bool, at location: SourceLocation = #_sourceLocation) {
      #expect(answer.fault?.kind == .interrupted, sourceLocation: location)
      #expect(answer.sent == sent, sourceLocation: location)
    }

    @Test func underWay() async throws {
      let server = try LoopbackServer.start { _ in .hang }
      try await Engine.with { engine in
        let task = Task { await engine.send(Request("POST", server.url, timeout: .seconds(30))) }
        await server.waitFor(1)
        let (answer, took) = await timed {
          task.cancel()
          return await task.value
        }
        expectCancelled(answer, sent: true)
        #expect(took < .seconds(10))
        #expect(await server.waitForOpenConnections(0) == 0, "the connection goes with it")
      }
    }

    @Test func whileConnecting() async throws {
      let (listener, port) = try Socket.listen(backlog: 0)
      let others = try (0..<4).map { _ in try Socket.connect(port: port) }
      defer { for fd in others + [listener] { close(fd) } }
      try await Engine.with { engine in
        let task = Task { await engine.send(Request("POST", "http://127.0.0.1:\(port)")) }
        await Task.yield()
        task.cancel()
        let (answer, took) = await timed { await task.value }
        expectCancelled(answer, sent: false)
        #expect(took < .seconds(10))
      }
    }

    @Test func whileWaitingForAPlace() async throws {
      let server = try LoopbackServer.start { _ in .held(.ok) }
      try await Engine.with { engine in
        let first = Task { await engine.send(Request("POST", server.url, perHost: 1)) }
        await server.waitFor(1)
        let second = Task { await engine.send(Request("POST", server.url, perHost: 1)) }
        let third = Task { await engine.send(Request("POST", server.url, perHost: 1)) }
        second.cancel()
        expectCancelled(await second.value, sent: false)
        server.release()
        #expect(await first.value.response?.status == 200)
        #expect(await third.value.response?.status == 200)
        #expect(server.requests.count == 2)
      }
    }

    @Test func beforeItBegan() async throws {
      let server = try LoopbackServer.start { _ in .ok }
      try await Engine.with { engine in
        let task = Task {
          while !Task.isCancelled { await Task.yield() }
          return await engine.send(Request("POST", server.url))
        }
        task.cancel()
        expectCancelled(await task.value, sent: false)
        #expect(server.requests.isEmpty)
      }
    }

    @Test func atAnyMoment() async throws {
      let server = try LoopbackServer.start { .answer(200, body: $0.path) }
      try await Engine.with { engine in
        await withTaskGroup(of: Void.self) { group in
          for number in 0..<400 {
            group.addTask {
              let task = Task { await engine.send(Request("POST", server.url + "/\(number)", perHost: 8)) }
              for _ in 0..<number % 40 { await Task.yield() }
              task.cancel()
              let answer = await task.value
              #expect(
                answer.fault?.kind == .interrupted || answer.response.map { String(decoding: $0.body, as: UTF8.self) } == "/\(number)")
            }
          }
        }
        #expect(await engine.send(Request("POST", server.url + "/after", perHost: 8)).response?.status == 200)
      }
    }

    @Test func closeAnswersEverybody() async throws {
      let server = try LoopbackServer.start { _ in .hang }
      let engine = Engine(proxies: Proxies([:]))
      let tasks = (0..<20).map { _ in Task { await engine.send(Request("POST", server.url, perHost: 5)) } }
      await server.waitFor(5)
      async let again: Void = engine.close()
      await engine.close()
      await again
      var sent = 0
      for task in tasks {
        let answer = await task.value
        #expect(answer.fault?.kind == .interrupted)
        if answer.sent == true { sent += 1 }
      }
      #expect(sent == 5)
      #expect(await server.waitForOpenConnections(0) == 0)
      expectCancelled(await engine.send(Request("POST", server.url)), sent: false)
      await engine.close()
    }

    @Test func anEngineMayJustBeDropped() async throws {
      let server = try LoopbackServer.start { _ in .ok }
      for _ in 0..<20 {
        let engine = Engine(proxies: Proxies([:]))
        #expect(await engine.send(Request("POST", server.url)).response?.status == 200)
      }
      #expect(server.connections == 20)
      #expect(await server.waitForOpenConnections(0) == 0, "its thread ended and closed the connection")
    }
  }
}
