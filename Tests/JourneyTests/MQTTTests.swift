import Bellhop
import Foundation
import Loopback
import Testing

/// Messages for a real broker, and for those who listen there.
@Suite(.serialized) struct MQTTJourneys {
  private func yaml(_ broker: Mosquitto, password: String = Mosquitto.password) -> String {
    """
    server: { listen: "127.0.0.1:0" }
    transports:
      home: { use: mqtt, url: "\(broker.url)", user: gw, password: "\(password)", retry: { first: 100ms, max: 500ms } }
      lamp: { use: mqtt, url: "\(broker.url)", user: gw, password: "\(password)", body: "{{severity}}: {{text}}", content_type: text/plain, retry: { first: 100ms, max: 500ms } }
    channels: { desk: { lamp: { topic: lamps/2 } } }
    roles:
      devops: [ { match: { type: "disk.*" }, to: { home: { topic: "teams/{{data.team}}/ü", only: ["teams/*/ü"] } }, text: "**{{subject}}** is full" } ]
      office: [ { match: { type: "*.*" }, to: { lamp: { topic: lamps/1 } }, text: '"{{subject}}"' } ]
      nobody: [ { match: { type: "locked.*" }, to: { lamp: { topic: locked/door } }, text: "open" } ]
    """
  }

  private func post(_ gateway: RunningGateway, _ ids: Range<Int>, _ type: String = "disk.full") async {
    #expect(
      await gateway.post(
        ids.map {
          [
            "type": .string(type), "id": .string("\(type)\($0)"), "subject": .string("web-\($0)"), "severity": "error",
            "data": ["team": "a b"],
          ]
        }))
  }

  @Test func whoListensHearsIt() async throws {
    let broker = try await Mosquitto()
    try await broker.start()
    let (all, lamps) = (try await broker.listen("teams/#"), try await broker.listen("lamps/+"))
    let folder = try Folder()
    try folder.write(yaml(broker))
    let gateway = try await RunningGateway.start(folder)
    await post(gateway, 0..<5)
    #expect(try await eventually { try await gateway.deliveries("delivered").count == 10 }, "\(gateway.log)")
    #expect(await eventually { all().count == 5 && lamps().count == 5 }, "\(all()) \(lamps())")
    for (number, line) in all().enumerated() {
      let prefix = "teams/a b/ü "
      let json = try JSON(parsing: String(line.dropFirst(prefix.count)))
      #expect(line.hasPrefix(prefix) && json["text"]?.string == "web-\(number) is full", "\(line)")
      #expect(
        json["event"]?["id"]?.string == "disk.full\(number)" && json["role"]?.string == "devops" && json["severity"]?.string == "error")
    }
    #expect(lamps() == (0..<5).map { "lamps/1 error: \"web-\($0)\"" }, "\(lamps())")
    let told = try await gateway.deliveries("delivered").first?["attempts"]?.array
    #expect(told?.count == 1 && told?.first?["line"]?.string == "handed to 127.0.0.1:\(broker.port)")
    #expect(try await Binary.run(["ring", "desk", "--config", folder.config]).status == 0)
    #expect(await eventually { lamps().count == 6 }, "\(lamps())")
    #expect(await gateway.stop() == 0)
  }

  /// What waits while the broker is away arrives once and in order when it is back.
  @Test func aBrokerThatIsDownGetsItLater() async throws {
    let broker = try await Mosquitto()
    try await broker.start()
    let lamps = try await broker.listen("lamps/+")
    broker.end()
    let folder = try Folder()
    try folder.write(yaml(broker))
    let gateway = try await RunningGateway.start(folder)
    await post(gateway, 0..<12, "lamp.on")
    func line() async throws -> String { try await gateway.deliveries("waiting").last?["attempts"]?.array?.last?["line"]?.string ?? "" }
    #expect(try await eventually { try await line().contains("connection refused by 127.0.0.1:\(broker.port)") })
    try await broker.start()
    #expect(try await eventually { try await gateway.deliveries("delivered").count == 12 }, "\(gateway.log)")
    #expect(await eventually { lamps().count == 12 }, "\(lamps())")
    #expect(lamps() == (0..<12).map { "lamps/1 error: \"web-\($0)\"" }, "\(lamps())")
    #expect(await gateway.stop() == 0)
  }

  @Test func aWrongPasswordIsNamed() async throws {
    let broker = try await Mosquitto()
    try await broker.start()
    let folder = try Folder()
    try folder.write(yaml(broker, password: "n33dle-wrong"))
    let gateway = try await RunningGateway.start(folder)
    await post(gateway, 0..<1, "lamp.on")
    #expect(try await eventually { try await gateway.deliveries("dead").count == 1 }, "\(gateway.log)")
    let dead = try #require(try await gateway.deliveries("dead").first)
    #expect(dead["fault"]?.string == "unauthorized" && dead["note"]?.string?.contains("check user and password") == true, "\(dead.text)")
    #expect(!dead.text.contains("n33dle") && !gateway.log.contains("n33dle"))
    // Mended, it is given a second chance.
    let lamps = try await broker.listen("#")
    try folder.write(yaml(broker))
    #expect(try await Binary.run(["reload", "--config", folder.config]).status == 0)
    #expect(try await Binary.run(["dead", "retry", "--all", "--config", folder.config]).status == 0)
    #expect(await eventually { lamps() == ["lamps/1 error: \"web-0\""] }, "\(lamps())")
    // As docs/transports/mqtt.md says: for a topic of which this user has no right to speak, it is dropped without a word.
    await post(gateway, 0..<1, "locked.door")
    #expect(await eventually { broker.log.contains("Denied PUBLISH") && broker.log.contains("locked/door") }, "\(broker.log)")
    #expect(try await eventually { try await gateway.deliveries("delivered").count == 3 }, "\(gateway.log)")
    #expect(await eventually { lamps().count == 2 } && !lamps().contains { $0.hasPrefix("locked/") }, "\(lamps())")
    #expect(await gateway.stop() == 0)
  }
}
