import TestSupport
import Testing

@testable import Matching

@Suite struct PatternTests {
  @Test(arguments: [
    ("abc", "xabcx", true), ("^abc$", "abc", true), ("^abc$", "abcd", false), ("^$", "", true), ("^$", "a", false), ("", "", true),
    ("a|b", "zbz", true), ("^(a|b)+$", "abba", true), ("^(a|b)+$", "abca", false), ("^a?b*c+$", "cc", true), ("^a?b*c+$", "abbc", true),
    ("^a?b*c+$", "aac", false), ("^a{2}$", "aa", true), ("^a{2}$", "aaa", false), ("^a{2,}$", "aaaa", true), ("^a{2,3}$", "aaaa", false),
    ("^a{0}$", "", true), ("^[a-c]+$", "abc", true), ("^[a-c]+$", "abd", false), ("^[^a-c]+$", "xyz", true), ("^[^a-c]+$", "xaz", false),
    ("^[]x]+$", "]x", true), ("^[a-]+$", "a-", true), ("^[\\d_]+$", "1_2", true), ("\\bcat\\b", "a cat!", true),
    ("\\bcat\\b", "concat", false),
    ("\\Bcat", "concat", true), ("^\\w+@\\w+\\.com$", "ann@x.com", true), ("^\\S+\\s\\S+$", "a b", true), ("a.c", "a\nc", false),
    ("a.c", "aüc", true), ("(?i)ÄPFEL", "äpfel", true), ("(?i)[a-z]+$", "ABC", true), ("(?:ab)+c", "ababc", true), ("a*?b", "aab", true),
    ("^(a*)*$", "aaaa", true), ("^(a|aa)+$", "aaaaa", true), ("\\.", "a", false), ("\\/\\-", "/-", true), ("^(|a)b$", "b", true),
    ("x{10}", "xxxxxxxxxx", true), ("^ab|cd$", "abzz", true), ("🎉+", "a🎉", true),
  ])
  func matches(_ source: String, _ text: String, _ expected: Bool) throws {
    #expect(try Pattern(source).matches(text) == expected)
  }

