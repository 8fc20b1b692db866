import Foundation

/// A folder of a test's own.
struct TemporaryFolder: Sendable {
  let path: String

  init() {
    path = FileManager.default.temporaryDirectory.appending(path: "bellhop-\(UUID().uuidString)").path
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
