import Bellhop

/// How somebody's posts are signed: in which header, by what, over what.
struct SignedForm: Sendable {
  /// What is signed before and behind the body, by name or as it stands.
  private enum SignedPart: Sendable, Hashable {
    case fixed(String)
    case timestamp, id, body
  }

  let idHeader: String?
  let typeHeader: String?
  private let header: String
  private let timestampHeader: String?
  private let timestampPrefix: String
  private let algorithm: BodySignature.Algorithm
  private let encoding: BodySignature.Notation
  private let prefix: String
  private let parts: [SignedPart]
  private let tolerance: Tolerance

  static let fields = [
    Field(
      "signature_header", .string, value: .string("X-Signature"), doc: "the header with the signature: X-Signature unless you say so",
      example: "X-Acme-Signature"),
    Field(
      "algorithm", .choice(BodySignature.Algorithm.allCases.map(\.rawValue)), value: .string("sha256"),
      doc: "the hash inside the HMAC: sha256 unless you say so",
      example: "sha512"),
    Field(
      "encoding", .choice(BodySignature.Notation.allCases.map(\.rawValue)), value: .string("hex"),
      doc: "how the signature is written: hex unless you say so",
      example: "base64"),
    Field("prefix", .string, doc: "what stands before the signature in its header", example: #""sha256=""#),
    Field(
      "signed", .string, value: .string("{body}"),
      doc: "what is signed, of {body}, {timestamp}, {id} and signs between them: {body} unless you say so",
      example: #""{timestamp}.{body}""#),
    Field(
      "timestamp_header", .string, doc: "the header with the time: seconds since 1970, milliseconds or RFC 3339",
      example: "X-Acme-Timestamp"),
    Field(
      "timestamp_prefix", .string, doc: "what stands before the time in its header, where other things stand there too", example: #""t=""#),
    Tolerance.field("5m", doc: ", to both sides, where {timestamp} is signed"),
    Field("id_header", .string, doc: "the header with the event's id, the same when it is sent again", example: "X-Acme-Delivery"),
    Field("type_header", .string, doc: "the header with the event's type", example: "X-Acme-Event"),
  ]

  init(_ values: Values) {
    header = (values.string("signature_header") ?? "X-Signature").lowercased()
    timestampHeader = values.string("timestamp_header")?.lowercased()
    timestampPrefix = values.string("timestamp_prefix") ?? ""
    idHeader = values.string("id_header")?.lowercased()
    typeHeader = values.string("type_header")?.lowercased()
    algorithm = values.string("algorithm").flatMap(BodySignature.Algorithm.init) ?? .sha256
    encoding = values.string("encoding").flatMap(BodySignature.Notation.init) ?? .hex
    prefix = values.string("prefix") ?? ""
    parts = Self.parts(values.string("signed") ?? "{body}") ?? [.body]
    tolerance = Tolerance(values, isTwoSided: true)
  }

  /// Mistakes of the settings.
  static func check(_ values: Values) -> [SettingMistake] {
    var mistakes = Tolerance.check(values)
    for name in ["signature_header", "timestamp_header", "id_header", "type_header"] {
      guard let header = values.string(name) else { continue }
      let isName = !header.isEmpty && header.utf8.allSatisfy { 0x21...0x7E ~= $0 && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
      if !isName { mistakes.append(SettingMistake(at: [name], "is not the name of a header", hint: "write it like X-Acme-Signature")) }
    }
    let written = values.string("signed") ?? "{body}"
    guard let parts = parts(written), parts.filter({ $0 == .body }).count == 1 else {
      let hint = "write {body} once, and {timestamp} or {id} before or behind it"
      return mistakes + [SettingMistake(at: ["signed"], "\"\(written)\" does not say what is signed", hint: hint)]
    }
    for (part, name) in [(SignedPart.timestamp, "timestamp_header"), (.id, "id_header")] {
      if parts.contains(part), !values.has(name) {
        let hint = "add \(name): with the header in which it stands"
        mistakes.append(SettingMistake(at: ["signed"], "it is not said where {\(part)} stands", hint: hint))
      }
    }
    if values.has("timestamp_prefix"), !values.has("timestamp_header") {
      mistakes.append(SettingMistake(at: ["timestamp_prefix"], "it is not said in which header", hint: "add timestamp_header:"))
    }
    if values.has("timestamp_header"), !parts.contains(.timestamp) {
      let hint = "anybody may change it; add {timestamp} to signed: if your sender signs it"
      mistakes.append(SettingMistake(at: ["timestamp_header"], "a time that is not signed proves nothing", hint: hint, isWarning: true))
    }
    return mistakes
  }

  /// How a post with this head would prove itself.
  func proof(of head: PostHead) -> Proof {
    guard let offered = head.header(header) else { return .decided(.missing("the header \(header)")) }
    var signature = BodySignature(Self.words(offered, prefix), encoding)
    signature.algorithm = algorithm
    var isBehind = false
    for part in parts {
      let text: String
      switch part {
      case .body:
        isBehind = true
        continue
      case .fixed(let fixed): text = fixed
      case .timestamp:
        guard let header = timestampHeader.flatMap(head.header) else { return .decided(.missing("the header \(timestampHeader ?? "")")) }
        let times = Self.words(header, timestampPrefix)
        // Of two times it could not be told which one is signed.
        guard let time = times.first.map(String.init), times.allSatisfy({ $0 == time }), let seconds = Self.seconds(time) else {
          return .decided(.wrong)
        }
        signature.signedAt = seconds
        signature.tolerance = tolerance
        text = time
      case .id:
        guard let id = idHeader.flatMap(head.header) else { return .decided(.missing("the header \(idHeader ?? "")")) }
        text = id
      }
      if isBehind { signature.after += Array(text.utf8) } else { signature.before += Array(text.utf8) }
    }
    return signature.proof
  }

  /// The values of a header. Without a prefix it is one, with it there may be several.
  private static func words(_ header: String, _ prefix: String) -> [Substring] {
    if prefix.isEmpty { return [header.drop { $0 == " " }] }
    let isLong = prefix.contains { ",; ".contains($0) }
    let words = isLong ? [header[...]] : header.split { ",; ".contains($0) }
    return words.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
  }

  private static func seconds(_ text: String) -> Int64? {
    if let number = SignatureWords.seconds(text) { return number > 99_999_999_999 ? number / 1_000 : number }
    return text.utf8.count <= 64 ? Timestamp(rfc3339: text)?.seconds : nil
  }

  /// Nil where a name in braces is none of the three.
  private static func parts(_ text: String) -> [SignedPart]? {
    var parts: [SignedPart] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else { return nil }
      if open > rest.startIndex { parts.append(.fixed(String(rest[..<open]))) }
      switch rest[rest.index(after: open)..<close] {
      case "body": parts.append(.body)
      case "timestamp": parts.append(.timestamp)
      case "id": parts.append(.id)
      default: return nil
      }
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.fixed(String(rest))) }
    return parts
  }
}
