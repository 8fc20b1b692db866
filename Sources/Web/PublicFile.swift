import Bellhop
import COpenAPI
import CPageScript
import Dashboard
import NIOHTTP1

/// A file inside the binary: the same for everybody, and public.
struct PublicFile: Sendable {
  let contentType: String
  let bytes: [UInt8]
  /// Changes when the file does. https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
  let tag: String

  init(contentType: String, bytes: [UInt8]) {
    self.contentType = contentType
    self.bytes = bytes
    tag = "\"\(String(fingerprint(bytes), radix: 16))\""
  }

  /// `/bellhop.js`: what web pages load in order to tell events. Without remarks and the blanks before a line, which only those who mend it
  /// need.
  static let script = PublicFile(
    contentType: "text/javascript; charset=utf-8", bytes: Array((scriptLines.joined(separator: "\n") + "\n").utf8))

  /// `/openapi.yaml`: what all the ways in take and answer. https://www.rfc-editor.org/rfc/rfc9512
  static let manual = PublicFile(contentType: "application/yaml", bytes: embedded(bh_openapi))

  /// What the dashboard's pages load.
  static func of(_ file: DashboardFile) -> PublicFile { dashboard[file] ?? PublicFile(contentType: file.contentType, bytes: file.bytes) }
  private static let dashboard = Dictionary(
    uniqueKeysWithValues: DashboardFile.allCases.map { ($0, PublicFile(contentType: $0.contentType, bytes: $0.bytes)) })

  private static var scriptLines: [Substring] {
    let text = String(decoding: embedded(bh_page_script), as: UTF8.self)
    return text.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.hasPrefix("//") }
  }

  private static func embedded(_ file: (UnsafeMutablePointer<Int>?) -> UnsafePointer<UInt8>?) -> [UInt8] {
    var size = 0
    guard let start = file(&size) else { return [] }
    return Array(UnsafeBufferPointer(start: start, count: size))
  }

  func reply(to head: Head) -> Reply {
    let isKnown = head.headers["If-None-Match"].contains { value in
      value.split(separator: ",").contains { tag in
        let word = tag.filter { $0 != " " && $0 != "\t" }
        return word == "*" || word == self.tag || word == "W/\(self.tag)"
      }
    }
    var reply =
      isKnown ? Reply(status: 304, contentType: "", body: []) : Reply(status: 200, contentType: contentType, body: bytes)
    reply.headers = [
      ("ETag", tag), ("Cache-Control", "public, max-age=3600"), ("X-Content-Type-Options", "nosniff"),
      // Pages that check what they load, or that let in only what says so, may have it.
      ("Access-Control-Allow-Origin", "*"), ("Cross-Origin-Resource-Policy", "cross-origin"),
    ]
    return reply
  }
}
