import Bellhop
import Curl
import Exec
import Foundation
import GatewayWire
import Loopback
import MQTT
import Stdout
import Testing

@testable import Bell
@testable import Email
@testable import Remote

private typealias BellRings = Bell.RingPattern

/// `docs/alerts.md` says for every kind what loud, normal and quiet become; here each cell is held against what is sent.
@Suite struct AlertTests {
  private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  /// The cells of the table by kind, in the order of loud, normal and quiet.
  private static let table: [String: [String]] = {
    let text = (try? String(contentsOfFile: "\(root)/docs/alerts.md", encoding: .utf8)) ?? ""
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
      line.dropFirst().dropLast().split(separator: " | ", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }
    }
    return Dictionary(rows.map { row in (String(row[0].dropFirst().dropLast()), row.dropFirst().map(trimmed)) }) { first, _ in first }
  }()

  private static func trimmed(_ text: Substring) -> String {
    String(text.reversed().drop { $0 == " " }.reversed())
  }

  /// What stands in backticks in a cell: it is what is sent, word for word.
  private static func said(_ cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { !$0.offset.isMultiple(of: 2) }.map {
      String($0.element)
    }
  }

  private static func message(_ alert: Alert) -> Message {
    var message = Samples.message(alert, .error, text: "The shop is down.")
    message.title = Text(literal: "Trouble")
    message.page = "https://bellhop.example.com/events/42"
    return message
  }

  private static let subjects =
    ["stdout", "webhook", "slack-token", "email", "mqtt", "bell", "exec", "remote"]
    .compactMap { name in Subject.own.first { $0.name == name } } + Subject.pages

  private static func kind(_ subject: Subject) -> String { subject.name == "slack-token" ? "slack" : subject.name }

  @Test func everyKindStandsInIt() {
    #expect(Self.subjects.count > 50)
    #expect(Set(Self.table.keys) == Set(Self.subjects.map(Self.kind)))
    #expect(Set(Self.subjects.map(\.folder)).count == 9, "a folder in Plugins has no row")
    for (kind, cells) in Self.table { #expect(cells.count == 3 && !cells.contains(""), "\(kind): \(cells)") }
  }

  @Test(arguments: subjects) func everyLevelIsWhatIsSent(_ subject: Subject) async throws {
    let cells = try #require(Self.table[Self.kind(subject)])
    let alerts: [Alert] = [.loud, .normal, .quiet]
    let accepts = subject.accepts
    let server = try LoopbackServer.start { _ in accepts ?? .ok }
    let engine = Engine()
    var sent: [String] = []
    for alert in alerts { sent.append(try await send(subject, Self.message(alert), server, engine)) }
    await engine.close()
    server.stop()
    for (index, cell) in cells.enumerated() {
      for word in Self.said(cell) {
        for (other, text) in sent.enumerated() {
          let stands = text.contains(word)
          #expect(
            stands == Self.said(cells[other]).contains(word), "\(alerts[other]): \(word) \(stands ? "is" : "is not") in\n\(text)")
        }
      }
      for other in (index + 1)..<max(3, index + 1) {
        let (left, right) = (alerts[index], alerts[other])
        #expect((cells[index] == cells[other]) == (sent[index] == sent[other]), "\(left) and \(right):\n\(sent[index])\n\(sent[other])")
      }
    }
  }

  /// All that leaves the gateway, but for what tells two requests of one message apart.
  private func send(_ subject: Subject, _ message: Message, _ server: LoopbackServer, _ engine: Engine) async throws -> String {
    let attempt = Attempt(at: Samples.time)
    switch subject.name {
    case "bell":
      let pattern = try #require(BellRings([.milliseconds(80)]))
      return Bell.Printer.phases(message, pattern).map(Bell.Printer.note) ?? "no sound"
    case "email":
      let address = try #require(MailAddress("oncall@example.com"))
      return String(decoding: Email.Printer(message: message, from: address, to: address, at: Samples.time).mail, as: UTF8.self)
    case "remote": return String(decoding: Remote.Printer.event(Relayed(message, age: .zero)), as: UTF8.self)
    case "stdout":
      let pipe = Pipe()
      defer { pipe.closeRead() }
      let values = Values(["format": .string("lines"), "color": .string("no")])
      _ = await StdoutKind.kind(Sink(fileDescriptor: pipe.write)).make(values).send(message, to: Target(), attempt)
      pipe.closeWrite()
      return pipe.drain()
    case "exec":
      let file = NSTemporaryDirectory() + "bellhop-alert-\(UInt32.random(in: 0...UInt32.max))"
      defer { unlink(file) }
      let values = Values(["command": .list(["/bin/sh", "-c", "cat > \(file)"].map(Value.string))])
      _ = await ExecKind.kind().make(values).send(message, to: Target(), attempt)
      return try String(contentsOfFile: file, encoding: .utf8)
    case "mqtt":
      let broker = try Broker()
      _ = await MQTTKind.kind(engine).make(Values(["url": .string(broker.url)])).send(message, to: Target(["topic": "ops"]), attempt)
      while broker.connections == 0 { try await Task.sleep(for: .milliseconds(2)) }
      let (topic, body) = try #require(broker.packets.lazy.compactMap(MQTTTests.publication).first)
      return "\(topic)\n\(String(decoding: body, as: UTF8.self))"
    default:
      _ = await subject.transport(server.url, engine).send(message, to: subject.target, attempt)
      let request = try #require(server.requests.last)
      let heads = request.headers.filter {
        let name = $0.name.lowercased()
        return !["host", "content-length", "user-agent", "accept", "accept-encoding"].contains(name) && !name.hasSuffix("-signature")
      }
      return ([request.path] + heads.map { "\($0.name): \($0.value)" } + [request.text]).joined(separator: "\n")
    }
  }
}
