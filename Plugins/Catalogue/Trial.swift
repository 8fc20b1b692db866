import Bellhop
import YAML

extension Catalogue {
  /// The request that a page makes, as text, without sending it: the method, the address and the headers a line each, and the body. Nothing
  /// secret is in it: `•••` stands for each secret, and signatures are made with that.
  /// - Parameters:
  ///   - bytes: the page, as ops write it.
  ///   - settings: values of its settings, as YAML would have them; those that are not there are its examples', else its defaults.
  ///   - target: values of its target's fields, in the same way.
  ///   - now: when the attempt would begin.
  /// - Returns: the request, or nil with the reason; and everything that is wrong or doubtful with the page.
  public static func trial(
    _ bytes: [UInt8], settings: [String: String] = [:], target: [String: String] = [:], message: Message, at now: Timestamp
  ) -> (request: (head: String, body: String)?, problem: String?, mistakes: [PageMistake]) {
    let (page, mistakes) = PageReader.read(Document(parsing: bytes))
    guard let page, mistakes.allSatisfy(\.isWarning) else { return (nil, nil, mistakes) }
    for (names, known, what) in [(settings.keys, page.settings, "settings"), (target.keys, page.target, "fields of its target")] {
      if let name = names.sorted().first(where: { name in !known.contains { $0.name == name } }) {
        return (nil, "\"\(name)\" is none of the page's \(what); \(Leaf.hint(name, among: known.map(\.name), called: what))", mistakes)
      }
    }
    var values = Values()
    for field in page.settings {
      let value = settings[field.name].map { Self.value($0, field.shape) } ?? page.examples.settings.entries[field.name] ?? field.value
      values.entries[field.name] = value.map(hidden)
    }
    var places = page.examples.target.values
    for field in page.target {
      if let given = target[field.name] { places[field.name] = .string(given) }
      if places[field.name] == nil, case .string(let text)? = field.value { places[field.name] = .string(text) }
    }
    switch Composer(page: page, values: values).request(message, to: Target(places), Attempt(at: now)) {
    case .failure(let fault): return (nil, fault.line, mistakes)
    case .success(let request):
      let head = ["\(request.method) \(request.url)"] + request.headers.map { "\($0.name): \($0.value)" }
      func shown(_ text: String) -> String { text.replacing("%E2%80%A2", with: "•") }
      return ((shown(head.joined(separator: "\n")), shown(String(decoding: request.body, as: UTF8.self))), nil, mistakes)
    }
  }

  /// The page of a kind that comes with Bellhop, as its file has it; nil where there is none of that name.
  public static func source(of name: String) -> [UInt8]? {
    sources.first { Array($0.prefix(while: { $0 != 0x0A })) == Array("name: \(name)".utf8) }
  }

  private static func value(_ text: String, _ shape: Field.Shape) -> Value {
    switch shape {
    case .secret, .secretURL: .secret(Secret(text))
    case .bool: .bool(text == "true" || text == "yes")
    case .int: Int(text).map(Value.int) ?? .string(text)
    case .list(let inner): .list(text.split(separator: ",").map { value(String($0), inner) })
    default: .string(text)
    }
  }

  /// Of an address that carries a key its host stays: where a request goes is no secret.
  private static func hidden(_ value: Value) -> Value {
    switch value {
    case .secret(let secret):
      let text = secret.reveal()
      guard let slashes = text.firstRange(of: "://") else { return .secret(Secret(Secret.mask)) }
      return .secret(Secret("\(text[..<slashes.upperBound])\(text[slashes.upperBound...].prefix { !"/?#".contains($0) })/\(Secret.mask)"))
    case .list(let values): return .list(values.map(hidden))
    case .map(let entries): return .map(entries.map { .init($0.key, hidden($0.value)) })
    default: return value
    }
  }
}