  @Test(arguments: [
    ("(a", "( is not closed", 0), ("a)", "a ) that closes nothing", 1), ("[a", "[ is not closed", 0), ("*a", "nothing in front of *", 0),
    ("a**", "nothing to repeat here", 0), ("^*", "nothing to repeat here", 0), ("a{", "{ begins no count", 1),
    ("a{3,2}", "{ begins no count", 1),
    ("(a)\\1", "back-references (\\1) are not supported", 3), ("a(?=b)", "look-around and named groups are not supported", 1),
    ("(?<n>a)", "look-around and named groups are not supported", 0), ("a(?P<n>b)", "groups have no names here", 1),
    ("a(?P=n)", "groups have no names here", 1), ("a(?i)b", "flags stand at the start only", 1),
    ("a\\", "\\ at the end", 1), ("\\p", "\\p is not supported", 0), ("[z-a]", "a range that ends before it begins", 1),
    ("[[:alpha:]]", "[:names:] are not supported", 1),
  ])
  func mistakes(_ source: String, _ description: String, _ offset: Int) {
    #expect {
      try Pattern(source)
    } throws: { error in
      guard let error = error as? PatternError else { return false }
      return error.description == description && error.offset == offset && error.hint != nil
    }
  }

  @Test func sizeIsLimited() throws {
    for source in ["a{1001}", "((a{50}){50}){50}", "(((((a{9999}){9999}){9999}){9999}){9999}){9999}", "(a|b){400}"] {
      #expect(throws: PatternError.self) { try Pattern(source) }
    }
    #expect(throws: PatternError.self) { try Pattern(String(repeating: "(", count: 100_000)) }
    #expect(try Pattern("a{900}").matches(String(repeating: "a", count: 900)))
  }

  /// Patterns and texts that stop a backtracking engine for centuries.
  @Test(arguments: [
    "^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*)*x", "(a?){200}a{200}", "^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}$",
  ])
  func hostileTextIsBounded(_ source: String) throws {
    let pattern = try Pattern(source)
    let text = String(repeating: "a", count: 2_000) + "!"
    let took = ContinuousClock().measure { _ = pattern.matches(text) }
    #expect(took < .seconds(60), "\(took)")
  }

  @Test func looksAtABoundedPart() throws {
    let far = String(repeating: "a", count: Pattern.reach + 10)
    #expect(try !Pattern("b").matches(far + "b"))
    #expect(try !Pattern("a$").matches(far))
  }

  /// Groups in groups, each with a count: their size is found without asking every part twice, and counts of nothing are not free.
  @Test(.timeLimit(.minutes(5)), arguments: ["a?", "(?:a{2})?", "()", "(|)", "(?:){9}"])
  func deepGroupsTakeNoTime(_ inner: String) {
    for count in ["?", "*", "{0,2}", "{10000}", "{9,}"] {
      let source = String(repeating: "(", count: 49) + inner + String(repeating: ")\(count)", count: 49)
      let took = ContinuousClock().measure { _ = try? Pattern(source) }
      #expect(took < .seconds(10), "\(inner) \(count)")
    }
    #expect(throws: PatternError.self) { try Pattern(String(repeating: "(", count: 100_000)) }
  }

  /// The engine agrees with the definition of regular expressions, followed by brute force.
  @Test func agreesWithBruteForce() throws {
    indirect enum Node {
      case letter(Character), any, sequence(Node, Node), choice(Node, Node), star(Node), optional(Node)
      var source: String {
        switch self {
        case .letter(let letter): String(letter)
        case .any: "."
        case .sequence(let a, let b): a.source + b.source
        case .choice(let a, let b): "(\(a.source)|\(b.source))"
        case .star(let a): "(\(a.source))*"
        case .optional(let a): "(\(a.source))?"
        }
      }
      func ends(_ text: [Character], _ starts: Set<Int>) -> Set<Int> {
        switch self {
        case .letter(let letter): return Set(starts.filter { $0 < text.count && text[$0] == letter }.map { $0 + 1 })
        case .any: return Set(starts.filter { $0 < text.count }.map { $0 + 1 })
        case .sequence(let a, let b): return b.ends(text, a.ends(text, starts))
        case .choice(let a, let b): return a.ends(text, starts).union(b.ends(text, starts))
        case .optional(let a): return starts.union(a.ends(text, starts))
        case .star(let a):
          var all = starts
          while true {
            let more = all.union(a.ends(text, all))
            if more == all { return all }
            all = more
          }
        }
      }
      static func random(_ depth: Int, _ dice: inout Seeded) -> Node {
        if depth == 0 { return dice.chance(80) ? .letter(dice.pick(["a", "b"])) : .any }
        switch Int.random(in: 0..<5, using: &dice) {
        case 0: return .choice(random(depth - 1, &dice), random(depth - 1, &dice))
        case 1: return .star(random(depth - 1, &dice))
        case 2: return .optional(random(depth - 1, &dice))
        default: return .sequence(random(depth - 1, &dice), random(depth - 1, &dice))
        }
      }
    }
    var dice = Seeded(3)
    for _ in 0..<1_500 {
      let node = Node.random(Int.random(in: 0...4, using: &dice), &dice)
      let text = (0..<Int.random(in: 0...8, using: &dice)).map { _ in dice.pick(["a", "b", "c"] as [Character]) }
      let whole = node.ends(text, [0]).contains(text.count)
      let somewhere = !node.ends(text, Set(0...text.count)).isEmpty
      #expect(try Pattern("^(?:\(node.source))$").matches(String(text)) == whole, "\(node.source) \(String(text))")
      #expect(try Pattern(node.source).matches(String(text)) == somewhere, "\(node.source) \(String(text))")
    }
  }
}
