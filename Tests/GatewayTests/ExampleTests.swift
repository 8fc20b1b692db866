import Bellhop
import Dispatch
import Foundation
import Settings
import Testing

@testable import Gateway

/// Whatever is printed as an example can be pasted.
@Suite struct ExampleTests {
  /// What every file is that an example names.
  private static let certificate = "-----BEGIN CERTIFICATE-----"

  private static let kinds = allKinds(Gateway.engine)

  /// What is wrong with a configuration, at or below a path.
  private func wrong(_ yaml: String, at path: String) -> [String] {
    let read = { (path: String) throws(FileError) -> [UInt8] in Array((path == "b.yaml" ? yaml : Self.certificate).utf8) }
    do throws(Mistakes) {
      _ = try Configuration.load(path: "b.yaml", kinds: Self.kinds, environment: { _ in nil }, readFile: read, unset: .unknown)
      return []
    } catch {
      // Examples of a kind need not fit each other: only what is said about this one counts, and what is no YAML.
      return error.all.filter { !$0.isWarning && !$0.problem.contains("beside it") && ($0.path.isEmpty || $0.path.hasPrefix(path)) }
        .map { "\($0)" }
    }
  }

  /// The lines `for example: …` of a manual, before and after its target begins.
  private func examples(_ kind: String) throws -> (settings: [Substring], target: [Substring]) {
    let manual = try #require(Gateway.transports(kind))
    let parts = manual.components(separatedBy: "\nTarget (")
    func lines(_ text: String) -> [Substring] {
      text.split(separator: "\n").compactMap { line in line.firstRange(of: "for example: ").map { line[$0.upperBound...] } }
    }
    return (lines(parts[0]), lines(parts[1]))
  }

  @Test(arguments: kinds.map(\.name)) func manuals(kind: String) throws {
    let (settings, target) = try examples(kind)
    for example in settings {
      let key = example.prefix { $0 != ":" }
      let yaml = "transports:\n  x:\n    use: \(kind)\n    \(example)\nunrouted: x\n"
      #expect(wrong(yaml, at: "transports.x.\(key)") == [], "\(example)")
      #expect(wrong("transports: { x: { use: \(kind), \(example) } }\nunrouted: x\n", at: "transports.x.\(key)") == [], "\(example)")
    }
    let required = Self.kinds.first { $0.name == kind }?.settings.filter(\.required).map { ", \(Example.setting($0))" }.joined() ?? ""
    for example in target {
      let key = example.prefix { $0 != ":" }
      let yaml = "transports: { x: { use: \(kind)\(required) } }\nchannels: { c: { x: { \(example) } } }\nunrouted: c\n"
      #expect(wrong(yaml, at: "channels.c.x.\(key)") == [] && wrong(yaml, at: "channels.c.x.only") == [], "\(example)")
    }
  }

  /// What mistakes give as an example is right in the file at hand.
  @Test func hints() throws {
    func hint(_ yaml: String) throws -> String {
      let read = { (path: String) throws(FileError) -> [UInt8] in Array((path == "b.yaml" ? yaml : Self.certificate).utf8) }
      do throws(Mistakes) { _ = try Configuration.load(path: "b.yaml", kinds: Self.kinds, readFile: read) } catch {
        let hint = try #require(error.all.compactMap(\.hint).first { $0.hasPrefix("for example ") }, "\(error)")
        return String(hint.dropFirst(12).prefix { $0 != "\n" }.split(separator: ", or ")[0])
      }
      return ""
    }
    let head = "transports: { log: { use: stdout }, chat: { use: slack, token: x }, sms: { use: mqtt, url: \"mqtt://h\" } }\n"
    let row = try hint(head + "roles: { ops: [ { match: { type: a } } ] }")
    #expect(wrong(head + "roles: { ops: [ { match: { type: a }, \(row) } ] }", at: "roles.ops[0].to") == [] || row == "to: chat", "\(row)")
    let expect = try hint(head + "roles: { ops: [ { to: log } ] }\ntests: [ { event: { type: a } } ]")
    #expect(wrong(head + "roles: { ops: [ { to: log } ] }\ntests: [ { event: { type: a }, \(expect) } ]", at: "tests") == [], "\(expect)")
    for (field, value, kind) in [("channel", "\"{{data.c}}\"", "chat"), ("topic", "\"shops/{{data.s}}\"", "sms")] {
      let only = try hint(head + "unrouted: { \(kind): { \(field): \(value) } }")
      #expect(wrong(head + "unrouted: { \(kind): { \(field): \(value), \(only) } }", at: "unrouted") == [], "\(only)")
    }
    let topic = try hint(head + "unrouted: { sms: {} }")
    #expect(wrong(head + "unrouted: { sms: { \(topic) } }", at: "unrouted") == [], "\(topic)")
    // The word itself is told where the key is not there.
    #expect(wrong(head + "unrouted: { chat: {} }", at: "unrouted.chat.channel").count == 1)
  }

  /// Those of the schema are values of the shape that it asks for.
  @Test(arguments: kinds.map(\.name)) func schema(kind: String) throws {
    let schemas = Schema.document(kinds: Self.kinds)["properties"]?["transports"]?["additionalProperties"]?["oneOf"]?.array ?? []
    let properties = try #require(schemas.first { $0["properties"]?["use"]?["const"]?.string == kind }?["properties"]?.object)
    for member in properties.members {
      for example in member.value["examples"]?.array ?? [] {
        let yaml = "transports: { x: { use: \(kind), \(member.key): \(example.text) } }\nunrouted: x\n"
        #expect(wrong(yaml, at: "transports.x.\(member.key)") == [], "\(member.key): \(example.text)")
      }
    }
  }
}

@Suite struct PatientLoadingTests {
  /// A file that does not answer keeps its own reader waiting, and nobody else.
  @Test func whatHangsIsToldAndLeft() async {
    let gate = DispatchSemaphore(value: 0)
    let loading = PatientLoading(limit: .milliseconds(50)) { path in
      if path == "hangs" { gate.wait() }
      return Loaded(found: [], folder: path, unknown: [], configuration: nil)
    }
    guard case .hangs = await loading.load("hangs") else { return #expect(Bool(false)) }
    guard case .underWay = await loading.load("fine") else { return #expect(Bool(false)) }
    gate.signal()
    while true {
      if case .read(let loaded) = await loading.load("fine") {
        #expect(loaded.folder == "fine")
        return
      }
      await Task.yield()
    }
  }
}
