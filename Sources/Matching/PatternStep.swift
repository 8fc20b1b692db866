/// One instruction of a compiled ``Pattern``; numbers are the steps that follow.
enum PatternStep: Sendable, Hashable {
  case take(CharacterSet, then: Int)
  case split(Int, Int)
  case jump(Int)
  case start(then: Int)
  case end(then: Int)
  case boundary(Bool, then: Int)
  case match
}

/// What one place of a pattern takes.
struct CharacterSet: Sendable, Hashable {
  var ranges: [ClosedRange<UInt32>]
  var isNegated = false
  var ignoresCase = false

  static let any = CharacterSet(ranges: [0x0A...0x0A], isNegated: true)
  static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
  static let words: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
  static let spaces: [ClosedRange<UInt32>] = [0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x2028...0x2029]

  static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    guard let value = scalar?.value else { return false }
    return words.contains { $0.contains(value) }
  }

  static func complement(of ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
      next = max(next, range.upperBound + 1)
    }
    return gaps + [next...0x10FFFF]
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    if has(scalar.value) { return !isNegated }
    guard ignoresCase else { return isNegated }
    let properties = scalar.properties
    let isFound = [properties.lowercaseMapping, properties.uppercaseMapping].contains { mapping in
      mapping.unicodeScalars.count == 1 && mapping.unicodeScalars.contains { has($0.value) }
    }
    return isFound != isNegated
  }

  private func has(_ value: UInt32) -> Bool { ranges.contains { $0.contains(value) } }
}
