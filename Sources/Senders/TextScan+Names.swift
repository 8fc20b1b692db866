import Bellhop

// `name=value`, `name: value`, `"name": "value"`, `name => value`, `<name>value</name>`, and parameters of addresses.
extension TextScan {
  private enum NameKind { case authorization, cookie, phrase, token, other }

  /// At a `:` or `=`.
  mutating func separator(width: Int) {
    let sign = at
    // Fullwidth, or percent-encoded.
    let isColon = width == 1 ? bytes[sign] == UInt8(ascii: ":") : byte(sign + 2) == 0x9A || byte(sign + 2) | 0x20 == UInt8(ascii: "a")
    at += width
    spend(width)
    if isColon, byte(sign + 1) == UInt8(ascii: "/"), byte(sign + 2) == UInt8(ascii: "/") { return address(sign) }
    if isColon, let token = botToken(sign) ?? sourceName(sign) { return hide(token) }
    if mode == .identifier, isColon { return }
    // `Password::Invalid` is a constant of Ruby's or C++'s.
    if isColon, byte(sign + 1) == UInt8(ascii: ":") || byte(sign - 1) == UInt8(ascii: ":") { return }
    let (name, isQuoted) = nameBefore(sign)
    guard !name.isEmpty else { return }
    let weight = names.weight(of: self.name(name)) ?? parameter(name, sign) ?? (isSpokenName(name) ? .secret : nil)
    guard let weight else { return }
    var start = at
    // `=>`, `:=`, `==`
    while start < bytes.count, start < at + 2, bytes[start] == UInt8(ascii: ">") || bytes[start] == UInt8(ascii: "=") { start += 1 }
    let gap = start
    while start < bytes.count, start < gap + 16, Self.isBlank(bytes[start]) { start += 1 }
    let spot = Spot(name: name, isNameQuoted: isQuoted, isColon: isColon, isSpaced: start > gap, weight: weight)
    assigned(spot, start)
  }

  /// A name and its separator.
  private struct Spot {
    let name: Range<Int>
    let isNameQuoted: Bool
    let isColon: Bool
    let isSpaced: Bool
    let weight: SecretNames.Weight
  }

  /// The name to the left: behind blanks, quotes and brackets. Each byte of it belongs to one separator only, so that this stays linear.
  private mutating func nameBefore(_ sign: Int) -> (range: Range<Int>, isQuoted: Bool) {
    var end = sign
    while end > 0, sign - end < 16, Self.isBlank(bytes[end - 1]) { end -= 1 }
    let tail = end
    while end > 0, tail - end < 16,
      Self.isQuote(bytes[end - 1]) || bytes[end - 1] == UInt8(ascii: "\\") || bytes[end - 1] == UInt8(ascii: "]")
    {
      end -= 1
    }
    let isQuoted = end < tail
    // `user%5Bpassword%5D=` and `%22password%22:`
    while end >= 3, bytes[end - 3] == UInt8(ascii: "%"), spells("5d", at: end - 2) || spells("22", at: end - 2) { end -= 3 }
    var start = end
    while start > 0, end - start < NameFolding.longest, Self.isWord(bytes[start - 1]) || bytes[start - 1] >= 0x80 {
      // A fullwidth separator is no part of a name.
      if bytes[start - 1] & 0xF8 == 0x98, start >= 3, bytes[start - 2] == 0xBC, bytes[start - 3] == 0xEF { break }
      start -= 1
    }
    spend(sign - start)
    return (start..<end, isQuoted)
  }

  /// Parameters whose names say nothing elsewhere: `?key=…`, `&code=…`.
  private func parameter(_ name: Range<Int>, _ sign: Int) -> SecretNames.Weight? {
    let before = byte(name.lowerBound - 1)
    guard before == UInt8(ascii: "?") || before == UInt8(ascii: "&"), bytes[sign] == UInt8(ascii: "=") else { return nil }
    let isKnown = name.count == 3 && spells("key", at: name.lowerBound) || name.count == 4 && spells("code", at: name.lowerBound)
    guard isKnown else { return nil }
    var end = sign + 1
    while end < bytes.count, end - sign <= 20, Self.isWord(bytes[end]) || bytes[end] == UInt8(ascii: "/") { end += 1 }
    return end - sign > 16 ? .secret : nil
  }

  private func kind(of name: Range<Int>) -> NameKind {
    let end = name.upperBound
    if spells("authorization", at: end - 13) { return .authorization }
    if spells("cookie", at: end - 6) || spells("cookies", at: end - 7) { return .cookie }
    if spells("phrase", at: end - 6) || spells("mnemonic", at: end - 8) { return .phrase }
    if spells("token", at: end - 5) || spells("cookie", at: end - 6) { return .token }
    return .other
  }

  private mutating func assigned(_ spot: Spot, _ start: Int) {
    let kind = kind(of: spot.name)
    if kind == .authorization { return authorization(spot, start) }
    guard start < bytes.count, !Self.isLineEnd(bytes[start]) else { return }
    if kind == .cookie, let line = cookies(start) { return hide(line) }
    if kind == .phrase, !Self.isQuote(bytes[start]), bytes[start] != UInt8(ascii: "\\") {
      return hide(start..<lineEnd(start, stopsAtQuotes: true))
    }
    let value = value(at: start)
    if hides(value, spot, kind) { hide(value.range) }
  }

