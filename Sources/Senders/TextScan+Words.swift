// Words: what they are by themselves, and what they announce.
extension TextScan {
  mutating func word() {
    let start = at
    var end = start
    while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
    at = end
    spend(end - start)
    let first = bytes[start]
    if first == UInt8(ascii: "-") {
      if spells("-----begin", at: start) { return privateKey(start) }
      option(start..<end)
      if at > end { return }
    }
    if Self.isDigit(first), let card = card(at: start) { return hide(card) }
    if mode != .key || end - start > 15, let token = token(in: start..<end) { return hide(token) }
    guard mode == .prose, end + 1 < bytes.count, bytes[end] <= 0x20 else { return }
    announced(by: start..<end)
  }

  /// What follows a word and a blank: `Bearer …`, `IDENTIFIED BY '…'`, `password is …`, `PASSWORD '…'`.
  private mutating func announced(by word: Range<Int>) {
    let (start, end) = (word.lowerBound, word.upperBound)
    switch word.count {
    case 6 where spells("bearer", at: start), 5 where spells("basic", at: start):
      if let credential = credential(behind: end) { return hide(credential) }
    case 2 where spells("by", at: start) && spells("identified ", at: start - 11):
      if Self.isQuote(byte(end + 1)) { return hide(value(at: end + 1).range) }
    default: break
    }
    let next = byte(end + 1)
    if next == UInt8(ascii: "'") {
      guard spells("password", at: end - 8) else { return }
      let range = value(at: end + 1).range
      if !isStandIn(range, isProse: false) { hide(range) }
    } else if spells("is ", at: end + 1) || spells("was ", at: end + 1) {
      guard names.weight(of: name(word)) == .secret || isSpokenName(word) else { return }
      let value = value(at: end + 1 + (next | 0x20 == UInt8(ascii: "i") ? 3 : 4))
      if Self.looksSecret(bytes[value.range]) { hide(value.range) }
    } else if spells("password", at: end - 8) || spells("passcode", at: end - 8) || spells("passwd", at: end - 6)
      || spells("otp", at: end - 3)
    {
      // `password hunter2`: no word of a sentence has a digit.
      guard names.weight(of: name(word)) == .secret else { return }
      let range = value(at: end + 1).range
      if range.count >= 6, bytes[range].contains(where: Self.isDigit),
        bytes[range].allSatisfy({ Self.isAlphanumeric($0) || $0 == 0x21 || 0x23...0x25 ~= $0 })
      {
        hide(range)
      }
    }
  }

  func name(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[range]) }

  /// `API key`, `access code`, `recovery phrase`: two words that are one name. The range is that of the second.
  func isSpokenName(_ word: Range<Int>) -> Bool {
    let (start, length) = (word.lowerBound, word.count)
    let isKey = length == 3 && spells("key", at: start) || length == 4 && spells("keys", at: start)
    let isCode = length == 4 && spells("code", at: start)
    let isPhrase = length == 6 && spells("phrase", at: start)
    guard isKey || isCode || isPhrase, start >= 4, Self.isBlank(bytes[start - 1]) else { return false }
    var before = start - 1
    while before > 0, start - before < 16, Self.isAlphanumeric(bytes[before - 1]) { before -= 1 }
    let owner = String(decoding: bytes[before..<start - 1], as: UTF8.self).lowercased()
    if isPhrase { return owner == "recovery" || owner == "seed" || owner == "backup" || owner == "secret" }
    return isKey ? Self.keyOwners.contains(owner) : Self.codeOwners.contains(owner)
  }

  private static let keyOwners: Set<String> = [
    "api", "access", "secret", "private", "signing", "encryption", "license", "master", "shared", "account", "service", "session",
  ]
  private static let codeOwners: Set<String> = [
    "security", "verification", "otp", "pin", "login", "recovery", "backup", "authentication", "auth", "sms", "cvv", "cvc", "access",
    "authorization", "passcode", "2fa", "mfa", "totp",
  ]

  /// `--password hunter2`, `-u user:hunter2`.
  private mutating func option(_ word: Range<Int>) {
    guard mode == .prose, Self.isBlank(byte(word.upperBound)) else { return }
    let start = word.upperBound + 1
    if byte(word.lowerBound + 1) == UInt8(ascii: "-"), word.count > 4 {
      let isUser = word.count == 6 && spells("--user", at: word.lowerBound)
      if isUser { return userPassword(start) }
      guard let weight = names.weight(of: name(word.lowerBound + 2..<word.upperBound)), byte(start) != UInt8(ascii: "-") else { return }
      let range = value(at: start).range
      if weight == .secret || Self.looksSecret(bytes[range]) { hide(range) }
    } else if word.count == 2, byte(word.lowerBound + 1) | 0x20 == UInt8(ascii: "u") {
      userPassword(start)
    }
  }

  private mutating func userPassword(_ option: Int) {
    let start = Self.isQuote(byte(option)) ? option + 1 : option
    var colon = start
    while colon < bytes.count, Self.isWord(bytes[colon]) || bytes[colon] == UInt8(ascii: "@") { colon += 1 }
    spend(colon - start)
    // Numbers are those of a user and a group.
    guard byte(colon) == UInt8(ascii: ":"), byte(colon + 1) != UInt8(ascii: "/"), !bytes[start..<colon].allSatisfy(Self.isDigit) else {
      return
    }
    hide(value(at: colon + 1).range)
  }

  /// What stands behind the word `Bearer` or `Basic` (RFC 6750, RFC 7617), if it looks like a credential and not like the next word of a
  /// sentence. It may stand on the next line.
  func credential(behind gap: Int) -> Range<Int>? {
    var start = gap
    while start < bytes.count, start - gap < 16, Self.isBlank(bytes[start]) || Self.isLineEnd(bytes[start]) { start += 1 }
    var end = start
    while end < bytes.count, Self.isCredential(bytes[end]) { end += 1 }
    // A full stop ends the sentence, not the token.
    while end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
    // `Basic realm="…"` is an offer.
    if end > start, bytes[end - 1] == UInt8(ascii: "="), Self.isQuote(byte(end)) { return nil }
    guard start > gap, end - start >= 20 || Self.looksSecret(bytes[start..<end]) else { return nil }
    return start..<end
  }

  private static func isCredential(_ byte: UInt8) -> Bool {
    isWord(byte) || byte == UInt8(ascii: "~") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=")
  }

  /// Not like the next word of a sentence: of four bytes and more, with a digit, a sign, or a capital inside.
  static func looksSecret(_ text: some Sequence<UInt8>) -> Bool {
    var hasLower = false, hasLaterUpper = false, hasOther = false
    var count = 0
    for byte in text {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): hasLower = true
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): hasLaterUpper = hasLaterUpper || count > 0
      case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ","), UInt8(ascii: "'"): break
      default: hasOther = true
      }
      count += 1
    }
    return count >= 4 && (hasOther || hasLower && hasLaterUpper)
  }

  static func looksSecret(_ text: String) -> Bool { looksSecret(text.utf8) }
}
