import Bellhop
import Routing
import Templates
import YAML

extension Reader {
  /// Text that is not empty.
  func string(_ what: String = "text") -> String? {
    guard let text = textOrUnknown(what) else { return nil }
    if text.text.isEmpty {
      mistake("the text is empty", hint: "expected \(what)")
      return nil
    }
    return text.text
  }

  /// A secret: no mistake shows it.
  func secret() -> Secret? {
    guard let text = textOrUnknown("a secret", isSecret: true) else { return nil }
    if text.text.isEmpty {
      mistake("the secret is empty", hint: "check where it comes from")
      return nil
    }
    if text.isUnknown { return Secret(text.text) }
    if let mistake = SecretWords.mistake(text, written: node.scalar?.isPlain == true) {
      self.mistake(mistake.problem, hint: mistake.hint)
      return nil
    }
    if let doubt = SecretWords.doubt(text) { warning(doubt) }
    return Secret(text.text)
  }

  /// It stands as it is written, for what it names is not to be had here.
  func isUnknown(_ secret: Secret) -> Bool { node.scalar?.text == secret.reveal() && secret.reveal().contains("${") }

  /// One secret or several: the old and the new one while rotating.
  func secrets() -> [Secret] { elements("a secret or a list of them")?.compactMap { $0.secret() } ?? [] }

  /// A secret that lets somebody in, and its end where it has one.
  struct DatedSecret: Hashable {
    var secret: Secret
    var expires: Timestamp?
  }

  /// The same for secrets that let somebody in: how long they must be depends on who can knock, which is known later. Each may be a mapping
  /// of `token` and `expires`.
  /// - Parameter flaw: what makes a secret useless, where something does.
  func doors(_ flaw: (Secret) -> SettingMistake? = { _ in nil }) -> [DatedSecret] {
    elements("a secret or a list of them")?.compactMap { element in
      guard let (element, expires) = element.dated(), let secret = element.secret() else { return nil }
      if !element.isUnknown(secret) {
        context.doors.append((secret, element))
        if let flaw = flaw(secret) { element.tell(flaw) }
      }
      return DatedSecret(secret: secret, expires: expires)
    } ?? []
  }

  /// What lets somebody in, and its end where it is a mapping that gives one.
  func dated() -> (token: Reader, expires: Timestamp?)? {
    guard node.mapping?.contains(where: { ["token", "expires"].contains($0.key.scalar?.text) }) == true else { return (self, nil) }
    guard let keys = keys(["token", "expires"], of: "a secret") else { return nil }
    guard let token = keys.required("token", example: "\"${TOKEN}\"") else { return nil }
    return (token, keys["expires"]?.end())
  }

  /// Tells of a single value where keys belong: most likely the secret, so it is not shown.
  func holdsValue(instead name: String) -> Bool {
    guard let scalar = node.scalar, !scalar.isNull else { return false }
    mistake("expected a mapping, found a single value", hint: "write \(name): { secret: … }")
    return true
  }

  /// When a secret ends: a time, or a date, which is its first moment in UTC. Tells of an end that is near or over.
  func end() -> Timestamp? {
    guard let text = text("a date such as 2027-03-01, or a time") else { return nil }
    guard let end = Timestamp(rfc3339: text.text) ?? Timestamp(rfc3339: text.text + "T00:00:00Z") else {
      mistake("\(text.shown) is no date and no time", hint: "write 2027-03-01, or 2027-03-01T12:00:00Z")
      return nil
    }
    let left = end - context.now
    let days = left.components.seconds / 86_400
    if left <= .zero {
      warning("this secret has expired: it lets nobody in", hint: "remove it, or make a new one: bellhop token new NAME")
    } else if left <= Self.notice {
      warning(
        "this secret expires in \(days == 0 ? "less than a day" : days == 1 ? "1 day" : "\(days) days")",
        hint: "put a new one beside it: bellhop token new NAME")
    }
    return end
  }

  /// So long before its end a secret is told of.
  static let notice = Duration.seconds(14 * 86_400)

  /// `true`, `false`, and `yes` and `no`, which here can mean nothing else.
  func bool() -> Bool? {
    guard let text = text("true or false") else { return nil }
    if let bool = text.scalar.bool { return bool }
    switch text.text {
    case "yes": return true
    case "no": return false
    default:
      mistake("\(text.shown) is not true or false")
      return nil
    }
  }

