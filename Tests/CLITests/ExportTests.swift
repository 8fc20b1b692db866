import Bellhop
import Curl
import Foundation
import Testing

@testable import CLI

@Suite struct ExportTests {
  private func client(_ answers: [JSON]) -> Client {
    let answers = Guarded(answers)
    return Client(path: "b.yaml", socket: "/nonexistent/bellhop.sock", mistakes: []) { _ in
      answers.withLock { answers in
        answers.isEmpty
          ? .failed(Fault(.unreachable, "no more answers"), sent: false)
          : .response(Response(status: 200, body: answers.removeFirst().bytes))
      }
    }
  }

  private static let pages: [JSON] = [
    ["events": [["sequence": 9, "type": "a", "text": "=1+1"]], "next": "9", "searched_back_to": "2026-11-23T09:30:00Z"],
    ["events": [], "next": "5", "searched_back_to": "2026-11-22T09:30:00Z"],
    ["events": [["sequence": 2, "type": "b", "text": "say \"hi\", you"]]],
  ]

  @Test(arguments: [
    (
      ExportFormat.csv,
      "sequence,received,time,severity,type,subject,sender,source,id,fate,text,data\r\n9,,,,a,,,,,,\"'=1+1\",\r\n2,,,,b,,,,,,\"say \"\"hi\"\", you\",\r\n"
    ), (.ndjson, "{\"sequence\":9,\"type\":\"a\",\"text\":\"=1+1\"}\n{\"sequence\":2,\"type\":\"b\",\"text\":\"say \\\"hi\\\", you\"}\n"),
  ])
  func allPagesAreWritten(form: ExportFormat, text: String) async throws {
    let path = NSTemporaryDirectory() + "bellhop-export-\(UInt32.random(in: 0...UInt32.max))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let sink = try ExportSink(path)
    let told = try await ExportRun(client(Self.pages), [], form, limit: nil).run(to: sink)
    try sink.close()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    #expect(told == "Exported 2 events to \(path); searched all there is.")
    // What is there stays.
    #expect(throws: CommandEnd.self) { try ExportSink(path) }
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func halfAnExportIsTakenAway() async throws {
    let path = NSTemporaryDirectory() + "bellhop-export-\(UInt32.random(in: 0...UInt32.max))"
    let sink = try ExportSink(path)
    await #expect(throws: CommandEnd.self) { try await ExportRun(client(Array(Self.pages.prefix(1))), [], .csv, limit: nil).run(to: sink) }
    sink.abandon()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func theBarTellsHowFarItIs() {
    #expect(ExportRun.share(5, of: 10, nil, nil) == 0.5 && ExportRun.share(5, of: .max, nil, nil) == nil)
    #expect(ExportRun.share(5, of: .max, 1, 11) == 1 && ExportRun.share(5, of: .max, 6, 11) == 0.5)
    #expect(ExportRun.bar(0.5, 7, "then") == "[############............] 50 %, 7 events, back to then")
    #expect(ExportRun.bar(nil, 1, "then") == "1 event, back to then")
  }
}
