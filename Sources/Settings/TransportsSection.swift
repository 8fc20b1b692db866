import Bellhop

/// Reads `transports`: keys that all take, and those of each one's kind.
enum TransportsSection {
  static let policy = ["use", "rate", "concurrency", "timeout", "retry", "repeat", "stale"]
  static let retry = ["for", "first", "max"]
  static let concurrency = 1...256

  static func read(_ reader: Reader?) -> [TransportSettings] {
    guard let reader else { return [] }
    return Names.pairs(reader, "a mapping of transports").compactMap { name, mark, value in
      reader.context.transports[name] = .init(mark: mark)
      guard let kind = kind(of: value) else { return nil }
      reader.context.transports[name]?.kind = kind
      return transport(name, kind, value)
    }
  }

  /// Unknown keys cannot be told before the kind is known.
  private static func kind(of reader: Reader) -> Kind? {
    guard let pairs = reader.pairs("a mapping with \"use\"") else { return nil }
    let names = reader.context.kinds.map(\.name)
    guard let use = pairs.first(where: { $0.key == "use" })?.value else {
      if pairs.contains(where: { reader.tellOddBlank(in: $0.key, $0.mark) }) { return nil }
      let shown = names.count > 24 ? "such as \(Words.or(Array(names.prefix(6)))); `bellhop transports` lists them all" : Words.or(names)
      reader.mistake("\"use\" is missing", hint: "name the kind: \(shown)")
      return nil
    }
    guard let text = use.text("the name of a kind") else { return nil }
    if reader.context.brokenKinds.contains(text.text) { return nil }
    guard let kind = reader.context.kinds.first(where: { $0.name == text.text }) else {
      use.mistake("there is no kind \(text.shown)", hint: Words.hint(text.text, among: names, called: "kinds"))
      return nil
    }
    return kind
  }

  private static func transport(_ name: String, _ kind: Kind, _ reader: Reader) -> TransportSettings? {
    let before = reader.context.errors
    let known = kind.settings.map(\.name) + policy
    let keys = reader.keys(known, of: kind.name) { key in
      let isTarget = kind.target.contains { $0.name == key }
      return isTarget ? "it belongs to a target: channels: { NAME: { \(name): { \(key): … } } }" : nil
    }
    guard let keys else { return nil }
    let read = FieldReader.values(kind.settings, keys)
    for problem in kind.check(read.values) where isCertain(problem, read, keys, kind) { reader.tell(problem) }
    // Targets are checked beside settings that could be read; an unknown secret is there, whatever it is.
    let isReadable = read.broken.isEmpty && keys.meant.isEmpty && read.unknown.allSatisfy { name in kind.isSecret(name) }
    if isReadable { reader.context.transports[name]?.values = read.values }
    var settings = TransportSettings(name: name, kind: kind, values: read.values)
    settings.isUnknown = !read.unknown.isEmpty
    policy(keys, &settings)
    return reader.context.errors == before ? settings : nil
  }

  /// What a kind finds wrong with settings of which some could not be read, or are unknown here, may be about these.
  private static func isCertain(_ problem: SettingMistake, _ read: FieldReader.ReadFields, _ keys: Keys, _ kind: Kind) -> Bool {
    if let field = problem.path.first { return !read.broken.contains(field) && !read.unknown.contains(field) }
    return read.broken.isEmpty && keys.meant.isEmpty && read.unknown.allSatisfy { name in kind.isSecret(name) }
  }

  private static func policy(_ keys: Keys, _ settings: inout TransportSettings) {
    let year = Duration.seconds(366 * 86_400)
    let wait = Duration.milliseconds(1)...year
    if let rate = keys["rate"]?.rate() { settings.rate = rate }
    if let concurrency = keys["concurrency"]?.int(concurrency) { settings.concurrency = concurrency }
    if let timeout = keys["timeout"]?.duration(.milliseconds(1)...(.seconds(3_600))) { settings.timeout = timeout }
    if let again = keys["repeat"]?.bool() { settings.repeat = again }
    if let stale = keys["stale"]?.duration(wait) { settings.stale = stale }
    guard let retry = keys["retry"], let inner = retry.keys(Self.retry, of: "retry") else { return }
    if let budget = inner["for"]?.duration(.zero...year) { settings.retry.for = budget }
    if let first = inner["first"]?.duration(wait) { settings.retry.first = first }
    if let max = inner["max"]?.duration(wait) { settings.retry.max = max }
    if settings.retry.first > settings.retry.max {
      retry.mistake(
        "the first wait, \(settings.retry.first.short), is longer than the longest, \(settings.retry.max.short)",
        hint: "make first at most max")
    }
  }
}

extension Kind {
  fileprivate func isSecret(_ name: String) -> Bool {
    settings.contains { $0.name == name && $0.shape.isSecret }
  }
}

extension Field.Shape {
  fileprivate var isSecret: Bool {
    switch self {
    case .secret, .secretURL: true
    case .dated(let inner), .list(let inner): inner.isSecret
    default: false
    }
  }
}
