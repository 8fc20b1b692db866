import BellhopClient
import Foundation
import Logging
import Testing

/// What docs/apps.md shows compiles, and stands here line by line.
private func example() async throws {
  let bellhop = try BellhopClient(url: "https://bellhop.example.com", token: "the-token-of-a-sender")
  bellhop.post(type: "user.registered", subject: "ada@example.com", data: ["plan": "pro", "seats": 3])
  try await bellhop.send(type: "payment.failed", subject: "order 7", severity: .error, text: "The card was refused")
  LoggingSystem.bootstrap { label in
    MultiplexLogHandler([StreamLogHandler.standardError(label: label), BellhopLogHandler(label: label, client: bellhop, minimum: .error)])
  }
  let dropped = await bellhop.shutdown(within: .seconds(5))
  print(dropped)
}

@Suite struct ClientDocsTests {
  @Test func theDocsShowWhatCompiles() throws {
    let file = URL(filePath: #filePath)
    let root = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "docs/apps.md"), encoding: .utf8)
    let source = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let blocks = page.components(separatedBy: "```swift\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
    #expect(blocks.count == 1)
    for line in blocks.joined().split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) {
      #expect(source.contains(line), "docs/apps.md: \(line)")
    }
  }
}
