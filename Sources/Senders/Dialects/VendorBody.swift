import Bellhop

/// The body of a vendor's post: JSON, or a form with JSON in `payload`.
enum VendorBody {
  /// The object that it is, or why it is none. What the content type says is not looked at: it is often wrong.
  static func object(_ body: [UInt8]) -> Result<JSON.Object, Rejection> {
    if let json = try? JSON(parsing: body) {
      return json.object.map { .success($0) } ?? .failure(Rejection(status: 422, title: "the body is JSON, but no object"))
    }
    guard let text = payload(body) else {
      return .failure(Rejection(status: 400, title: "the body is neither JSON nor a form with JSON in payload"))
    }
    do throws(JSONError) {
      return try JSON(parsing: text).object.map { .success($0) }
        ?? .failure(Rejection(status: 422, title: "payload is JSON, but no object"))
    } catch {
      return .failure(Rejection(status: 400, title: "payload is no JSON: \(error.description)"))
    }
  }

  /// What stands in the field `payload` of a form.
  static func payload(_ body: [UInt8]) -> String? {
    guard body.starts(with: "payload=".utf8) || body.contains(UInt8(ascii: "&")), let pairs = FormFields.pairs(body) else { return nil }
    return pairs.first { $0.name == "payload" }?.value
  }
}

extension JSON {
  /// The value at a path of keys written with dots: `data.object.id`. A number picks from an array.
  subscript(path path: String) -> JSON? { value(at: path.split(separator: ".").map(String.init)[...]) }

  /// A text that is not empty, or a number as one: ids are either.
  var word: String? {
    switch self {
    case .string(let text): text.isEmpty ? nil : text
    case .int, .literal: plain
    default: nil
    }
  }
}

extension JSON.Object {
  /// The value at a path of keys written with dots.
  subscript(path path: String) -> JSON? { JSON.object(self)[path: path] }

  /// The first of these paths at which a text or a number stands.
  func word(_ paths: String...) -> String? {
    for path in paths { if let word = self[path: path]?.word { return word } }
    return nil
  }

  /// Sets what is not nil.
  mutating func put(_ key: String, _ value: String?) { if let value { self[key] = .string(value) } }
}

extension Timestamp {
  /// A vendor's time: seconds since 1970 or RFC 3339. Nil for what cannot be: before 2001, or more than a day ahead of `now`.
  init?(vendor json: JSON?, now: Timestamp) {
    let time: Timestamp
    switch json {
    case .int(let seconds) where (1_000_000_000...99_999_999_999).contains(seconds): time = Timestamp(seconds: seconds)
    case .string(let text) where text.utf8.count <= 64:
      guard let read = Timestamp(rfc3339: text) else { return nil }
      time = read
    default: return nil
    }
    guard time.seconds >= 1_000_000_000, time.seconds <= now.seconds + 86_400 else { return nil }
    self = time
  }
}

extension Severity {
  /// A vendor's word for how bad something is.
  init?(vendor word: String?) {
    switch word?.lowercased() {
    case "fatal", "critical", "emergency", "emerg", "alert", "panic", "crit": self = .critical
    case "error", "err", "high", "failure", "failed": self = .error
    case "warning", "warn", "medium", "moderate": self = .warning
    case "notice", "low", "note": self = .notice
    case "info", "information", "informational", "unknown": self = .info
    case "debug", "trace": self = .debug
    default: return nil
    }
  }
}
