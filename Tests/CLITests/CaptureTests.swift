import Bellhop
import Testing

@testable import CLI

@Suite struct CaptureTests {
  @Test func linesMayBreakAnywhere() {
    let stream = Array(":\n\ndata: {\"a\":1}\n\n:\n\ndata: {\"missed\":2}\n\ndata: {\n\n".utf8)
    for size in [1, 2, 7, stream.count] {
      var lines = CaptureLines()
      var found: [JSON] = []
      for start in stride(from: 0, to: stream.count, by: size) {
        found += lines.take(Array(stream[start..<min(start + size, stream.count)]))
      }
      #expect(found == [["a": 1], ["missed": 2]], "\(size)")
    }
  }

  /// What comes from outside steers no terminal and makes no lines of its own.
  @Test func nothingFromOutsideIsMoreThanText() {
    let sight: JSON = [
      "time": "t", "method": "POST", "path": "/hooks/a/\u{1B}[2J", "query": ["a": "b\nc"], "headers": ["x\u{1B}]0;": "y\r\nz: forged"],
      "body": "one\n\u{1B}[31mtwo", "events": [["type": "a", "text": "x\n\u{202E}y"]],
    ]
    let text = Capture.text(of: sight)
    #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E || $0.value == 0x0D })
    #expect(
      text.contains("t  POST /hooks/a/[2J?a=b c\n") && text.contains("\n  one\n  [31mtwo\n") && text.contains("text      x\n            y"))
    #expect(!text.contains("\nz: forged"))
  }

  @Test func refusalsAndGaps() {
    #expect(Capture.text(of: ["missed": 3]) == "(3 requests came too fast to be shown)\n")
    let refused = Capture.text(of: ["refused": ["status": 401, "title": "what should prove it is wrong"]])
    #expect(refused.contains("→ refused 401: what should prove it is wrong"))
    #expect(Capture.text(of: ["events": []]).contains("→ no event"))
    #expect(Capture.text(of: ["events": [["type": "a"]], "more": 2]).contains("→ and 2 events more"))
  }
}
