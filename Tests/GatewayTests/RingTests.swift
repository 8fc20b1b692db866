import Bellhop
import Foundation
import Testing

@testable import Gateway

/// `bellhop ring` without a gateway.
@Suite struct RingTests {
  private func loaded() throws -> Loaded {
    let folder = NSTemporaryDirectory() + "bellhop-ring-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let yaml = """
      transports:
        log: { use: stdout }
        note: { use: exec, command: ["true"] }
        bell: { use: bell, line: 17 }
      channels: { quiet: { note: {} }, both: { note: {}, log: {} } }
      unrouted: quiet
      """
    try yaml.write(toFile: "\(folder)/bellhop.yaml", atomically: true, encoding: .utf8)
    return Gateway.load("\(folder)/bellhop.yaml")
  }

  /// Who rings a log does not take hold of the bell's line.
  @Test func onlyWhatIsRungIsMade() async throws {
    let configuration = try #require(try loaded().configuration)
    for (name, transports) in [("note", ["note"]), ("quiet", ["note"]), ("both", ["log", "note"]), ("nobody", [])] {
      let assembly = Assembly(configuration, only: Gateway.reached(by: name, configuration))
      #expect(assembly.roster.ways.keys.sorted() == transports)
    }
    #expect(Assembly(configuration, only: ["log"]).roster.directory.transports == ["log", "note", "bell"])
  }

  @Test func whatIsThereIsNamed() async throws {
    let rung = await Gateway.ring(try loaded(), name: "quiet", text: nil)
    #expect(rung["rung"]?.array?.first?["outcome"] == "delivered", "\(rung)")
    let answer = await Gateway.ring(try loaded(), name: "nobody", text: nil)
    #expect(answer["error"] == "there is no channel or transport \"nobody\"; there are: both, quiet, bell, log, note")
  }
}
