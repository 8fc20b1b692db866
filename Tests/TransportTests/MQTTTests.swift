import Bellhop
import Curl
import Glibc
import Loopback
import Testing

@testable import MQTT

/// The contract over MQTT, against brokers that misbehave; a real one is met in Tests/JourneyTests.
@Suite struct MQTTTests {
  private func send(
    _ broker: String, _ message: Message = Samples.brief, topic: String = "ops/alerts", timeout: Duration = .seconds(5),
    settings: [String: Value] = ["user": .string("gw"), "password": Subject.secret(Subject.needle)]
  ) async -> Outcome {
    let engine = Engine()
    var values = Values(["url": .string(broker), "content_type": .string("application/json")])
    values.entries.merge(settings) { $1 }
    let attempt = Attempt(number: 2, at: Samples.time, timeout: timeout)
    let outcome = await MQTTKind.kind(engine).make(values).send(message, to: Target(["topic": .string(topic)]), attempt)
    await engine.close()
    return outcome
  }

  /// The packets that a broker was sent, once the connection is over.
  private func packets(_ broker: Broker) async -> [[UInt8]] {
    while broker.connections == 0 { try? await Task.sleep(for: .milliseconds(2)) }
    return broker.packets
  }

  @Test func aMessageIsConnectPublishAndGoodbye() async throws {
    let broker = try Broker()
    let outcome = await send(broker.url)
    #expect(outcome == .delivered(Receipt(note: "handed to \(broker.url.dropFirst(7))")))
    let packets = await packets(broker)
    try #require(packets.map { $0[0] } == [0x10, 0x30, 0xE0])
    // MQTT, level 4; user, password, clean session; both at the end.
    let flags: [UInt8] = [0xC2]
    #expect(Array(packets[0][2..<9]) == [0, 4] + Array("MQTT".utf8) + [4] && Array(packets[0][9..<10]) == flags)
    #expect(packets[0].suffix(12) == [0, 2] + Array("gw".utf8) + [0, 6] + Array(Subject.needle.utf8))
    let (topic, body) = try #require(Self.publication(packets[1]))
    #expect(topic == "ops/alerts")
    let json = try JSON(parsing: body)
    #expect(json["id"]?.string == "e1-42" && json["attempt"]?.int == 2 && json["event"]?["type"]?.string == "server.down")
  }

  /// What a broker was told to publish, once the connection is over.
  private func publication(_ broker: Broker) async throws -> (topic: String, body: [UInt8]) {
    try #require(await packets(broker).lazy.compactMap(Self.publication).first)
  }

  /// Topic and message of a PUBLISH packet.
  static func publication(_ packet: [UInt8]) -> (topic: String, body: [UInt8])? {
    guard packet.first == 0x30, let end = packet.dropFirst().firstIndex(where: { $0 & 0x80 == 0 }), packet.count > end + 2 else {
      return nil
    }
    let length = Int(packet[end + 1]) << 8 | Int(packet[end + 2])
    let topic = packet.dropFirst(end + 3).prefix(length)
    return (String(decoding: topic, as: UTF8.self), Array(packet.dropFirst(end + 3 + length)))
  }

  @Test(
    arguments: [
      (1, "refused", .misconfigured), (2, "refused", .rejected), (3, "postponed", .unavailable), (4, "refused", .unauthorized),
      (5, "refused", .unauthorized), (77, "refused", .rejected),
    ] as [(UInt8, String, Fault.Kind)]) func theBrokersCodeDecides(_ code: UInt8, _ word: String, _ kind: Fault.Kind) async throws
  {
    let broker = try Broker(.answer([0x20, 2, 0, code]))
    let outcome = await send(broker.url)
    #expect(outcome.word == word && outcome.fault?.kind == kind && outcome.fault?.line.contains("(\(code))") == true, "\(outcome)")
    #expect(await packets(broker).map { $0[0] } == [0x10])
  }

