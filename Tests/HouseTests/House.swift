import Foundation

/// The repository as these tests read it.
enum House {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }

  static func folders(in path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(at: root.appending(path: path), includingPropertiesForKeys: [.isDirectoryKey])
      .filter { (try? $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true }.map(\.lastPathComponent).sorted()
  }

  static func files(in path: String, ending suffix: String) throws -> [String] {
    let base = root.appending(path: path)
    return (FileManager.default.enumerator(atPath: base.path(percentEncoded: false))?.allObjects as? [String] ?? [])
      .filter { $0.hasSuffix(suffix) }.map { "\(path)/\($0)" }.sorted()
  }

  /// The modules that a file imports, without access and attribute words.
  static func imports(of path: String) throws -> Set<String> {
    var modules: Set<String> = []
    for line in try text(path).split(separator: "\n") {
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"),
        words[..<index].allSatisfy({ $0.hasPrefix("@") || $0 == "public" || $0 == "internal" })
      else { continue }
      let rest = words[(index + 1)...].filter { !["struct", "enum", "class", "func", "protocol"].contains($0) }
      if let name = rest.first { modules.insert(String(name.split(separator: ".")[0])) }
    }
    return modules
  }
}
