import Dashboard
import Foundation
import Testing

/// What is written can be read, in both themes. https://www.w3.org/TR/WCAG22/#contrast-minimum
@Suite struct ContrastTests {
  /// The colours of the style sheet by name: light, dark.
  private static let colours: [String: [Double]] = {
    let style = String(decoding: DashboardFile.style.bytes, as: UTF8.self)
    var found: [String: [Double]] = [:]
    for match in style.matches(of: /--([a-z-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)/) {
      found[String(match.1)] = [luminance(match.2), luminance(match.3)]
    }
    return found
  }()

  /// https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
  private static func luminance(_ hex: Substring) -> Double {
    let number = Int(hex, radix: 16) ?? 0
    let parts = [number >> 16, number >> 8 & 255, number & 255].map { part in
      let value = Double(part) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  /// The lower of the two themes.
  private func contrast(_ first: String, _ second: String) throws -> Double {
    let (first, second) = (try #require(Self.colours[first]), try #require(Self.colours[second]))
    return zip(first, second).map { (max($0, $1) + 0.05) / (min($0, $1) + 0.05) }.min() ?? 0
  }

  @Test(arguments: ["ink", "soft", "link", "good", "wait", "bad"], ["paper", "raised"])
  func textCanBeRead(ink: String, paper: String) throws {
    let ratio = try contrast(ink, paper)
    #expect(ratio >= 4.5, "\(ink) on \(paper): \(ratio)")
  }

  /// https://www.w3.org/TR/WCAG22/#non-text-contrast
  @Test(arguments: ["s-debug", "s-info", "s-notice", "s-warning", "s-error", "s-critical", "good"])
  func shapesCanBeSeen(shape: String) throws {
    let ratio = try contrast(shape, "paper")
    #expect(ratio >= 3, "\(shape): \(ratio)")
  }

  /// Every colour that is used is one of those above, or it was not measured.
  @Test func thereAreNoOtherColours() {
    let style = String(decoding: DashboardFile.style.bytes, as: UTF8.self)
    let rules = style.split(separator: "\n").filter { !$0.hasPrefix("  --") }.joined(separator: "\n")
    #expect(!rules.contains(/#[0-9a-fA-F]{3,8}\b/) && !rules.contains(/\brgb|\bhsl/))
    for match in rules.matches(of: /var\(--([a-z-]+)\)/) { #expect(Self.colours[String(match.1)] != nil, "\(match.1)") }
  }
}
