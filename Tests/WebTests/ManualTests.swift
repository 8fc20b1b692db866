import Foundation
import Senders
import Testing

@testable import Web

/// The description of the API that programs read.
@Suite struct ManualTests {
  /// Methods by path, as far as they stand in the document: two blanks before a path, four before a method.
  private static let described: [String: Set<String>] = {
    var paths: [String: Set<String>] = [:]
    var path: String?
    let lines = String(decoding: PublicFile.manual.bytes, as: UTF8.self).split(separator: "\n")
    for line in lines.drop(while: { $0 != "paths:" }).dropFirst().prefix(while: { $0.first == " " }) {
      if line.hasPrefix("  /") {
        path = String(line.dropFirst(2).dropLast())
        paths[path ?? ""] = []
      } else if line.hasPrefix("    "), line.dropFirst(4).first?.isLetter == true, line.last == ":", let path {
        paths[path]?.insert(line.dropFirst(4).dropLast().uppercased())
      }
    }
    return paths
  }()

  private static func filled(_ path: String) -> Substring {
    path.split(separator: "/", omittingEmptySubsequences: false).map { $0.first == "{" ? "1" : $0 }.joined(separator: "/")[...]
  }

  @Test func everyRouteStandsInIt() throws {
    #expect(Endpoint.paths.count > 15)
    for path in Endpoint.paths {
      let endpoint = try #require(Endpoint(Self.filled(path)), "\(path)")
      let taken = Set(endpoint.allowed.split(separator: ", ").map(String.init)).subtracting(["HEAD"])
      #expect(Self.described[path] == taken, "\(path)")
    }
  }

  @Test func everyAddressOfDialectsStandsInIt() {
    let foreign = Dialect.all.filter { !$0.isOwn }
    for prefix in foreign.flatMap(\.prefixes) + ["/hooks"] {
      #expect(Self.described.keys.contains { $0 == prefix || $0.hasPrefix(prefix + "/") }, "\(prefix)")
    }
  }

  @Test func nothingElseStandsInIt() {
    let prefixes = Dialect.all.flatMap(\.prefixes) + ["/hooks"]
    for (path, methods) in Self.described where !Endpoint.paths.contains(path) {
      #expect(prefixes.contains { path == $0 || path.hasPrefix($0 + "/") }, "\(path) is invented")
      #expect(methods.isSubset(of: ["POST", "OPTIONS"]), "\(path)")
    }
    #expect(!Self.described.isEmpty)
  }

  @Test func itIsPublicAndKnownAgain() async throws {
    try await withSite(SiteSettings(senders: AccessTests.senders, hasPublicName: true)) { running in
      let (first, second, head) = try await onThread {
        let wire = try Wire(port: running.port)
        let first = try wire.ask("GET", "/openapi.yaml")
        let second = try wire.ask("GET", "/openapi.yaml", ["If-None-Match": first?.headers["etag"] ?? ""])
        return (first, second, try wire.ask("HEAD", "/openapi.yaml"))
      }
      #expect(first?.status == 200 && first?.headers["content-type"] == "application/yaml")
      #expect(first?.body.hasPrefix("openapi: 3.1") == true)
      #expect(second?.status == 304 && second?.body == "" && head?.status == 200)
    }
  }
}
