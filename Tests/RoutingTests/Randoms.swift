import Bellhop
import Matching
import TestSupport

@testable import Routing

/// Tables and events out of few words, so that many of them meet.
extension Seeded {
  static let patterns = ["^a", "1", "b$", "."].compactMap { try? Pattern($0) }

  mutating func type() -> String {
    (0..<Int.random(in: 1...6, using: &self)).map { _ in pick(["a", "b", "server", ""]) }.joined(separator: ".")
  }

  mutating func glob() -> Glob {
    if chance(40) { return Glob(type()) }
    return Glob(
      (0..<Int.random(in: 1...4, using: &self)).map { _ in pick(["a", "b", "server", "*", "**", "a*", "*b", "s**"]) }.joined(separator: ".")
    )
  }

  mutating func globs() -> [Glob] { (0..<Int.random(in: 1...2, using: &self)).map { _ in glob() } }

  mutating func json() -> JSON {
    pick([
      1, 1.0, 2, 2.5, "1", "a", "a.b", true, false, .null, -0.0, 0, [1], [[1]], ["a", 2], [true, "a.b", 0], [], ["k": 1], "é", "e\u{301}",
    ])
  }

  mutating func test(_ depth: Int) -> ValueTest {
    switch Int.random(in: 0..<(depth > 0 ? 12 : 9), using: &self) {
    case 0...3: .equals(json())
    case 4: .glob(glob())
    case 5: pick(Self.patterns.map(ValueTest.regex))
    case 6: pick([.less(2), .lessOrEqual(2), .less(1), .lessOrEqual(1)])
    case 7: pick([.greater(1), .greaterOrEqual(1), .greater(2), .greaterOrEqual(2)])
    case 8: .exists(chance(50))
    case 9: .not([test(depth - 1)])
    default: .all([test(depth - 1), test(depth - 1)])
    }
  }

  mutating func match(_ depth: Int) -> Match {
    switch Int.random(in: 0..<(depth > 0 ? 17 : 11), using: &self) {
    case 0...2: return .type(globs())
    case 3: return .source(globs())
    case 4: return .sender(globs())
    case 5: return .subject(globs())
    case 6: return .severity(Set(Severity.allCases.filter { _ in chance(50) }))
    case 7...9: return .data(pick([["k"], ["k", "l"], ["m"]]), (0..<Int.random(in: 1...2, using: &self)).map { _ in test(2) })
    case 10: return pick([.during("office"), .outside("office"), .during("always"), .outside("always")])
    case 11...14: return .all((0..<Int.random(in: 0...3, using: &self)).map { _ in match(depth - 1) })
    case 15: return .any((0..<Int.random(in: 0...3, using: &self)).map { _ in match(depth - 1) })
    default: return .not(match(depth - 1))
    }
  }

  mutating func event() -> Event {
    var data: JSON.Object = [:]
    if chance(60) { data["k"] = chance(30) ? ["l": json()] : json() }
    if chance(40) { data["m"] = json() }
    return made(
      type(), data, subject: chance(60) ? type() : nil, severity: pick(Severity.allCases), sender: type(), source: type())
  }

  mutating func tables(rows: Int) -> [Table] {
    (0..<Int.random(in: 1...4, using: &self)).map { role in
      Table(
        role: "r\(role)",
        rows: (0..<Int.random(in: 0...rows, using: &self)).map { _ in
          Row(match: match(2), to: [.channel(pick(["money", "critical", "cash"]))], alert: pick(Alert.allCases), continue: chance(30))
        })
    }
  }
}
