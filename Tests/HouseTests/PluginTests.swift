import Foundation
import Testing

/// What CONTRIBUTING.md promises about adding a transport: a folder, a line in Package.swift, a line in the list, keys in the example, a page.
@Suite struct PluginTests {
  @Test func everyPluginIsRegisteredDocumentedAndUnderContract() throws {
    let package = try House.text("Package.swift")
    let list = try House.text("Sources/Gateway/Kinds.swift")
    let example = try House.text("config.example.yaml")
    let contract = try House.files(in: "Tests/TransportTests", ending: ".swift").map(House.text).joined()
    let folders = try House.folders(in: "Plugins")
    #expect(!folders.isEmpty)
    // The catalogue is many kinds, each a page; Tests/CatalogueTests holds them to the same.
    #expect(list.contains("import Catalogue") && contract.contains("import Catalogue") && example.contains("vendors:"))
    for folder in folders where folder != "Catalogue" {
      let kind = folder.lowercased()
      #expect(package.contains("plugin(\"\(folder)\","), "\(folder) has no line in Package.swift")
      #expect(list.contains("import \(folder)"), "\(folder) is not in Sources/Gateway/Kinds.swift")
      #expect(example.contains("use: \(kind)"), "config.example.yaml does not show use: \(kind)")
      #expect(contract.contains("import \(folder)"), "\(folder) is not in the contract test, Tests/TransportTests")
      #expect((try? House.text("docs/transports/\(kind).md")) != nil, "docs/transports/\(kind).md is missing")
      #expect(
        try House.files(in: "Tests/TransportTests/Golden", ending: ".txt").contains { $0.contains("/\(kind)-") },
        "\(kind) has no golden request")
      for file in ["Kind.swift", "Transport.swift", "Printer.swift"] {
        #expect(
          (try? House.text("Plugins/\(folder)/\(file)")) != nil, "Plugins/\(folder)/\(file) is missing: every plugin has the same rooms")
      }
    }
  }
}

/// What nobody should have to look for by hand.
@Suite struct TidyTests {
  private func code() throws -> [String] { try House.files(in: "Sources", ending: ".swift") + House.files(in: "Plugins", ending: ".swift") }

  @Test func noUnfinishedMarks() throws {
    let marks = ["TO" + "DO", "FIX" + "ME", "fatal" + "Error("]
    for file in try code() {
      let text = try House.text(file)
      for mark in marks { #expect(!text.contains(mark), "\(file) holds \(mark)") }
    }
  }

  /// `@unchecked Sendable` needs its proof in the comment right above it.
  @Test func uncheckedSendableIsProven() throws {
    for file in try code() {
      let lines = try House.text(file).split(separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated()
      where line.contains("@unchecked " + "Sendable") && !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") {
        let above = index > 0 ? lines[index - 1].trimmingPrefix(while: \.isWhitespace) : ""
        #expect(above.hasPrefix("//"), "\(file):\(index + 1) says @unchecked Sendable without a sentence of proof above it")
      }
    }
  }

  @Test func filesStayShort() throws {
    for file in try code() {
      let count = try House.text(file).split(separator: "\n", omittingEmptySubsequences: false).count
      #expect(count <= 450, "\(file) has \(count) lines: does it still have one reason to change?")
    }
  }
}
