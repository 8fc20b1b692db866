import Bellhop
import Loopback
import Testing

@testable import Curl

extension Wire {
  @Suite(.timeLimit(.minutes(5))) struct PublicationTests {
    private func publication(_ broker: Broker, _ number: Int = 0, timeout: Duration = .seconds(20)) -> Publication {
      Publication(broker: broker.url, topic: "a/\(number)", body: Array("\(number)".utf8), timeout: timeout)
    }

    /// More at once than go to one broker: each over a connection of its own, each once, and HTTP beside them on handles that know nothing of it.
    @Test func manyAtOnce() async throws {
      let (broker, server) = (try Broker(), try LoopbackServer.start { _ in .ok })
      try await Engine.with { engine in
        let words = await withTaskGroup(of: String.self) { group in
          for number in 0..<200 {
            group.addTask { await engine.send(publication(broker, number)).word }
            group.addTask { await engine.send(Request("POST", server.url, body: [1])).response.map { String($0.status) } ?? "" }
          }
          return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(words == ["delivered": 200, "200": 200])
      }
      while broker.connections < 200 { try await Task.sleep(for: .milliseconds(2)) }
      let sent = Set(broker.packets.filter { $0[0] == 0x30 })
      #expect(sent.count == 200, "none is there twice, none is missing")
      #expect(server.requests.allSatisfy { $0.method == "POST" && $0.header("authorization") == nil })
    }

    @Test func whoIsCancelledIsAnswered() async throws {
      let broker = try Broker(.hang)
      try await Engine.with { engine in
        let tasks = (0..<100).map { number in Task { await engine.send(publication(broker, number)) } }
        for task in tasks { task.cancel() }
        for task in tasks {
          let outcome = await task.value
          #expect(outcome.word == "postponed" && outcome.fault?.kind == .interrupted, "\(outcome)")
        }
        #expect(await engine.send(publication(broker, timeout: .milliseconds(50))).fault?.kind == .timeout, "the engine goes on")
      }
    }

    @Test func theEndAnswersEverybody() async throws {
      let broker = try Broker(.hang)
      let engine = Engine(proxies: Proxies([:]))
      let tasks = (0..<100).map { number in Task { await engine.send(publication(broker, number)) } }
      await engine.close()
      for task in tasks { #expect(await task.value.fault?.kind == .interrupted) }
      #expect(await engine.send(publication(broker)).fault?.kind == .interrupted)
    }

    @Test(arguments: [
      ("mqtt://h", "h:1883"), ("MQTT://H:443", "h:443"), ("mqtt://[::1]:9", "[::1]:9"), ("mqtt://h:1", "h:1"),
    ]) func brokers(_ url: String, _ label: String) { #expect(Origin.broker(url)?.label == label) }

    @Test(arguments: [
      "", "h", "mqtts://h", "http://h", "mqtt:h", "mqtt://", "mqtt://h/", "mqtt://u@h", "mqtt://h?x", "mqtt://h h", "mqtt://h#t",
    ])
    func noBrokers(_ url: String) { #expect(Origin.broker(url) == nil) }

    /// What is expected to go out is what goes out, at every length of the length.
    @Test(arguments: [0, 1, 124, 125, 16_380, 16_381, 100_000]) func sizes(_ count: Int) async throws {
      let broker = try Broker()
      let publication = Publication(broker: broker.url, topic: "a", body: Array(repeating: 7, count: count))
      try await Engine.with { engine in #expect(await engine.send(publication).word == "delivered") }
      while broker.connections == 0 { try await Task.sleep(for: .milliseconds(2)) }
      #expect(broker.packets.first { $0[0] == 0x30 }?.count == publication.size)
    }
  }
}
