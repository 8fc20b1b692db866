import Bellhop
import Testing

@testable import Settings

@Suite struct PartsTests {
  @Test func listens() {
    for text in ["127.0.0.1:8484", "127.9.9.9:1", "localhost:80", "[::1]:65535", "[::ffff:127.0.0.1]:1"] {
      #expect(Listen(parsing: text)?.isLoopback == true && Listen(parsing: text)?.description == text, "\(text)")
    }
    for text in ["0.0.0.0:8484", "10.0.0.1:0", "[::]:1", "[2001:db8::1]:443"] {
      #expect(Listen(parsing: text)?.isLoopback == false, "\(text)")
    }
    for text in ["", ":", ":80", "8484", "::1:80", "127.0.0.1", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1", "[127.0.0.1]:1", "a:1"] {
      #expect(Listen(parsing: text) == nil, "\(text)")
    }
  }

  @Test func sizes() {
    #expect(Size(parsing: "4096")?.bytes == 4_096 && Size(parsing: "64KiB")?.bytes == 65_536 && Size(parsing: "1TiB")?.bytes == 1 << 40)
    for text in ["", "KiB", "1 MiB", "1MB", "-1", "1.5MiB", "9999999999TiB"] { #expect(Size(parsing: text) == nil, "\(text)") }
    #expect("\(Size(bytes: 1 << 20)) \(Size(bytes: 1_536)) \(Size(bytes: 0))" == "1MiB 1536 0")
  }

  @Test func addresses() {
    for text in ["http://a", "https://a.b:1/c?d#e", "HTTPS://a", "http://[::1]:80/", "https://u:p@a/", "http://127.0.0.1:9"] {
      #expect(WebAddress.isWeb(text), "\(text)")
    }
    for text in ["", "a.b", "ftp://a", "http://", "http:///x", "http://a b", "http://a:99999", "http://:80", "http://[::1", "https://a\n"] {
      #expect(!WebAddress.isWeb(text), "\(text)")
    }
  }

  @Test func interpolation() throws {
    let values = ["A": "1", "EMPTY": "", "NEST": "${A}"]
    let read = { (path: String) throws(FileError) -> [UInt8] in Array("in \(path)\r\n\n".utf8) }
    let interpolation = Interpolation(environment: { values[$0] }, readFile: read)
    let cases = [
      "${A}": "1", "a${A}b${A}": "a1b1", "$${A}": "${A}", "$$${A}": "$${A}", "${NONE:-x y}": "x y", "${EMPTY:-d}": "d", "${EMPTY}": "",
      "${NONE:-}": "", "${NEST}": "${A}", "${file:/x}": "in /x", "$5 ${A}": "$5 1", "${{data.a}} ${A}": "${{data.a}} 1",
    ]
    for (text, expected) in cases { #expect(try interpolation.expand(text) == expected, "\(text)") }
    for text in ["", "a", "$", "$A", "${{data.amount}}", "a $"] { #expect(try interpolation.expand(text) == nil, "\(text)") }
    for text in ["${NONE}", "${", "${}", "${1A}", "${A-b}", "${A:b}", "${file:x}", "${a b}"] {
      #expect(throws: Interpolation.Failure.self, "\(text)") { try interpolation.expand(text) }
    }
  }

  /// Whatever happens to the file, there is an answer and it shows no secret.
  @Test func mutationsNeverCrash() {
    let sample = Array(ConfigurationTests.whole.utf8)
    let words = ["*x", "{{a}}", "#x", ": ", "- ", "[", "]", "{", "}", "\"", "\n", "~", "${TOKEN}", "<<: *chat", ">=", "0x", "&a ", "\t"]
    var state: UInt64 = 7
    func dice(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(sides))
    }
    var failed = 0
    for _ in 0..<400 {
      var bytes = sample
      for _ in 0...dice(3) {
        let at = dice(bytes.count - 20)
        switch dice(3) {
        case 0: bytes.removeSubrange(at..<at + dice(20))
        case 1: bytes.insert(contentsOf: words[dice(words.count)].utf8, at: at)
        default: bytes.replaceSubrange(at..<at + 1, with: words[dice(words.count)].utf8)
        }
      }
      guard case .failure(let mistakes) = load(bytes: bytes) else { continue }
      failed += 1
      #expect(mistakes.all.contains { !$0.isWarning })
      #expect(!"\(mistakes)".contains("hunter2"))
      for mistake in mistakes.all { #expect(mistake.line >= 1 && mistake.column >= 1 && !mistake.problem.isEmpty) }
    }
    #expect(failed > 100)
  }
}
