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
    for force in [false, true] {
      for value in hostile {
        let text = try BodyTemplate(source, forceMustache: force).render(
          ["v": .string(value), "l": [.string(value), "x"]], escaping: .json)
        let json = try JSON(parsing: text)
        #expect(json["in"]?.string == "<\(value)>" && json["out"]?.string == value && json["list"] == [.string(value), "x"])
      }
    }
    let direct = try BodyTemplate(#"{"a": "{{v}}", "b": {{w.x}}}"#)
    let forced = try BodyTemplate(#"{"a": "{{v}}", "b": {{w.x}}}"#, forceMustache: true)
    for value in hostile {
      let context: JSON = ["v": .string(value), "w": ["x": [.string(value)]]]
      for escaping in [BodyTemplate.Escaping.json, .none, .url] {
        #expect(direct.render(context, escaping: escaping) == forced.render(context, escaping: escaping))
      }
    }
  }
}
