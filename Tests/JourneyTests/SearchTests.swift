import Bellhop
import Foundation
import Testing

/// The built gateway's search: across a crash, and after somebody is forgotten.
@Suite(.serialized) struct SearchJourneys {
  private static let configuration = """
    server: { listen: "127.0.0.1:0" }
    transports: { log: { use: stdout } }
    roles:
      finance: [{ name: money, match: { type: "payment.*" }, to: log }]
      growth: [{ match: { type: "user.*" }, to: log }]
    """

  private func bellhop(_ folder: Folder, _ arguments: String...) async throws -> Binary.Ended {
    try await Binary.run(arguments + ["--config", folder.config])
  }

  private func ids(_ folder: Folder, _ filter: String) async throws -> [String] {
    let ended = try await bellhop(folder, "search", filter, "--json", "--limit", "5000")
    #expect(ended.status == 0, "\(ended)")
    return try ended.out.split(separator: "\n").map { try JSON(parsing: Array($0.utf8))["id"]?.string ?? "" }
  }

  private func behind(_ gateway: RunningGateway) async -> Int? {
    guard case .string(let text)? = try? await gateway.ask("GET", "/metrics").json else { return nil }
    return text.firstMatch(of: /\nbellhop_search_behind_events (\d+)/).flatMap { Int($0.1) }
  }

  /// Which of the words stand in any file of the store, the log aside.
  private func found(_ words: [String], _ folder: Folder) throws -> [String] {
    let store = folder.path + "/data"
    var bytes = Data()
    for case let name as String in FileManager.default.enumerator(atPath: store) ?? .init() {
      if let more = FileManager.default.contents(atPath: "\(store)/\(name)") { bytes += more }
    }
    return words.filter { bytes.range(of: Data($0.utf8)) != nil }
  }

  @Test func acrossACrashAndAForgetting() async throws {
    let folder = try Folder()
    try folder.write(Self.configuration)
    var gateway = try await RunningGateway.start(folder)
    func lines(_ range: Range<Int>) -> String {
      range.map { number in
        number % 4 == 0
          ? #"{"id":"p\#(number)","type":"payment.failed","subject":"\#(number % 8 == 4 ? "quentin" : "xaver")@example.com","data":{"amount":\#(number)}}"#
          : #"{"id":"u\#(number)","type":"user.registered","subject":"bert","text":"Zoë Nummer-\#(number)"}"#
      }.joined(separator: "\n")
    }
    #expect(await gateway.post(body: lines(0..<900)))
    #expect(await eventually { await behind(gateway) == 0 })
    #expect(await gateway.post(body: lines(900..<1_800)))
    await gateway.kill()
    gateway = try await RunningGateway.start(folder)
    #expect(try await ids(folder, "zoe").count == 1_350)
    #expect(try await ids(folder, "\"zoe nummer 1799\"") == ["u1799"])
    #expect(try await ids(folder, "quentin@example.com data.amount>1700").count == 12)
    #expect(try await ids(folder, "role:finance since:1h pay* -xaver").count == 225)
    #expect(await eventually { await behind(gateway) == 0 })
    #expect(try await ids(folder, "zoe").count == 1_350)

    let words = ["quentin@example.com", "quentin"]
    #expect(try found(words, folder) == words)
    let forgotten = try await bellhop(folder, "forget", "--subject", "quentin@example.com", "--yes")
    #expect(forgotten.status == 0 && forgotten.out.contains("225 events"), "\(forgotten)")
    #expect(try found(words, folder) == [])
    #expect(await eventually { await behind(gateway) == 0 })
    #expect(try found(words, folder) == [])
    #expect(try await ids(folder, "quentin").isEmpty)
    #expect(try await ids(folder, "xaver type:payment.failed").count == 225)
    #expect(await gateway.stop() == 0)
    #expect(try found(words, folder) == [])
  }

  @Test func theCommand() async throws {
    let folder = try Folder()
    try folder.write(Self.configuration)
    let gateway = try await RunningGateway.start(folder)
    let empty = try await bellhop(folder, "search")
    #expect(empty.status == 0 && empty.out.contains("bellhop send"))
    #expect(
      await gateway.post(body: (0..<1_200).map { #"{"id":"e\#($0)","type":"payment.ok","text":"=1+\#($0)"}"# }.joined(separator: "\n"))
        == false)
    for part in 0..<2 {
      let lines = (part * 600..<part * 600 + 600).map { #"{"id":"e\#($0)","type":"payment.ok","text":"=1+\#($0)"}"# }
      #expect(await gateway.post(body: lines.joined(separator: "\n")))
    }
    let wrong = try await bellhop(folder, "search", "tpye:a")
    #expect(wrong.status == 1 && wrong.err.contains("did you mean type?") && wrong.err.contains("    tpye:a\n    ^^^^"), "\(wrong)")
    let page = try await bellhop(folder, "search", "payment")
    #expect(page.status == 0 && page.out.split(separator: "\n").count == 51 && page.err.hasPrefix("Searched back to "), "\(page.err)")
    let none = try await bellhop(folder, "search", "nothing", "-e5")
    #expect(none.status == 0 && none.out.contains("fail*"), "\(none)")
    let file = folder.path + "/out.csv"
    let exported = try await bellhop(folder, "search", "payment", "-e5", "--export", "csv", "--output", file)
    #expect(exported.status == 0 && exported.err == "Exported 1199 events to \(file); searched all there is.\n", "\(exported)")
    let lines = try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "\r\n")
    #expect(lines.count == 1_201 && lines[1].contains(#","'=1+1199","#) || lines[1].contains(#""'=1+1199""#), "\(lines[1])")
    let again = try await bellhop(folder, "search", "--export", "csv", "--output", file)
    #expect(again.status == 1 && again.err.contains("is already there"))
    let piped = try await bellhop(folder, "search", "--export", "ndjson", "--limit", "7")
    #expect(piped.out.split(separator: "\n").count == 7)
    let streamed = try await gateway.answer("GET", "/v1/events?format=ndjson&q=payment")
    #expect(streamed.status == 200 && streamed.body.count { $0 == 10 } == 1_200)
    #expect(await gateway.stop() == 0)
  }
}
