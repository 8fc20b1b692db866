import Curl
import Foundation
import Testing

@testable import Catalogue

/// Pages with one mistake each, and the exact words for it. `BELLHOP_RECORD=1` writes the words anew.
@Suite struct MistakesTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []).filter {
    $0.hasSuffix(".yaml")
  }.sorted().map { String($0.dropLast(5)) }

  @Test(arguments: names) func mistakes(_ name: String) throws {
    let bytes = try Array(Data(contentsOf: Self.folder.appending(path: "\(name).yaml")))
    let (_, kind, mistakes) = Catalogue.read(bytes, Engine())
    let text = mistakes.map { mistake in
      "\(mistake.line):\(mistake.column): \(mistake.isWarning ? "warning: " : "")\(mistake.path): \(mistake.problem)\(mistake.hint.map { "; \($0)" } ?? "")\n"
    }.joined()
    let golden = Self.folder.appending(path: "\(name).txt")
    if ProcessInfo.processInfo.environment["BELLHOP_RECORD"] != nil { try text.write(to: golden, atomically: true, encoding: .utf8) }
    #expect(try text == String(contentsOf: golden, encoding: .utf8))
    #expect((kind == nil) == !mistakes.allSatisfy(\.isWarning))
    switch name {
    case "good", "digits-first": #expect(mistakes.isEmpty)
    case "rule-never-met", "unused-setting": #expect(mistakes.count == 1 && mistakes[0].isWarning)
    case "several": #expect(mistakes.count > 3)
    default: #expect(!mistakes.isEmpty && mistakes.count <= 2, "\(text)")
    }
  }

  /// The page that the manual shows is one.
  @Test func theManualsPageIsSound() throws {
    let manual = Self.folder.appending(path: "../../../docs/vendors.md")
    let blocks = try String(contentsOf: manual, encoding: .utf8).components(separatedBy: "```yaml\n").dropFirst()
    let page = try #require(blocks.compactMap { $0.components(separatedBy: "```").first }.first { $0.hasPrefix("# pager.yaml") })
    let (name, kind, mistakes) = Catalogue.read(Array(page.utf8), Engine())
    #expect(name == "pager" && kind != nil && mistakes.isEmpty, "\(mistakes)")
  }

  /// Whatever bytes a page holds, reading it ends with words and not with a crash.
  @Test func brokenPagesAreMistakes() throws {
    let good = try Array(Data(contentsOf: Self.folder.appending(path: "good.yaml")))
    for cut in stride(from: 0, to: good.count, by: 7) {
      let (_, kind, mistakes) = Catalogue.read(Array(good[..<cut]), Engine())
      #expect(kind != nil || !mistakes.isEmpty)
      var changed = good
      changed[cut] = UInt8(truncatingIfNeeded: cut &* 31)
      _ = Catalogue.read(changed, Engine())
    }
  }
}
