import Bellhop
import Foundation
import Senders
import Testing

/// What apps really send, line by line: what must be hidden, and what must stay. The figures stand in docs/redaction.md:
/// `swift test --filter SendersTests.CorpusTests` prints them.
@Suite struct CorpusTests {
  @Test func whatMustBeHiddenIsHidden() throws {
    let lines = try lines("hidden.txt")
    var leaks: [String] = []
    for line in lines {
      let secrets = line.split(separator: "⟦", omittingEmptySubsequences: false).dropFirst().compactMap {
        $0.split(separator: "⟧", omittingEmptySubsequences: false).first
      }
      #expect(!secrets.isEmpty, "no secret is marked in \(line)")
      let kept = try printed(line.filter { $0 != "⟦" && $0 != "⟧" })
      if secrets.contains(where: { kept.contains($0) }) { leaks.append("\(line)  →  \(kept)") }
    }
    print("redaction: hidden \(lines.count - leaks.count) of \(lines.count) that must be")
    #expect(lines.count >= 250 && leaks.isEmpty, "\(leaks.count):\n\(leaks.joined(separator: "\n"))")
  }

  @Test func whatMustStayStays() throws {
    let lines = try lines("seen.txt")
    var changed: [String] = []
    for line in lines {
      let kept = try printed(line)
      if kept.contains("•••"), !line.contains("•••") { changed.append("\(line)  →  \(kept)") }
    }
    print("redaction: hidden wrongly \(changed.count) of \(lines.count) that must stay")
    #expect(lines.count >= 400 && changed.isEmpty, "\(changed.count):\n\(changed.joined(separator: "\n"))")
  }

  /// What is kept of a line, in one string.
  private func printed(_ line: String) throws -> String {
    let event: Event
    if line.hasPrefix("{"), let data = try? JSON(parsing: line) {
      event = try #require(try decode(JSON.object(["type": "a", "data": data]).text).get().first)
    } else {
      let text = line.replacingOccurrences(of: "⏎", with: "\n")
      event = try #require(try decode(JSON.object(["type": "a", "text": .string(text)]).text).get().first)
      return event.text.replacingOccurrences(of: "\n", with: "⏎")
    }
    return JSON.object(event.data).text
  }

  private func lines(_ name: String) throws -> [String] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(name)")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  }
}