  func int(_ range: ClosedRange<Int>) -> Int? {
    guard let text = text("a whole number") else { return nil }
    guard let int = text.scalar.int else {
      let isQuoted = Scalar(text.text, isPlain: true).int != nil
      mistake(
        "\(text.shown) is not a whole number", hint: isQuoted ? "write it without quotes" : "write a number, such as \(range.lowerBound)")
      return nil
    }
    guard range.contains(int) else {
      mistake("\(int) is not between \(range.lowerBound) and \(range.upperBound)")
      return nil
    }
    return int
  }

  func duration(_ range: ClosedRange<Duration> = .zero...(.seconds(3_650 * 86_400))) -> Duration? {
    guard let text = text("a duration such as 90s, 15m, 24h or 90d") else { return nil }
    guard let duration = Duration(parsing: text.text) else {
      mistake("\(text.shown) is not a duration", hint: "write a number and ms, s, m, h or d: 90s, 15m, 24h, 90d")
      return nil
    }
    guard range.contains(duration) else {
      mistake("\(text.shown) is not between \(range.lowerBound.short) and \(range.upperBound.short)")
      return nil
    }
    return duration
  }

  func rate() -> Rate? {
    guard let text = text("a rate such as 1/s or 30/m") else { return nil }
    guard let rate = Rate(parsing: text.text) else {
      mistake("\(text.shown) is not a rate", hint: "write a number from 1 to 1000000 and /s, /m, /h or /d: 1/s, 30/m")
      return nil
    }
    return rate
  }

  /// Bytes: `1MiB`, `64KiB`, `10GiB`, or a bare number.
  func size(_ range: ClosedRange<Int>) -> Int? {
    guard let text = text("a size such as 1MiB") else { return nil }
    guard let size = Size(parsing: text.text)?.bytes else {
      mistake("\(text.shown) is not a size", hint: "write a number and KiB, MiB or GiB: 64KiB, 1MiB, 10GiB")
      return nil
    }
    guard range.contains(size) else {
      mistake("\(text.shown) is not between \(Size(bytes: range.lowerBound)) and \(Size(bytes: range.upperBound))")
      return nil
    }
    return size
  }

  func choice(_ words: [String]) -> String? {
    guard let text = text(Words.or(words)) else { return nil }
    guard words.contains(text.text) else {
      mistake("\(text.shown) is not a choice here", hint: Words.hint(text.text, among: words, called: "choices"))
      return nil
    }
    return text.text
  }

  /// An absolute `http://` or `https://` address.
  func url(isSecret: Bool = false) -> String? {
    guard let text = textOrUnknown("an address such as https://example.com", isSecret: isSecret) else { return nil }
    if text.isUnknown { return WebAddress.standIn }
    guard WebAddress.isWeb(text.text) else {
      let what = isSecret ? "this" : text.shown
      if let doubt = SecretWords.doubt(text) {
        mistake("\(what) is not an address: \(doubt.problem)", hint: doubt.hint)
      } else {
        mistake("\(what) is not an address", hint: "write it whole: https://example.com/path")
      }
      return nil
    }
    if !isSecret, WebAddress.holdsPassword(text.text) {
      mistake("this address holds a name or a password, and addresses are shown", hint: "write it without what stands before the @")
      return nil
    }
    return text.text
  }

  /// One of the names that another section gives.
  func name(among names: [String], _ what: String, called all: String) -> String? {
    guard let text = text("the name of a \(what)") else { return nil }
    guard names.contains(text.text) else {
      mistake("there is no \(what) \(text.shown)", hint: Words.hint(text.text, among: names.sorted(), called: all))
      return nil
    }
    return text.text
  }

  func template() -> Template? {
    guard let text = textOrUnknown("text, with {{…}} for values of the event") else { return nil }
    do throws(TemplateError) { return try Template(text.text) } catch {
      for problem in error.all { mistake("the template \(text.shown) cannot be used: \(problem.description)", hint: problem.hint) }
      return nil
    }
  }

  /// - Parameter taker: whose patterns they are, to tell which hardly mean what they say; nil tells nothing.
  func globs(of taker: GlobDoubts.Taker? = nil) -> [Glob]? {
    let patterns: [String]? = elements("a pattern or a list of them")?.compactMap { element in
      let pattern = element.string("a pattern such as \"user.*\"")
      if let taker, let pattern, let text = element.node.scalar?.text, !text.contains("${"),
        let doubt = GlobDoubts.doubt(pattern, of: taker)
      {
        element.warning(doubt)
      }
      return pattern
    }
    guard let patterns, !patterns.isEmpty else { return nil }
    return patterns.map(Glob.init)
  }
}
