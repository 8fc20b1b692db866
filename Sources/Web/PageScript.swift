import Bellhop
import CPageScript
import NIOHTTP1

/// `/bellhop.js`: what web pages load in order to tell events. The same for everybody, and public.
enum PageScript {
  /// Without remarks and the blanks before a line, which only those who mend it need.
  static let bytes: [UInt8] = {
    var size = 0
    guard let start = bh_page_script(&size) else { return [] }
    let text = String(decoding: UnsafeBufferPointer(start: start, count: size), as: UTF8.self)
    let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.hasPrefix("//") }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }()

  /// Changes when the script does. https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
  static let tag = "\"\(String(fingerprint(bytes), radix: 16))\""

  static func reply(to head: Head) -> Reply {
    let isKnown = head.headers["If-None-Match"].contains { value in
      value.split(separator: ",").contains { tag in
        let word = tag.filter { $0 != " " && $0 != "\t" }
        return word == "*" || word == Self.tag || word == "W/\(Self.tag)"
      }
    }
    var reply =
      isKnown
      ? Reply(status: 304, contentType: "", body: []) : Reply(status: 200, contentType: "text/javascript; charset=utf-8", body: bytes)
    reply.headers = [
      ("ETag", tag), ("Cache-Control", "public, max-age=3600"), ("X-Content-Type-Options", "nosniff"),
      // Pages that check what they load, or that let in only what says so, may have it.
      ("Access-Control-Allow-Origin", "*"), ("Cross-Origin-Resource-Policy", "cross-origin"),
    ]
    return reply
  }
}
