import Bellhop
import Testing

@testable import Templates

func event(_ data: JSON.Object = [:], subject: String? = "ann@x.y", text: String? = nil) -> Event {
  Event(
    id: "e1", sender: "shop", source: "web", type: "user.registered", subject: subject, severity: .warning, time: Timestamp(seconds: 0),
    text: text, data: data)
}

@Suite struct TemplateTests {
  @Test func attributes() throws {
    let template = try Template(
      "{{type}} {{subject}} {{source}} {{sender}} {{id}} {{severity}} {{time}} {{text}} {{data.a.b}} {{data.l.1}}")
    let event = event(["a": ["b": 5.0], "l": ["x", true]])
    let text = "user.registered ann@x.y web shop e1 warning 1970-01-01T00:00:00.000Z user.registered ann@x.y 5 true"
    #expect(template.plain(event) == text)
    #expect(template.render(event) == Text([.text(text)]))
    #expect(template.paths.count == 10 && template.paths.contains("data.a.b") && !template.isLiteral)
    #expect(try Template("**x**").isLiteral)
    #expect(try Template("{{data}}").plain(event) == #"{"a":{"b":5.0},"l":["x",true]}"#)
  }

  @Test func valuesFillMarkup() throws {
    let one = event(["n": "x", "lines": "a\nb\r\n", "none": .null])
    #expect(try Template("New! **{{data.n}}**").render(one).nodes == [.text("New! "), .bold([.text("x")])])
    #expect(try Template("**{{data.no}}**`{{data.no}}`_{{data.none}}_ end").render(one).nodes == [.text(" end")])
    #expect(try Template("*{{data.lines}}*").render(one).nodes == [.italic([.text("a"), .line, .text("b"), .line])])
    #expect(try Template("`{{data.lines}}`").render(one).nodes == [.code("a b ")])
    #expect(try Template("```\n{{data.lines}}\n```").render(one).nodes == [.codeBlock("a\nb\r\n")])
    #expect(
      try Template("- {{data.n}}\n- {{data.lines}}").render(one).nodes == [.list([[.text("x")], [.text("a"), .line, .text("b"), .line]])])
    #expect(try Template(":{{data.n}}:").render(one).nodes == [.text(":x:")])
    #expect(try Template("{{data.n}}_{{data.n}}_{{data.n}}").render(one).nodes == [.text("x_x_x")])
  }

  @Test func sections() throws {
    let some = event([
      "items": [["name": "a", "n": 1], ["name": "b"]], "tags": ["x", "y", "z"], "on": true, "off": false, "empty": "", "none": [],
      "null": .null,
      "user": ["größe": "XL", "deep": ["er": "v"]], "matrix": [[1, 2], [3]],
    ])
    func plain(_ source: String) throws -> String { try Template(source).plain(some) }
    #expect(try plain("{{#data.items}}{{name}}{{^last()}}, {{/last()}}{{/data.items}}") == "a, b")
    #expect(try plain("{{#data.items}}{{name}}={{n}}{{^n}}?{{/n}} {{subject}};{{/data.items}}") == "a=1 ann@x.y;b=? ann@x.y;")
    #expect(try plain("{{#data.tags}}{{#first()}}[{{/first()}}{{.}}{{/data.tags}}") == "[xyz")
    #expect(try plain("{{#data.matrix}}{{#.}}{{.}}{{/.}};{{/data.matrix}}") == "12;3;")
    #expect(
      try plain("{{#data.on}}1{{/data.on}}{{#data.off}}2{{/data.off}}{{^data.off}}3{{/data.off}}{{#data.empty}}4{{/data.empty}}") == "13")
    #expect(
      try plain("{{#data.none}}5{{/data.none}}{{^data.none}}6{{/data.none}}{{^data.null}}7{{/data.null}}{{^data.gone}}8{{/data.gone}}")
        == "678")
    #expect(try plain("{{#data.user}}{{größe}} {{deep.er}} {{.subject}}{{/data.user}}{{data.user.größe}}") == "XL v XL")
    #expect(try plain("{{! a comment }}a  \n {{#subject}}\n{{subject}}\n{{/subject}}\n  ") == "a  \nann@x.y\n  ")
    #expect(
      try Template("Items:\n{{#data.items}}\n- **{{name}}**\n{{/data.items}}\n").render(some).nodes == [
        .text("Items:"), .line, .list([[.bold([.text("a")])], [.bold([.text("b")])]]),
      ])
    #expect(try Template("{{#data.items}}{{name}}{{/data.items}}{{subject}}").paths == ["data.items", "subject"])
  }

  @Test func addresses() throws {
    func url(_ source: String, _ value: String) throws -> String? { try Template(source).url(event(["u": .string(value)])) }
    #expect(
      try url("https://x/{{data.u}}?q={{data.u}}", "a/b?c=d&e ü\n")
        == "https://x/a%2Fb%3Fc%3Dd%26e%20%C3%BC%0A?q=a%2Fb%3Fc%3Dd%26e%20%C3%BC%0A")
    #expect(try url("{{data.u}}", "https://x/a b|<c>\"%41%zz?q=ü#f") == "https://x/a%20b%7C%3Cc%3E%22%41%25zz?q=%C3%BC#f")
    #expect(try url("{{data.u}}/{{data.u}}", "http://x") == "http://x/http%3A%2F%2Fx")
    for hostile in ["javascript:alert(1)", " https://x", "data:text/html,x", "", "//x", "ftp://x", "https://", "\u{1}https://x"] {
      #expect(try url("{{data.u}}", hostile) == nil, "\(hostile)")
    }
    #expect(try url("http{{data.u}}", "s://evil") == nil)
    #expect(try url("https://{{data.u}}/x", "evil.com/@") == "https://evil.com%2F%40/x")

    func nodes(_ source: String, _ value: String) throws -> [Text.Node] { try Template(source).render(event(["u": .string(value)])).nodes }
    #expect(try nodes("[see]({{data.u}})", "https://x") == [.link([.text("see")], url: "https://x")])
    #expect(try nodes("[see]({{data.u}})", "javascript:x") == [.text("see (javascript:x)")])
    #expect(try nodes("[**s** e]({{data.u}})", "") == [.bold([.text("s")]), .text(" e")])
    #expect(try nodes("[{{data.no}}]({{data.u}})", "https://x") == [.link([.text("https://x")], url: "https://x")])
    #expect(try nodes("[{{data.u}}](https://x/{{data.u}})", "](y)") == [.link([.text("](y)")], url: "https://x/%5D%28y%29")])
  }

  @Test func missing() throws {
    let some = event(["a": "x", "e": ""])
    #expect(try Template("{{data.a}}").missing(in: some) == nil)
    #expect(try Template("{{data.a}}{{data.b.c}}").missing(in: some) == "data.b.c")
    #expect(try Template("{{data.e}}").missing(in: some) == "data.e")
    #expect(try Template("{{#data.b}}{{data.b}}{{/data.b}}{{^data.b}}#x{{/data.b}}").missing(in: some) == nil)
  }

  @Test(arguments: [
    ("{{{subject}}}", "unescaped values ({{{name}}}, {{&name}}) do not exist", "write {{name}}: it is escaped as its place needs", 0),
    ("é{{&subject}}", "unescaped values ({{{name}}}, {{&name}}) do not exist", "write {{name}}: it is escaped as its place needs", 1),
    ("{{>p}}", "partials ({{>name}}) do not exist", "write the text here", 0),
    ("{{<p}}{{/p}}", "inheritance ({{<name}}, {{$name}}) does not exist", "write the text here", 0),
    ("{{$p}}{{/p}}", "inheritance ({{<name}}, {{$name}}) does not exist", "write the text here", 0),
    ("{{=<% %>=}}", "the delimiters are always {{ and }}", "remove {{=<% %>=}}", 0),
    ("{{% CONTENT_TYPE: TEXT}}", "pragmas ({{% …}}) do not exist", "remove {{% CONTENT_TYPE: TEXT}}", 0),
    ("a {{subject", "{{ has no }} behind it", "write {{name}}", 2),
    ("{{}}", "a tag without a name", "write {{name}}", 0),
    ("{{subjet}}", "{{subjet}} is not a value of events", "did you mean {{subject}}?", 0),
    ("{{dta.x}}", "{{dta.x}} is not a value of events", "did you mean {{data.x}}?", 0),
    (
      "{{email}}", "{{email}} is not a value of events",
      "values of data are written {{data.email}}; the others are type, subject, source, sender, id, severity, time, text", 0
    ),
    ("{{subject.x}}", "{{subject.x}} is not a value of events", "subject is text and holds no other values", 0),
    ("{{#subject}}{{tme}}{{/subject}}", "{{tme}} is not a value of events", "did you mean {{time}}?", 12),
    ("{{#data.x}}", "the section {{#data.x}} is not closed", "close it with {{/data.x}}", 0),
    ("{{#data.x}}{{/data.y}}", "{{/data.y}} closes the section data.x", "write {{/data.x}} here", 11),
    ("{{/data.x}}", "{{/data.x}} closes no section", "remove it, or open {{#data.x}} before", 0),
    ("{{data..x}}", "nothing between two dots in {{data..x}}", "write {{data.user.id}}", 0),
    ("{{uppercased(subject)}}", "( in the name {{uppercased(subject)}}", "a name is words between dots: {{data.user.id}}", 0),
    ("{{last()}}", "last() is a condition", "write {{#last()}}…{{/last()}}", 0),
    ("{{.}}", "{{.}} outside a section over data", "write {{data.name}}", 0),
    ("a\u{10FFF1}", "the template holds U+10FFF1", "remove it", 1),
  ])
  func mistakes(_ source: String, _ description: String, _ hint: String, _ offset: Int) {
    #expect {
      try Template(source)
    } throws: { error in
      guard let error = error as? TemplateError else { return false }
      return error.description == description && error.hint == hint && error.offset == offset
    }
  }
}
