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

  /// A text that came with marks keeps them where it is named and no markup is around it; elsewhere its words stand.
  @Test func aTextWithMarksKeepsThem() throws {
    var one = event(text: "all broken")
    one.body = Text([.text("all "), .bold([.text("broken")])])
    #expect(
      try Template("**Now:** {{text}}!").render(one).nodes == [
        .bold([.text("Now:")]), .text(" "), .text("all "), .bold([.text("broken")]), .text("!"),
      ])
    #expect(try Template("**{{text}}**").render(one).nodes == [.bold([.text("all broken")])])
    #expect(try Template("`{{text}}`").render(one).nodes == [.code("all broken")])
    #expect(try Template("{{text}}").plain(one) == "all broken")
    var tight = ByteBudget(12)
    #expect(try Template("{{text}}{{text}}").render(one, within: &tight).plain == "all brokenal…")
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

  /// A tag alone on its line takes the line with it; the spec's own cases.
  /// https://github.com/mustache/spec/blob/master/specs/sections.yml
  @Test func standaloneLines() throws {
    func plain(_ source: String) throws -> String { try Template(source).plain(event(["b": true])) }
    #expect(try plain("| This Is\n{{#data.b}}\n|\n{{/data.b}}\n| A Line") == "| This Is\n|\n| A Line")
    #expect(try plain("| This Is\n  {{#data.b}}\n|\n  {{/data.b}}\n| A Line") == "| This Is\n|\n| A Line")
    #expect(try plain("|\r\n{{#data.b}}\r\n{{/data.b}}\r\n|") == "|\r\n|")
    #expect(try plain("  {{#data.b}}\n#{{/data.b}}\n/") == "#\n/")
    #expect(try plain("#{{#data.b}}\n/\n  {{/data.b}}") == "#\n/\n")
    #expect(try plain(" | {{#data.b}}\t|\t{{/data.b}} | \n") == " | \t|\t | \n")
    #expect(try plain(" {{#data.b}}YES{{/data.b}}\n {{#data.b}}GOOD{{/data.b}}\n") == " YES\n GOOD\n")
    #expect(try plain("  12 {{! 34 }}\n") == "  12 \n")
    #expect(try plain("a\n  {{! b }}  \nc") == "a\nc")
    #expect(try plain("é{{#data.b}}\u{301}{{/data.b}}\u{301}") == "é\u{301}\u{301}")
  }

  /// Where in a list one stands is known behind conditions too.
  @Test func positionsReachThroughConditions() throws {
    let some = event(["l": [["n": "a"], ["n": "b"]], "on": true])
    #expect(
      try Template("{{#data.l}}{{#data.on}}{{#n}}{{.}}{{^last()}}, {{/last()}}{{/n}}{{/data.on}}{{/data.l}}").plain(some) == "a, b")
    #expect(try Template("{{#data.on}}{{#first()}}x{{/first()}}{{^last()}}y{{/last()}}{{/data.on}}").plain(some) == "y")
  }

  @Test func allMistakesAreTold() {
    #expect {
      try Template("{{sbject}} {{#data.x}}{{{y}}}{{/data.z}} {{sbject}} {{a b}} {{#data.u}}")
    } throws: { error in
      guard let error = error as? TemplateError else { return false }
      return error.all.map(\.description) == [
        "{{sbject}} is not a value of events", "unescaped values ({{{name}}}, {{&name}}) do not exist",
        "{{/data.z}} closes the section data.x", "a blank in the name {{a b}}", "the section {{#data.u}} is not closed",
      ] && error.all.map(\.offset) == [0, 22, 29, 52, 60] && error.description == error.all[0].description
    }
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
    ("{{#if subject}}x{{/if}}", "there is no \"if\" ({{#if subject}})", "write {{#subject}}…{{/subject}}", 0),
    ("{{#if x}}x{{/if}}", "there is no \"if\" ({{#if x}})", "write {{#data.x}}…{{/data.x}}", 0),
    ("{{#unless data.x}}x{{/unless}}", "there is no \"unless\" ({{#unless data.x}})", "write {{^data.x}}…{{/data.x}}", 0),
    ("{{#each items}}{{/each}}", "there is no \"each\" ({{#each items}})", "write {{#data.items}}…{{/data.items}}", 0),
    ("a{{ range .Alerts }}", "there is no \"range\" ({{range .Alerts}})", "write {{#data.Alerts}}…{{/data.Alerts}}", 1),
    ("{{- if eq .x \"y\" -}}", "there is no \"if\" ({{if eq .x \"y\"}})", "write {{#data.x}}…{{/data.x}}", 0),
    ("{{- .x -}}", "{{- and -}} are Go's", "write {{data.x}}", 0),
    ("{{else}}", "{{else}} is not a value of events", "sections end with {{/name}}, and the other case is {{^name}}…{{/name}}", 0),
    ("{{ end }}", "{{end}} is not a value of events", "sections end with {{/name}}, and the other case is {{^name}}…{{/name}}", 0),
    ("{{event.type}}", "{{event.type}} is not a value of events", "write {{type}}", 0),
    ("{{event.data.a.b}}", "{{event.data.a.b}} is not a value of events", "write {{data.a.b}}", 0),
    ("{{event.user.id}}", "{{event.user.id}} is not a value of events", "write {{data.user.id}}", 0),
    ("{{$labels.job}}", "variables ({{$labels.job}}) do not exist", "write {{data.labels.job}}, where the event has it there", 0),
    ("{{ $labels.job }}", "variables ({{$labels.job}}) do not exist", "write {{data.labels.job}}, where the event has it there", 0),
    ("{{ $value }}", "variables ({{$value}}) do not exist", "write {{data.value}}, where the event has it there", 0),
    ("{{ .Values.x }}", "{{.Values.x}} outside a section over data", "write {{data.Values.x}}", 0),
    ("{{ x | upper }}", "filters ({{x | upper}}) do not exist", "write {{data.x}}", 0),
    ("{{subject|upper}}", "filters ({{subject|upper}}) do not exist", "write {{subject}}", 0),
    ("{{@index}}", "{{@index}} is Handlebars'", "of a list there are {{#first()}}, {{#last()}} and {{.}}", 0),
    (
      "{{../subject}}", "{{../subject}} is Handlebars'", "write {{subject}}: names reach outside their section by themselves", 0
    ),
    ("a {% if x %}b", "{% if x %} is Jinja's, and does nothing here", "sections are written {{#name}}…{{/name}}", 2),
    ("{{subject x}}", "a blank in the name {{subject x}}", "a name is words between dots: {{data.user.id}}", 0),
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
