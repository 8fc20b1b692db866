import Bellhop
import Curl
import Exec
import Foundation
import GatewayWire
import Glibc
import Loopback
import MQTT
import Stdout
import Testing

@testable import Bell
@testable import Email
@testable import Remote

private typealias Rings = Bell.RingPattern

/// The exact request of each kind for a loud error and a quiet info of hostile text. `BELLHOP_RECORD=1` writes the files anew.
@Suite struct GoldenTests {
  private static let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Golden"

  private func compare(_ text: String, with name: String) throws {
    let path = "\(Self.folder)/\(name).txt"
    if getenv("BELLHOP_RECORD") != nil {
      let file = try #require(fopen(path, "w"))
      fputs(text, file)
      fclose(file)
      return
    }
    let fd = open(path, O_RDONLY)
    try #require(fd >= 0, "no golden file \(name): run with BELLHOP_RECORD=1 and read what it writes")
    defer { close(fd) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(fd, &block, block.count), count > 0 { bytes += block.prefix(count) }
    let expected = String(decoding: bytes, as: UTF8.self)
    if text != expected {
      let lines = zip(text.split(separator: "\n"), expected.split(separator: "\n")).first { $0 != $1 }
      Issue.record("\(name) differs; now: \(lines?.0 ?? "longer or shorter")\nbefore: \(lines?.1 ?? "")")
    }
  }

  static let cases = Subject.http.flatMap { subject in [(subject, "loud"), (subject, "quiet")] }

  @Test(arguments: cases) func requests(_ subject: Subject, _ name: String) async throws {
    let engine = Engine()
    let accepts = try #require(subject.accepts)
    let server = try LoopbackServer.start { _ in accepts }
    let attempt = Attempt(number: 2, at: Samples.time, replyTo: name == "loud" ? "1503435956.000247" : nil)
    _ = await subject.transport(server.url, engine).send(name == "loud" ? Samples.loud : Samples.quiet, to: subject.target, attempt)
    await engine.close()
    let request = try #require(server.requests.first)
    var text = "\(request.method) \(request.path)\n"
    for header in request.headers
    where !["host", "content-length", "user-agent", "accept", "accept-encoding"].contains(header.name.lowercased()) {
      text += "\(header.name): \(header.value)\n"
    }
    try compare(text + "\n\(request.text)\n", with: "\(subject.name)-\(name)")
  }

  @Test(arguments: ["loud", "quiet"]) func rings(_ name: String) throws {
    let pattern = try #require(Rings([.milliseconds(80), .milliseconds(300), .milliseconds(80)]))
    let phases = Bell.Printer.phases(name == "loud" ? Samples.loud : Samples.quiet, pattern)
    try compare((phases.map(Bell.Printer.note) ?? "no sound") + "\n", with: "bell-\(name)")
  }

  @Test(arguments: ["loud", "quiet"]) func relayed(_ name: String) throws {
    let message = Relayed(name == "loud" ? Samples.loud : Samples.quiet, age: .seconds(3))
    let event = String(decoding: Remote.Printer.event(message), as: UTF8.self)
    let lines = event.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 4 && !event.contains("\r"), "text of any kind stays within its line")
    let back = Relayed(json: try JSON(parsing: Array(lines[1].dropFirst("data: ".count).utf8)))
    #expect(back?.arrived() == message.arrived() && back?.rendering == message.rendering, "it arrives as it was sent")
    try compare(event, with: "remote-\(name)")
  }

  @Test(arguments: ["loud", "quiet"]) func mails(_ name: String) throws {
    let from = try #require(MailAddress("Bellhop <bellhop@example.com>"))
    let to = try #require(MailAddress("oncall@example.com"))
    let message = name == "loud" ? Samples.loud : Samples.quiet
    let mail = String(decoding: Email.Printer(message: message, from: from, to: to, at: Samples.time).mail, as: UTF8.self)
    #expect(!mail.replacing("\r\n", with: "").contains("\n"))
    try compare(mail.replacing("\r\n", with: "\n"), with: "email-\(name)")
  }

  @Test(arguments: ["loud", "quiet"]) func publications(_ name: String) async throws {
    let engine = Engine()
    let broker = try Broker()
    let values = Values(["url": .string(broker.url)])
    let message = name == "loud" ? Samples.loud : Samples.quiet
    let attempt = Attempt(number: 2, at: Samples.time)
    let outcome = await MQTTKind.kind(engine).make(values).send(message, to: Target(["topic": "ops/alerts"]), attempt)
    await engine.close()
    #expect(outcome.word == "delivered")
    while broker.connections == 0 { try await Task.sleep(for: .milliseconds(2)) }
    let (topic, body) = try #require(broker.packets.lazy.compactMap(MQTTTests.publication).first)
    try compare("\(topic)\n\n\(String(decoding: body, as: UTF8.self))\n", with: "mqtt-\(name)")
  }

  @Test(arguments: ["loud", "quiet"]) func input(_ name: String) async throws {
    let file = NSTemporaryDirectory() + "bellhop-golden-\(UInt32.random(in: 0...UInt32.max))"
    defer { unlink(file) }
    let values = Values(["command": .list(["/bin/sh", "-c", "cat > \(file)"].map(Value.string))])
    let outcome = await ExecKind.kind().make(values).send(
      name == "loud" ? Samples.loud : Samples.quiet, to: Target(["args": ["x"]]), Attempt(number: 2, at: Samples.time))
    #expect(outcome.word == "delivered")
    try compare(String(contentsOfFile: file, encoding: .utf8), with: "exec-\(name)")
  }

  @Test(arguments: ["lines", "json"], ["loud", "quiet"]) func lines(_ format: String, _ name: String) async throws {
    let pipe = Pipe()
    pipe.resize(1 << 18)
    defer { pipe.closeRead() }
    let values = Values(["format": .string(format), "color": .string(name == "loud" ? "yes" : "no")])
    let transport = StdoutKind.kind(Sink(fileDescriptor: pipe.write)).make(values)
    let outcome = await transport.send(name == "loud" ? Samples.loud : Samples.quiet, to: Target(), Attempt(at: Samples.time))
    pipe.closeWrite()
    #expect(outcome.word == "delivered")
    try compare(pipe.drain(), with: "stdout-\(format)-\(name)")
  }
}
