import Bellhop

/// What the page that explains asks, as the API wants it.
struct ExplainFields: Sendable {
  let body: JSON.Object

  /// `data` has a line each: `amount: 1200`; what is JSON is that, all else is text. Dots lead deeper.
  init(_ form: [String: String]) throws(ProblemDocument) {
    func text(_ name: String) -> String? { form[name].flatMap { $0.isEmpty ? nil : $0 } }
    var event: JSON.Object = [:]
    for key in ["type", "subject", "severity", "text"] { event[key] = text(key).map(JSON.string) }
    var data: JSON.Object = [:]
    for line in (text("data") ?? "").split(whereSeparator: \.isNewline) where line.contains(where: { !$0.isWhitespace }) {
      guard let colon = line.firstIndex(of: ":") else {
        throw .field("data", "write a name, a colon and a value on each line: amount: 1200")
      }
      let name = line[..<colon].filter { !$0.isWhitespace }
      let value = String(line[line.index(after: colon)...].drop(while: \.isWhitespace))
      Self.put((try? JSON(parsing: Array(value.utf8))) ?? .string(value), at: name.split(separator: ".").map(String.init)[...], in: &data)
    }
    if !data.isEmpty { event["data"] = .object(data) }
    var body: JSON.Object = ["event": .object(event)]
    for key in ["at", "sender"] { body[key] = text(key).map(JSON.string) }
    self.body = body
  }

  private static func put(_ value: JSON, at path: ArraySlice<String>, in object: inout JSON.Object) {
    guard let first = path.first else { return }
    guard path.count > 1 else {
      object[first] = value
      return
    }
    var inner = object[first]?.object ?? [:]
    put(value, at: path.dropFirst(), in: &inner)
    object[first] = .object(inner)
  }
}
