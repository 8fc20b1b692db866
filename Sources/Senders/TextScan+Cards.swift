// Numbers of payment cards: an issuer's prefix, the length that goes with it, and a check digit (Luhn, ISO/IEC 7812-1 annex B).
extension TextScan {
  /// The card's number that begins here: 13 to 19 digits, in one piece or in the groups that are printed on cards.
  mutating func card(at start: Int) -> Range<Int>? {
    guard Self.canBegin(bytes[start]), !isInsideOfNumber(start) else { return nil }
    var digits = 0
    var groups: [Int] = []
    var group = 0
    var separator: UInt8?
    var end = start
    scan: while end < bytes.count {
      let byte = bytes[end]
      if Self.isDigit(byte) {
        digits += 1
        group += 1
        if digits > 19 { break scan }
      } else if byte == 0x20 || byte == UInt8(ascii: "-"), separator ?? byte == byte, Self.isDigit(self.byte(end + 1)), group >= 3 {
        separator = byte
        groups.append(group)
        group = 0
      } else {
        break
      }
      end += 1
    }
    spend(end - start)
    groups.append(group)
    guard 13...19 ~= digits, !isGluedOn(end) else { return nil }
    guard groups.count == 1 || Self.printed.contains(groups) else { return nil }
    let number = bytes[start..<end].filter(Self.isDigit)
    return Self.isCard(number) ? start..<end : nil
  }

  private static let printed: Set<[Int]> = [
    [4, 4, 4, 4], [4, 6, 5], [4, 6, 4], [4, 4, 4, 1], [4, 4, 5], [4, 4, 4, 4, 3], [6, 13], [4, 4, 4, 5], [4, 4, 4, 6],
  ]

  private static func canBegin(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "2") < 5 }

  private func isInsideOfNumber(_ start: Int) -> Bool {
    let before = byte(start - 1)
    if start == 0 { return false }
    if Self.isWord(before) || before == UInt8(ascii: "+") || before == UInt8(ascii: "#") || before == UInt8(ascii: "/") { return true }
    if before == UInt8(ascii: "=") || before == UInt8(ascii: ":"), spells("id", at: start - 3) { return true }
    guard before == 0x20, Self.isDigit(byte(start - 2)) else { return false }
    // A group of digits before it, or the head of an IBAN: `DE89 3704 …`.
    var digits = start - 1
    while digits > 0, start - digits < 8, Self.isDigit(bytes[digits - 1]) { digits -= 1 }
    return start - 1 - digits >= 3 || start - 1 - digits == 2 && isCountry(digits - 2)
  }

  private func isCountry(_ index: Int) -> Bool { byte(index) &- 65 < 26 && byte(index + 1) &- 65 < 26 && !Self.isWord(byte(index - 1)) }

  private func isGluedOn(_ end: Int) -> Bool {
    let next = byte(end)
    if next == UInt8(ascii: ".") { return Self.isAlphanumeric(byte(end + 1)) }
    if next == 0x20 { return Self.isDigit(byte(end + 1)) }
    return Self.isWord(next)
  }

  static func isCard(_ number: Int64) -> Bool {
    guard number >= 1_000_000_000_000 else { return false }
    return isCard(Array(String(number).utf8))
  }

  static func isCard(_ digits: [UInt8]) -> Bool { hasIssuer(digits) && passesLuhn(digits) && Set(digits).count > 1 }

  /// https://en.wikipedia.org/wiki/Payment_card_number#Issuer_identification_number_(IIN)
  private static func hasIssuer(_ digits: [UInt8]) -> Bool {
    let four = digits.prefix(4).reduce(0) { $0 * 10 + Int($1 - 48) }
    switch (four, digits.count) {
    case (4_000...4_999, 13), (4_000...4_999, 16): return true
    case (5_100...5_599, 16), (2_221...2_720, 16): return true
    case (3_400...3_499, 15), (3_700...3_799, 15): return true
    case (6_011, 16), (6_440...6_599, 16), (6_200...6_299, 16), (6_200...6_299, 19): return true
    case (3_528...3_589, 16): return true
    case (3_000...3_059, 14), (3_600...3_699, 14), (3_800...3_999, 14): return true
    case (5_018, 12...19), (5_020, 12...19), (5_038, 12...19), (6_304, 12...19), (6_759, 12...19), (6_761...6_763, 12...19): return true
    default: return false
    }
  }

  private static func passesLuhn(_ digits: [UInt8]) -> Bool {
    var sum = 0
    for (index, digit) in digits.reversed().enumerated() {
      let value = Int(digit - 48) * (index.isMultiple(of: 2) ? 1 : 2)
      sum += value > 9 ? value - 9 : value
    }
    return sum.isMultiple(of: 10)
  }
}
