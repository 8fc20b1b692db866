import Testing
import YAML

@Suite struct HostileTests {
  private func problem(_ text: String, limits: DocumentLimits = DocumentLimits()) -> String {
    Document(parsing: text, limits: limits).flaws.first?.problem ?? "none"
  }

  @Test func aliasBomb() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      let alias = "*a\(level - 1)"
      text += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
    }
    #expect(problem(text).contains("more than 100000 values"))
  }

  @Test func mergeBomb() {
    var text = "a0: &a0 {k: [x, x, x, x, x, x, x, x, x, x]}\n"
    for level in 1...30 { text += "a\(level): &a\(level) {<<: *a\(level - 1), l: *a\(level - 1), m: *a\(level - 1)}\n" }
    #expect(problem(text).contains("more than 100000 values"))
  }

  /// What libyaml counts as a line is one: else a sentence looks at another line than the one that it is about, or beyond its end.
  @Test(arguments: ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]) func everyLineBreakCounts(lineBreak: String) {
    let flaws = Document(parsing: ["a: 1", "b: 2", "text: Error: disk full", ""].joined(separator: lineBreak)).flaws
    #expect(flaws.first?.mark == Position(line: 3, column: 7) && flaws.first?.problem.hasPrefix("a `:` and a blank") == true, "\(flaws)")
    #expect(!Document(parsing: "a:\rK={ a: 0 }\n  b: |\n   c\n? k\n: a:").flaws.isEmpty)
  }

  @Test func deepAliases() {
    var text = "a0: &a0 [x]\n"
    for level in 1...100 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(problem(text).contains("deeper than 64 levels, through an alias"))
  }

  @Test func brackets() {
    #expect(problem(String(repeating: "[", count: 100_000)).contains("deeper than 64"))
    #expect(problem(String(repeating: "{", count: 100_000)).contains("deeper than 64"))
    #expect(problem(String(repeating: "- ", count: 100_000)).contains("deeper than 64"))
    #expect(problem(String(repeating: "? ", count: 100_000)).contains("deeper than 64"))
    #expect(problem("[[1]]", limits: DocumentLimits(depth: 1)).contains("deeper than 1"))
    #expect(problem("[[1]]", limits: DocumentLimits(depth: 2)) == "none")
  }

  @Test func size() {
    #expect(problem("#2345", limits: DocumentLimits(bytes: 5)) == "none")
    #expect(problem(String(repeating: "#", count: (4 << 20) + 1)).contains("4194305 bytes"))
    #expect(problem("[1, 2, 3]", limits: DocumentLimits(nodes: 4)) == "none")
    #expect(problem("[1, 2, 3]", limits: DocumentLimits(nodes: 3)).contains("more than the 3 values"))
  }

  @Test func mutationsNeverCrash() {
    let sample = Array(
      """
      server: {listen: "127.0.0.1:8484", limits: &l {body: 1MiB}}
      base: &base
        <<: *l
        text: |
          hello {{subject}} #x
        list: [a, 'b''', "c\\n", *l]
      rows:
        - match: {type: "server.*", severity: error+}
          to: [{mail: {to: [x@y.z]}}]
        - <<: *base
          ? complex
          : !!str 1
      """.utf8)
    var random = Dice(state: 42)
    let spice = Array("{}[]:,&*!|>'\"%@`#-?\t\n \\~<".utf8) + [0x00, 0x80, 0xC3, 0xFF]
    var read = 0
    for _ in 0..<4_000 {
      var bytes = sample
      for _ in 0...(random.next() % 4) {
        let at = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes[at] = spice[Int(random.next() % UInt64(spice.count))]
        case 1: bytes.insert(spice[Int(random.next() % UInt64(spice.count))], at: at)
        case 2: bytes.remove(at: at)
        default: bytes = Array(bytes[at...] + bytes[..<at])
        }
      }
      let document = Document(parsing: bytes)
      #expect(document.root != nil || !document.flaws.isEmpty)
      for flaw in document.flaws { #expect(flaw.mark.line >= 1 && flaw.mark.column >= 1 && !flaw.problem.isEmpty) }
      if document.root != nil { read += 1 }
    }
    #expect(read > 100 && read < 4_000)
  }
}

/// SplitMix64: the same mutations in every run. https://prng.di.unimi.it/splitmix64.c
struct Dice {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
