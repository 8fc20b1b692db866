import Bellhop
import Testing

@testable import Templates

@Suite struct BodyTemplateTests {
  let context: JSON = ["text": "a \"b\"\n\\", "n": 5, "user": ["name": "Ann", "tags": ["x", "y"]], "on": true, "nil": .null]

  @Test func json() throws {
    func body(_ source: String) throws -> String { try BodyTemplate(source).render(context, escaping: .json) }
    #expect(
      try body(#"{"t": "T: {{text}}", "v": {{text}}, "n": {{n}}, "s": "{{n}}"}"#)
        == #"{"t": "T: a \"b\"\n\\", "v": "a \"b\"\n\\", "n": 5, "s": "5"}"#)
    #expect(
      try body(#"{"a":{"u":{{user}}}, "q": "{{user}}", "no": {{no}}, "e": "{{no}}", "nil": {{nil}}}"#)
        == #"{"a":{"u":{"name":"Ann","tags":["x","y"]}}, "q": "{\"name\":\"Ann\",\"tags\":[\"x\",\"y\"]}", "no": null, "e": "", "nil": null}"#
    )
    #expect(
      try body(#"[{{#user.tags}}{"t":{{.}},"n":"{{name}}","u":"{{user.name}}"}{{^last()}},{{/last()}}{{/user.tags}}]"#)
        == #"[{"t":"x","n":"","u":"Ann"},{"t":"y","n":"","u":"Ann"}]"#)
    #expect(try body(#"{"esc": "\"{{n}}", "t": {{user.tags.1}}}"#) == #"{"esc": "\"5", "t": "y"}"#)
  }

  @Test func others() throws {
    #expect(try BodyTemplate("a={{text}}&n={{n}}").render(context, escaping: .url) == "a=a%20%22b%22%0A%5C&n=5")
    #expect(try BodyTemplate("{{text}}|{{no}}|{{user.name}}").render(context, escaping: .none) == "a \"b\"\n\\||Ann")
    for bad in ["{{{n}}}", "{{&n}}", "{{>n}}", "{{=a b=}}", "{{#n}}", "{{n", "{\"a\":{{{n}}}}"] {
      #expect(throws: TemplateError.self, "\(bad)") { try BodyTemplate(bad) }
    }
  }

  /// Valid JSON around the tags stays valid, and says what the values say.
  @Test func hostileValuesMakeValidJSON() throws {
    let source = #"{"in": "<{{v}}>", "out": {{v}}, "list": [{{#l}}"{{.}}"{{^last()}},{{/last()}}{{/l}}]}"#
    for value in hostile {
      let text = try BodyTemplate(source).render(["v": .string(value), "l": [.string(value), "x"]], escaping: .json)
      let json = try JSON(parsing: text)
      #expect(json["in"]?.string == "<\(value)>" && json["out"]?.string == value && json["list"] == [.string(value), "x"])
    }
  }

  /// The whole body or none: half of it would say something else, or nothing at all.
  @Test func whatIsTooLargeIsNotCut() throws {
    let text = String(repeating: "x", count: 500_000)
    let context: JSON = ["text": .string(text), "list": .array(Array(repeating: 0, count: 200_000))]
    #expect(try BodyTemplate(#"{"a": "{{text}}", "b": "{{text}}"}"#).whole(context, escaping: .json)?.utf8.count == 1_000_018)
    #expect(try BodyTemplate(#"{"a": "{{text}}", "b": "{{text}}", "c": "{{text}}"}"#).whole(context, escaping: .json) == nil)
    let repeated = try BodyTemplate("[{{#list}}\"{{text}}\",{{/list}}0]")
    for escaping in [BodyTemplate.Escaping.json, .none, .url] { #expect(repeated.whole(context, escaping: escaping) == nil) }
    let cut = repeated.render(context, escaping: .none)
    #expect(cut.hasSuffix("…") && cut.utf8.count == TemplateLimits.body + "…".utf8.count)
    // Nothing is printed, and still there are 40 billion steps.
    #expect(try BodyTemplate("{{#list}}{{#list}}{{no}}{{/list}}{{/list}}").whole(context, escaping: .json) == nil)
  }

  @Test func aMessageThatIsTooLargeIsRefused() throws {
    let event = Event(
      id: "1", sender: "s", source: "s", time: Timestamp(seconds: 0), data: ["l": .array(Array(repeating: 0, count: 70_000))])
    let message = Message(id: "m-1", event: event)
    let body = MessageBody(template: "{{#event.data.l}}{{event.type}}, and {{/event.data.l}}", contentType: "text/plain")
    #expect {
      try body.bytes(message, attempt: 1)
    } throws: { ($0 as? Fault)?.kind == .oversized }
  }

  /// The template's own signs are marks; those of a value are text, and it has an end.
  @Test func treesKeepTheTemplatesMarks() throws {
    let template = try BodyTemplate("**{{a}}** [open]({{url}})")
    let tree = template.tree(["a": "*x*", "url": "https://a.example/1"])
    #expect(tree.nodes == [.bold([.text("*x*")]), .text(" "), .link([.text("open")], url: "https://a.example/1")])
    #expect(template.tree(["a": "x", "url": "javascript:x"]).nodes.contains { if case .link = $0 { true } else { false } } == false)
    let long = try BodyTemplate("{{#a}}{{.}}{{/a}}").tree([
      "a": .array(Array(repeating: .string(String(repeating: "x", count: 1_000)), count: 100))
    ])
    #expect(long.plain.utf8.count <= TemplateLimits.text + 3 && long.plain.hasSuffix("…"))
  }
}
