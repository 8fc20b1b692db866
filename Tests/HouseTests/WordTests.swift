import Foundation
import Testing

/// One word means one thing in the whole house: who searches for a name finds one declaration.
@Suite struct WordTests {
  /// Twice on purpose: every plugin has these rooms, and a kind belongs to what it is a kind of; swift-nio asks its handlers for the others.
  private static let deliberate: Set<String> = ["Kind", "Transport", "Printer", "InboundIn", "OutboundIn", "OutboundOut"]

  private static let keywords: Set<String> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
  private static let before: Set<String> = ["public", "package", "internal", "private", "fileprivate", "final", "indirect"]

  /// The type that a line declares; nil where it declares none.
  static func declared(in line: Substring) -> String? {
    let words = line.split(separator: " ")
    guard let index = words.firstIndex(where: { keywords.contains(String($0)) }),
      words[..<index].allSatisfy({ before.contains(String($0)) }),
      index + 1 < words.count
    else { return nil }
    let name = words[index + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return name.first?.isUppercase == true ? String(name) : nil
  }

  @Test func noTypeNameStandsInTwoModules() throws {
    var places: [String: Set<String>] = [:]
    for file in try House.files(in: "Sources", ending: ".swift") + House.files(in: "Plugins", ending: ".swift") {
      let module = String(file.split(separator: "/")[1])
      for line in try House.text(file).split(separator: "\n") {
        if let name = Self.declared(in: line) { places[name, default: []].insert(module) }
      }
    }
    #expect(places.count > 400, "declarations are not seen any more")
    let twice = places.filter { $0.value.count > 1 && !Self.deliberate.contains($0.key) }
    for (name, modules) in twice.sorted(by: { $0.key < $1.key }) {
      Issue.record("\(name) is declared in \(modules.sorted().joined(separator: " and ")): give one of them a word of its own")
    }
  }

  /// The encoder of addresses stood six times, and what is near a typo three times; each had its own mistakes.
  @Test(arguments: [#"out += [UInt8(ascii: "%")"#, "func editDistance("]) func whatRoomsShareStandsOnce(line: String) throws {
    let files = try House.files(in: "Sources", ending: ".swift") + House.files(in: "Plugins", ending: ".swift")
    let holders = try files.filter { try House.text($0).contains(line) }
    #expect(holders.count == 1, "\(line) stands in \(holders)")
  }

  /// `replacing` looks at whole characters: a quote in front of a combining mark, and a line feed behind a carriage return, are not found.
  /// What must not end a text too early is written with `escaped`, by scalars.
  @Test(arguments: [#""\"""#, #""\\""#, #""'""#, #""`""#, #""\n""#, #""<""#, #""&""#]) func signsAreEscapedByScalars(sign: String) throws {
    let files = try House.files(in: "Sources", ending: ".swift") + House.files(in: "Plugins", ending: ".swift")
    let holders = try files.filter { try House.text($0).contains(".replacing(\(sign), with:") }
    #expect(holders.isEmpty, "\(sign) is replaced by characters in \(holders): use `escaped`")
  }

  @Test func declarationsAreSeen() {
    #expect(Self.declared(in: "  public indirect enum Text: Sendable {") == "Text")
    #expect(Self.declared(in: "final class Lane {") == "Lane")
    #expect(Self.declared(in: "  typealias InboundIn = HTTPServerRequestPart") == "InboundIn")
    #expect(Self.declared(in: "/// A struct Thing") == nil)
    #expect(Self.declared(in: "  let kind: struct") == nil)
  }
}