  /// Whatever else a broker says, nothing is taken for delivered, and nothing is lost: the message never went out.
  @Test(
    arguments: [
      [0xE0, 0], [0x20, 0], [0x20, 2, 0], [0xD0, 0], [0x90, 3, 0, 1, 0], [0x20, 0xFF, 0xFF, 0xFF, 0xFF, 1],
      Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), [0, 0],
      [0x30, 8, 0, 1, 0x61, 1, 2, 3, 4, 5],
    ] as [[UInt8]]) func nonsenseIsNoDelivery(_ answer: [UInt8]) async throws
  {
    let broker = try Broker(.answer(answer))
    let outcome = await send(broker.url, timeout: .milliseconds(500))
    #expect(["postponed", "refused"].contains(outcome.word), "\(outcome)")
    #expect(await packets(broker).map { $0[0] } == [0x10])
  }

  @Test func whoSaysNothingIsAskedAgain() async throws {
    for (behaviour, kind) in [(Broker.Behaviour.hang, Fault.Kind.timeout), (.drop, .dropped)] {
      let broker = try Broker(behaviour)
      let start = ContinuousClock.now
      let outcome = await send(broker.url, timeout: .milliseconds(300))
      #expect(outcome.word == "postponed" && outcome.fault?.kind == kind, "\(behaviour): \(outcome)")
      #expect(ContinuousClock.now - start < .seconds(20))
    }
    let (fd, port) = try Socket.listen()
    close(fd)
    let outcome = await send("mqtt://127.0.0.1:\(port)")
    #expect(outcome.word == "postponed" && outcome.fault?.kind == .unreachable, "\(outcome)")
  }

  @Test func cancellationIsPrompt() async throws {
    let broker = try Broker(.hang)
    let task = Task { await send(broker.url, timeout: .seconds(60)) }
    try await Task.sleep(for: .milliseconds(100))
    let start = ContinuousClock.now
    task.cancel()
    let outcome = await task.value
    #expect(outcome.word == "postponed" && outcome.fault?.kind == .interrupted, "\(outcome)")
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  /// libcurl takes a part for the whole: all that is taken must go out, also to a broker that does not read for a while.
  @Test func theLargestMessageArrivesWhole() async throws {
    let broker = try Broker(.holding(Broker.welcome))
    let template: [String: Value] = ["body": .string("{{text}}"), "content_type": .string("text/plain")]
    var message = Samples.quiet
    message.text = Text(literal: String(repeating: "x", count: Publication.maximum - "ops/alerts".utf8.count))
    #expect(await send(broker.url, message, settings: template).word == "delivered")
    broker.release()
    let body = try await publication(broker).body
    #expect(body.count == Publication.maximum - 10 && body.allSatisfy { $0 == UInt8(ascii: "x") })
    message.text = Text(literal: String(repeating: "x", count: Publication.maximum - 9))
    let outcome = await send(broker.url, message, settings: template)
    #expect(outcome.word == "refused" && outcome.fault?.kind == .oversized, "\(outcome)")
  }

  @Test(arguments: ["a", "/a//b/", "a b/é/🎉", "../../x", "./a", "%41%00", "$share/x?y=1&z;@:", "{a}\\\"'<>^`|~"])
  func aTopicArrivesAsItIs(_ topic: String) async throws {
    let broker = try Broker()
    let outcome = await send(broker.url, topic: topic, settings: [:])
    #expect(outcome.word == "delivered", "\(outcome)")
    #expect(try await publication(broker).topic == topic)
    #expect(broker.packets.first?[9] == 2, "nobody logs in")
  }

  @Test(arguments: ["", "a/#", "+/b", "a\nb", "a\0b", String(repeating: "x", count: 65_536)])
  func noTopicForAMessage(_ topic: String) async throws {
    let broker = try Broker()
    let outcome = await send(broker.url, topic: topic)
    #expect(outcome.word == "refused" && outcome.fault?.kind == .misconfigured && broker.connections == 0, "\(outcome)")
    let kind = MQTTKind.kind(Engine())
    #expect(kind.checkTarget(Target(["topic": .string(topic)]), Values()).map(\.path) == [["topic"]])
  }

  @Test(
    arguments: [
      ("{{severity}}", "text/plain", "error"), ("{{title}}", "text/plain", "🔥 <!channel> down: *web-1*"),
      (#"{"on": "{{event.data.endpoint}}", "a": {{alert}}}"#, "application/json", #"{"on": "/pay", "a": "loud"}"#),
      ("{{event.data.nothing}}", "text/plain", ""),
    ]) func aBodyOfTheirOwn(_ template: String, _ type: String, _ text: String) async throws
  {
    let broker = try Broker()
    let outcome = await send(broker.url, settings: ["body": .string(template), "content_type": .string(type)])
    #expect(outcome.word == "delivered", "\(outcome)")
    let body = try await publication(broker).body
    #expect(String(decoding: body, as: UTF8.self) == text)
  }

  @Test(
    arguments: [
      (["url": .string("https://x")], [["url"]]), (["url": .string("mqtts://x")], [["url"]]),
      (["url": .string("mqtt://x/topic")], [["url"]]),
      (["url": .string("mqtt://u:p@x")], [["url"]]), (["password": .secret(Secret("p"))], [["password"]]), (["user": .string("u")], []),
      (["content_type": .string("text")], [["content_type"]]), (["body": .string("{{#a}}")], [["body"]]), ([:], []),
    ] as [([String: Value], [[String]])]) func mistakes(_ settings: [String: Value], _ paths: [[String]])
  {
    var values = Values(["url": .string("mqtt://broker.example.com:1883")])
    values.entries.merge(settings) { $1 }
    #expect(MQTTKind.kind(Engine()).check(values).map(\.path) == paths)
  }
}
