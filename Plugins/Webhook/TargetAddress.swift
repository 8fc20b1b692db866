import Bellhop

/// Puts a target's path behind a webhook's address.
enum TargetAddress {
  /// The address with `path` behind its own path and before its query; nil where the path would climb out of it.
  static func append(_ path: String?, to url: String) -> String? {
    guard let path, !path.isEmpty else { return url }
    guard !hasDotSegments(path) else { return nil }
    let end = url.firstIndex { $0 == "?" || $0 == "#" } ?? url.endIndex
    var base = url[..<end]
    while base.hasSuffix("/") { base.removeLast() }
    return base + "/" + path.drop { $0 == "/" }.percentEncoded(keeping: "/") + url[end...]
  }

  /// Segments that URL parsers resolve: `.` and `..`. https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4
  static func hasDotSegments(_ path: String) -> Bool {
    path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).contains { $0 == "." || $0 == ".." }
  }
}