  private func hides(_ value: ScannedValue, _ spot: Spot, _ kind: NameKind) -> Bool {
    let range = value.range
    // `arn:aws:secretsmanager:…:secret:name`
    if spot.isColon, !spot.isSpaced, byte(spot.name.lowerBound - 1) == UInt8(ascii: ":"), spells("secret", at: spot.name.lowerBound) {
      return false
    }
    let isStructural = spot.isNameQuoted && value.isQuoted
    if range.isEmpty || isStandIn(range, isProse: spot.isColon && !isStructural) { return false }
    if isStructural { return true }
    if spot.weight == .prefixed { return bytes[range].contains(where: Self.isDigit) }
    let isNumber = bytes[range].allSatisfy {
      Self.isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "/")
    }
    if spot.weight == .loose {
      if isNumber { return false }
      return value.isQuoted || Self.looksSecret(bytes[range]) || range.count > 20
        || spells("pass", at: spot.name.upperBound - 4) && !spot.isColon
    }
    if !value.isQuoted, isCode(range, spot.isSpaced) { return false }
    // `Unexpected token: }`, `invalid token: expected ")"`
    if kind == .token, spot.isColon, spot.isSpaced { return range.count >= 6 && Self.looksSecret(bytes[range]) || range.count > 20 }
    // `GPIO pin: 17`, `API keys: 3`
    let end = spot.name.upperBound
    let isShort = spells("pin", at: end - 3) || spells("cvv", at: end - 3) || spells("cvc", at: end - 3) || spells("code", at: end - 4)
    if isNumber, range.count < (isShort ? 3 : 4), spot.isColon || isShort { return false }
    return bytes[range].contains { Self.isAlphanumeric($0) || $0 >= 0x80 } || range.count >= 4
  }

  /// The value of a header `Authorization`: all of it behind the word for its scheme, to the end of the line.
  private mutating func authorization(_ spot: Spot, _ start: Int) {
    var start = start
    // The header may be folded: https://www.rfc-editor.org/rfc/rfc9112#section-5.2
    while start < bytes.count, Self.isLineEnd(bytes[start]) || Self.isBlank(bytes[start]) { start += 1 }
    while start < bytes.count, Self.isQuote(bytes[start]) || bytes[start] == UInt8(ascii: "\\") || bytes[start] == UInt8(ascii: "[") {
      start += 1
    }
    var word = start
    while word < bytes.count, Self.isWord(bytes[word]) { word += 1 }
    let scheme = String(decoding: bytes[start..<min(word, start + 24)], as: UTF8.self).lowercased()
    spend(word - spot.name.upperBound)
    guard Self.schemes.contains(scheme) else {
      let value = value(at: start).range
      if !value.isEmpty, !isStandIn(value, isProse: true), Self.looksSecret(bytes[value]) || value.count >= 12 { hide(value) }
      return
    }
    if byte(word) == UInt8(ascii: "%") || byte(word) == UInt8(ascii: "+") { return hide(word + 1..<value(at: word + 1).range.upperBound) }
    let gap = word
    while word < bytes.count, word - gap < 16, Self.isBlank(bytes[word]) || Self.isLineEnd(bytes[word]) { word += 1 }
    guard word > gap, word < bytes.count else { return }
    // Those of several parts have quotes and commas inside.
    let isSimple = scheme == "bearer" || scheme == "basic"
    if isSimple, let credential = credential(behind: gap) { return hide(credential) }
    let end = isSimple ? value(at: word).range.upperBound : lineEnd(word, stopsAtQuotes: scheme == "token" || scheme == "apikey")
    if !isStandIn(word..<end, isProse: true) { hide(word..<end) }
  }

  private static let schemes: Set<String> = [
    "bearer", "basic", "digest", "token", "apikey", "negotiate", "ntlm", "aws4-hmac-sha256", "hmac", "oauth", "hawk", "dpop", "key", "aws",
    "sharedkey", "sharedkeylite", "mac", "signature", "splunk", "genie", "geniekey", "bot", "ghost", "discogs", "zoho-oauthtoken",
  ]

  /// Cookies have names and values of their own: all of the line. Nil for a sentence about cookies.
  private mutating func cookies(_ start: Int) -> Range<Int>? {
    var start = start
    while start < bytes.count, Self.isQuote(bytes[start]) || bytes[start] == UInt8(ascii: "\\") || bytes[start] == UInt8(ascii: "[") {
      start += 1
    }
    let end = lineEnd(start, stopsAtQuotes: true)
    guard bytes[start..<end].contains(UInt8(ascii: "=")) else { return nil }
    return start..<end
  }

  /// `<password>hunter2</password>`
  mutating func element() {
    at += 1
    spend(1)
    var end = at
    while end < bytes.count, Self.isWord(bytes[end]) || bytes[end] == UInt8(ascii: ":") { end += 1 }
    let local = bytes[at..<end].lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? at
    guard mode == .prose, byte(end) == UInt8(ascii: ">"), names.weight(of: name(local..<end)) != nil else { return }
    var close = end + 1
    while close < bytes.count, bytes[close] != UInt8(ascii: "<") { close += 1 }
    spend(close - at)
    guard close < bytes.count, !isStandIn(end + 1..<close, isProse: false) else { return }
    at = end
    hide(end + 1..<close)
  }
}
