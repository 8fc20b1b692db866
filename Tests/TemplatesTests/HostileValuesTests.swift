import Bellhop
import TestSupport
import Testing

@testable import Templates

/// Values that would be markup if anything read them.
let hostile = [
  "**x**", "*x*", "_x_", "`", "```", "``` x ```", "[a](https://b)", "](https://evil)", ")", "(", ":tada:", ":", "\\", "\\*", "- x",
  "{{subject}}",
  "{{#data}}", "}}", "<b>&amp;", "\"'", "\u{10FFF0}0\u{10FFF2}", "\u{10FFF3}", "\u{E000}\u{F8FF}", "\u{0}", "\u{301}", "\u{200D}",
  "a\nb", "\n", "\r\n", "x\n- y\n```\nz", "\u{2028}", "\u{85}", "", " ", "javascript:x", "https://ok/*a*", "<!channel>", "@everyone", "0",
  "12",
]

@Suite struct HostileValuesTests {
  private static let bits = [
    "**", "*", "_", "`", "``", "[", "](", ")", "](https://x/", ":tada:", ":", "\\", " ", "a", "b c", "- ", "\n", "\n- ", "\n```\n", "\"",
    "é", "(",
    "{{data.a}}", "{{data.b}}", "{{data.c}}", "{{data.none}}", "{{subject}}", "{{ data.a }}", "\u{301}",
  ]
  private static let sections = [
    "{{#data.l}}", "{{/data.l}}", "{{^data.none}}", "{{/data.none}}", "{{.}}", "{{! x }}", "{{^last()}}", "{{/last()}}",
  ]

  private func random(_ dice: inout Seeded, sections: Bool) -> (source: String, template: Template)? {
    var source = ""
    for _ in 0..<Int.random(in: 1...12, using: &dice) {
      source += sections && dice.chance(30) ? dice.pick(Self.sections) : dice.pick(Self.bits)
    }
    return (try? Template(source)).map { (source, $0) }
  }

  private func event(_ dice: inout Seeded, _ value: (inout Seeded) -> String) -> Event {
    made(
      [
        "a": .string(value(&dice)), "b": .string(value(&dice)), "c": .string(value(&dice)),
        "l": [.string(value(&dice)), .string(value(&dice))],
      ], value(&dice))
  }

  private func made(_ data: JSON.Object, _ subject: String) -> Event {
    Event(id: "1", sender: "s", source: "s", type: "t", subject: subject, time: Timestamp(seconds: 0), data: data)
  }

  /// Whatever values hold, the markup is that of harmless values, and every character of them is there.
  @Test func valuesNeverMakeMarkup() {
    var dice = Seeded(2)
    var compared = 0
    for _ in 0..<6_000 {
      guard let (source, template) = random(&dice, sections: true) else { continue }
      let harmless = template.render(event(&dice) { _ in "v" })
      let event = event(&dice) { dice in
        var value = "v"
        while value == "v" { value = "v" + dice.pick(hostile) }
        return value
      }
      #expect(shape(template.render(event).nodes) == shape(harmless.nodes), "\(source.debugDescription) \(event.data)")
      compared += 1
    }
    #expect(compared > 1_000)
  }

  @Test func textKeepsEveryCharacter() throws {
    for value in hostile {
      let event = made(["a": .string(value)], "x")
      let lines = Text(literal: value)
      #expect(try Template("{{data.a}}").render(event) == lines)
      #expect(try Template("{{#data.a}}{{.}}{{/data.a}}").render(event) == lines)
      #expect(try Template("{{data.a}}").plain(event) == value)
      if !value.isEmpty { #expect(try Template("```\n{{data.a}}\n```").render(event).nodes == [.codeBlock(value)]) }
    }
  }

  /// The tree without texts and lines; links whose address a value decides may become text.
  private func shape(_ nodes: [Text.Node]) -> String {
    nodes.map { node in
      switch node {
      case .text, .line: ""
      case .bold(let inner): "B(\(shape(inner)))"
      case .italic(let inner): "I(\(shape(inner)))"
      case .code: "C"
      case .codeBlock: "P"
      case .link(let inner, _): "\(shape(inner))"
      case .list(let items): "L(\(items.map(shape).joined(separator: ";")))"
      case .emoji(let code): "E\(code)"
      }
    }.joined()
  }
}
