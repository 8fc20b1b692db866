/// Puts a target's path behind a webhook's address.
enum TargetAddress {
  /// The address with `path` behind its own path and before its query; nil where the path would climb out of it.
  static func append(_ path: String?, to url: String) -> String? {
    guard let path, !path.isEmpty else { return url }
    guard !hasDotSegments(path) else { return nil }
    let end = url.firstIndex { $0 == "?" || $0 == "#" } ?? url.endIndex
    var base = url[..<end]
    while base.hasSuffix("/") { base.removeLast() }
    return base + "/" + encoded(path.drop { $0 == "/" }) + url[end...]
  }

  /// Segments that URL parsers resolve: `.` and `..`. https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4
  static func hasDotSegments(_ path: String) -> Bool {
    path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).contains { $0 == "." || $0 == ".." }
  }

  /// Everything but unreserved characters and slashes percent-encoded. https://www.rfc-editor.org/rfc/rfc3986#section-2.3
  private static func encoded(_ path: some StringProtocol) -> String {
    let hex = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
        UInt8(ascii: "/"):
        out.append(byte)
      default: out += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
