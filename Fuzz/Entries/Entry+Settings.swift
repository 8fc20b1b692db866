import Bellhop
import YAML

@testable import Catalogue
@testable import Gateway
@testable import Settings

/// As the gateway reads the pages that a configuration names.
private let pages: @Sendable ([UInt8]) -> VendorPage = { vendorPage($0) }

extension Entry {
  static let yaml: @Sendable ([UInt8]) throws -> Void = { bytes in
    let document = Document(parsing: bytes)
    try demand(document.root != nil || !document.flaws.isEmpty, "neither a tree nor a flaw")
    let lines = bytes.count + 1
    for flaw in document.flaws { try demand((1...lines).contains(flaw.mark.line) && flaw.mark.column >= 1, "a flaw at \(flaw.mark)") }
    if let root = document.root {
      let (count, depth) = size(root)
      try demand(count <= DocumentLimits().nodes && depth <= DocumentLimits().depth + 1, "\(count) values, \(depth) deep")
    }
  }

  private static func size(_ node: YAMLNode) -> (count: Int, depth: Int) {
    var inner: [YAMLNode] = []
    if let pairs = node.mapping { inner = pairs.flatMap { [$0.key, $0.value] } }
    if let items = node.sequence { inner = items }
    return inner.map(size).reduce((1, 1)) { ($0.0 + $1.0, max($0.1, $1.1 + 1)) }
  }

  private static let kinds = allKinds(Gateway.engine)
  /// What the environment gives, which no mistake may show.
  private static let needle = "hunter2-of-the-environment"

  /// The whole file, with the kinds that the gateway has.
  static let configuration: @Sendable ([UInt8]) throws -> Void = { bytes in
    let read = { (path: String) throws(FileError) -> [UInt8] in
      switch path {
      case "bellhop.yaml": return bytes
      case "/run/secrets/x": return Array(needle.utf8)
      case "pager.yaml": return Array("name: pager\n".utf8)
      default: throw FileError("No such file or directory")
      }
    }
    let result = Result { () throws(Mistakes) in
      try Configuration.load(
        path: "bellhop.yaml", kinds: kinds, vendor: pages, environment: { $0 == "UNSET" ? nil : needle }, readFile: read)
    }
    let found: [Mistake]
    switch result {
    case .success(let configuration):
      found = configuration.warnings
      try demand(found.allSatisfy(\.isWarning), "a mistake is no mistake")
    case .failure(let mistakes):
      found = mistakes.all
      try demand(found.contains { !$0.isWarning }, "refused without a mistake")
    }
    for mistake in found {
      try demand(
        mistake.line >= 1 && mistake.column >= 1 && mistake.line <= bytes.count + 1, "a mistake at \(mistake.line):\(mistake.column)")
      let line = mistake.description
      try demand(!line.contains(needle), "a secret is told: \(line)")
      try demand(!line.contains(where: \.isNewline), "a mistake has lines")
    }
  }

  static let environmentFile: @Sendable ([UInt8]) throws -> Void = { bytes in
    let file = EnvironmentFile(parsing: bytes)
    let size = file.values.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    try demand(size <= 3 * bytes.count, "\(bytes.count) bytes became \(size)")
  }

  /// A page of the catalogue as ops write it, its examples tried.
  static let vendorPage: @Sendable ([UInt8]) throws -> Void = { bytes in
    let (_, kind, mistakes) = Catalogue.read(bytes, Gateway.engine)
    try demand((kind == nil) == mistakes.contains { !$0.isWarning }, "a kind and mistakes, or neither")
    for mistake in mistakes { try demand(mistake.line >= 1 && mistake.column >= 1, "a mistake at \(mistake.line):\(mistake.column)") }
  }
}
