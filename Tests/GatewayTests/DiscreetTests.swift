import Bellhop
import Foundation
import Testing

@testable import Gateway

@Suite struct DiscreetTests {
  private struct Echo: Transport {
    let text: String
    let ends: @Sendable (Fault) -> Outcome
    func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome { ends(Fault(.rejected, text)) }
    func examine() async -> [String] { [text] }
  }

  private let values = Values([
    "token": .secret(Secret("xoxb-n33dle")), "password": .secret(Secret("s3cr3t-longer")), "short": .secret(Secret("abc")),
    "url": .secret(Secret("https://hooks.example.com/services/T0001/B0002/n33dlen33dle?key=n33dle-of-query")),
    "headers": .map([.init("Authorization", .secret(Secret("Bearer n33dle-of-header")))]), "name": .string("MyApp"),
    "list": .list([.secret(Secret("n33dle-in-list"))]),
  ])

  private func said(_ text: String, _ ends: @escaping @Sendable (Fault) -> Outcome = { .refused($0) }) async -> String {
    let event = Event(id: "1", sender: "s", source: "s", time: Timestamp(seconds: 1))
    let outcome = await Discreet.wrap(Echo(text: text, ends: ends), values).send(
      Message(id: "1", event: event), to: Target(), Attempt(at: Timestamp(seconds: 1)))
    if case .delivered(let receipt) = outcome { return receipt.note }
    return outcome.fault?.line ?? ""
  }

  /// Kinds hide their own secrets by themselves; this stands before all of them.
  @Test func everyTransportIsDiscreet() throws {
    let folder = NSTemporaryDirectory() + "bellhop-discreet-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let yaml = "transports: { a: { use: stdout }, b: { use: discord, url: 'https://discord.com/api/webhooks/1/x' } }\nunrouted: [a, b]\n"
    try Data(yaml.utf8).write(to: URL(filePath: folder + "/bellhop.yaml"))
    let ways = Assembly(try #require(Gateway.load(folder + "/bellhop.yaml").configuration)).roster.ways
    #expect(ways.count == 2 && ways["a"]?.transport is Discreet && ways["b"]?.transport is DiscreetRequests)
  }

  @Test(arguments: [
    ("it said xoxb-n33dle.", "it said •••."), ("s3cr3t-longer and s3cr3t-longer", "••• and •••"),
    ("no such hook: https://hooks.example.com/services/T0001/B0002/n33dlen33dle?key=n33dle-of-query", "no such hook: •••"),
    ("not found: /services/T0001/B0002/n33dlen33dle?key=n33dle-of-query", "not found: •••"),
    ("hook n33dlen33dle is gone", "hook ••• is gone"),
    ("bad key n33dle-of-query", "bad key •••"), ("n33dle-of-header is expired", "••• is expired"), ("n33dle-in-list?", "•••?"),
    // Words that no secret of ours is.
    ("MyApp says abc to services", "MyApp says abc to services"),
  ])
  func echoesAreHidden(text: String, shown: String) async {
    #expect(await said(text) == shown)
    #expect(await said(text) { .unclear($0) } == shown)
    #expect(await said(text) { .postponed($0) } == shown)
    #expect(await said(text) { .delivered(Receipt(note: $0.line)) } == shown)
    #expect(await Discreet.wrap(Echo(text: text) { .refused($0) }, values).examine() == [shown])
  }

  /// What the courier needs later goes through as it is.
  @Test func whatAVendorGaveOfAMessageStays() async {
    let receipt = Receipt(id: "15.2", anchor: "C1/15.2", note: "a note that is long enough to be looked at", state: .folded)
    let attempt = Attempt(at: Timestamp(seconds: 0))
    let event = Event(id: "1", sender: "s", source: "s", time: Timestamp(seconds: 0))
    let wrapped = Discreet.wrap(Echo(text: "ok") { _ in .delivered(receipt) }, values)
    #expect(await wrapped.send(Message(id: "1", event: event, role: "ops"), to: Target(), attempt) == .delivered(receipt))
  }
}
