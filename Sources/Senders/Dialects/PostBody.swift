import Bellhop

/// The JSON object of a post, in whichever form its sender wraps it.
enum PostBody {
  /// JSON, whatever the content type says; or JSON in that field of a form, urlencoded or multipart; or a form whose fields are the members.
  /// - Parameter field: nil for a form whose fields are the members.
  static func object(_ body: [UInt8], _ head: PostHead, field: String? = nil) -> Result<JSON.Object, Rejection> {
    if let json = try? JSON(parsing: Text.withoutMark(body)) {
      return json.object.map(Result.success)
        ?? .failure(Rejection(status: 422, title: "the body must be a JSON object, not \(json.kindWord)"))
    }
    let text: [UInt8]?
    if head.media.name == "multipart/form-data" {
      text = field.flatMap { MultipartForm.field($0, body, head) }
    } else if head.media.name == "application/x-www-form-urlencoded" {
      guard let field else { return form(body) }
      text = FormFields.pairs(body)?.first { $0.name == field }.map { Array($0.value.utf8) }
    } else {
      text = nil
    }
    guard let text, let object = try? JSON(parsing: Text.withoutMark(text)).object else {
      return .failure(Rejection(status: 400, title: "the body is not JSON"))
    }
    return .success(object)
  }

  private static func form(_ body: [UInt8]) -> Result<JSON.Object, Rejection> {
    guard let pairs = FormFields.pairs(body), !pairs.isEmpty else { return .failure(Rejection(status: 400, title: "the body is no form")) }
    return .success(JSON.Object(pairs.map { .init($0.name, .string($0.value)) }))
  }
}

/// A form in parts. https://www.rfc-editor.org/rfc/rfc7578
enum MultipartForm {
  /// The bytes of the first part of that name; nil where there is none, or the body is no such form.
  static func field(_ name: String, _ body: [UInt8], _ head: PostHead) -> [UInt8]? {
    guard let boundary = boundary(head.header("content-type") ?? "") else { return nil }
    let line = Array("--\(boundary)".utf8)
    var parts = ArraySlice(body)
    while let begin = parts.firstRange(of: line) {
      parts = parts[begin.upperBound...]
      let end = parts.firstRange(of: line)?.lowerBound ?? parts.endIndex
      let part = parts[..<end]
      if let gap = part.firstRange(of: Array("\r\n\r\n".utf8)), isNamed(name, part[..<gap.lowerBound]) {
        let content = part[gap.upperBound...]
        return Array(content.suffix(2).elementsEqual(Array("\r\n".utf8)) ? content.dropLast(2) : content)
      }
      parts = parts[end...]
    }
    return nil
  }

  private static func boundary(_ type: String) -> String? {
    for piece in type.split(separator: ";").dropFirst() {
      let halves = piece.split(separator: "=", maxSplits: 1)
      guard halves.count == 2, halves[0].trimmingBlanks.lowercased() == "boundary" else { continue }
      let boundary = halves[1].trimmingBlanks.filter { $0 != "\"" }
      return (1...70).contains(boundary.utf8.count) ? String(boundary) : nil
    }
    return nil
  }

  private static func isNamed(_ name: String, _ header: ArraySlice<UInt8>) -> Bool {
    String(decoding: header.prefix(1_024), as: UTF8.self).split(whereSeparator: \.isNewline).contains { line in
      line.lowercased().hasPrefix("content-disposition:")
        && line.split(separator: ";").contains { [#"name="\#(name)""#, "name=\(name)"].contains(String($0.trimmingBlanks)) }
    }
  }
}

extension Substring {
  fileprivate var trimmingBlanks: Substring {
    var rest = self
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}
