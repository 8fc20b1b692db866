import Foundation
import Settings
import Testing

/// Each `Golden/NAME.yaml` holds one mistake, and `NAME.txt` the exact line that tells it. `UPDATE_GOLDEN=1` writes them anew:
/// read the difference before you commit it.
@Suite struct GoldenTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
  static let names =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?
    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted() ?? []

  /// Files that hold more than one on purpose.
  static let several = ["many", "row-text-many"]

  @Test func thereAreEnough() {
    #expect(Self.names.count >= 60)
    let files = (try? FileManager.default.contentsOfDirectory(atPath: Self.folder.path)) ?? []
    #expect(files.count == Self.names.count * 2, "every NAME.yaml has a NAME.txt")
  }

  @Test(arguments: names) func mistakes(name: String) throws {
    let bytes = try [UInt8](Data(contentsOf: Self.folder.appending(path: "\(name).yaml")))
    let found: [Mistake]
    switch load(bytes: bytes, file: "\(name).yaml") {
    case .success(let configuration): found = configuration.warnings
    case .failure(let mistakes): found = mistakes.all
    }
    let text = found.map { "\($0)\n" }.joined()
    let golden = Self.folder.appending(path: "\(name).txt")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" { try text.write(to: golden, atomically: true, encoding: .utf8) }
    #expect(try text == String(contentsOf: golden, encoding: .utf8))
    #expect(!text.contains("hunter2"), "what the environment gives is never shown")
    #expect(Self.several.contains(name) ? found.count > 3 : found.count == 1, "\(text)")
  }
}
