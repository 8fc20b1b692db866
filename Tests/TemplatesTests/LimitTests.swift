import Bellhop
import Testing

@testable import Templates

/// What an event may make of a template has an end, and people see it.
@Suite struct LimitTests {
  private let long = String(repeating: "x", count: 500_000)

  private func timed<Result>(_ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    let result = try body()
    // Without an end it would be 100 GB; a busy machine is slow, but not as slow as that.
    #expect(ContinuousClock.now - start < .seconds(20))
    return result
  }

  private func text(_ nodes: [Text.Node]) -> String { Text(nodes).plain }

  @Test func aSectionOverManyItemsEnds() throws {
    let some = event(["customer": .string(long), "items": .array(Array(repeating: 0, count: 200_000))])
    let template = try Template("{{#data.items}}{{data.customer}}: {{name}}\n{{/data.items}}")
    let nodes = timed { template.render(some).nodes }
    #expect(text(nodes) == String(repeating: "x", count: TemplateLimits.text) + "…")
    #expect(timed { template.plain(some) } == String(repeating: "x", count: TemplateLimits.text) + "…")
    #expect(timed { template.whole(some) } == nil)
    #expect(try timed { try Template("https://x/{{#data.items}}{{data.customer}}{{/data.items}}").url(some) } == nil)
    #expect(try timed { try Template("https://x/{{data.customer}}").url(some) } == nil)
  }

  @Test func nestedListsEnd() throws {
    let some = event(["l": .array(Array(repeating: 0, count: 50_000))])
    let template = try Template("{{#data.l}}{{#data.l}}{{#data.l}}{{x}}{{/data.l}}{{/data.l}}{{/data.l}}")
    #expect(timed { text(template.render(some).nodes) } == "…")
    #expect(timed { template.plain(some) } == "…")
  }

  /// A name that is looked for among many keys is work as well.
  @Test func lookUpsAreCounted() throws {
    let keys = JSON.Object((0..<20_000).map { JSON.Object.Member("k\($0)", 0) })
    let some = event(["o": .object(keys), "l": .array(Array(repeating: 0, count: 20_000))])
    let template = try Template("{{#data.l}}{{data.o.x}}{{/data.l}}")
    #expect(timed { template.plain(some) } == "…")
  }

  @Test func markupIsClosedWhereItIsCut() throws {
    let some = event(["big": .string(long), "l": [1, 2]])
    let x = String(repeating: "x", count: TemplateLimits.text)
    let straight = try Template("**{{data.big}}** and {{subject}} `{{type}}`").render(some)
    #expect(straight.nodes == [.bold([.text(x + "…")])])
    let section = try Template("{{#data.l}}- **a *{{data.big}}*** {{.}}\n{{/data.l}}and {{subject}}").render(some)
    #expect(section.nodes == [.list([[.bold([.text("a "), .italic([.text(String(x.dropLast(7)) + "…")])])]])])
    #expect(try Template("`{{data.big}}` {{type}}").render(some).nodes == [.code(x + "…")])
    #expect(try Template("[{{data.big}}](https://x) {{type}}").render(some).nodes == [.text(x + "…")])
    #expect(try Template("a [b](https://x/{{data.big}}) {{type}}").render(some).nodes == [.text("a b…")])
    #expect(try Template("{{#data.l}}a [b](https://x/{{data.big}}) {{type}}{{/data.l}}").render(some).nodes == [.text("a b…")])
  }

  @Test func noCharacterIsCutInTwo() throws {
    let some = event(["big": .string("x" + String(repeating: "ü", count: 40_000)), "l": [1]])
    for source in ["{{data.big}}", "{{#data.l}}{{data.big}}{{/data.l}}"] {
      let expected = "x" + String(repeating: "ü", count: TemplateLimits.text / 2 - 1) + "…"
      #expect(try Template(source).render(some).nodes == [.text(expected)])
      #expect(try Template(source).plain(some) == expected)
    }
  }

  @Test func textsShareABudget() throws {
    let template = try Template("{{data.big}}")
    let some = event(["big": .string(long)])
    var budget = ByteBudget(TemplateLimits.text + 100)
    #expect(template.render(some, within: &budget).plain.utf8.count == TemplateLimits.text + 3)
    #expect(template.render(some, within: &budget).plain == String(repeating: "x", count: 100) + "…")
    #expect(template.render(some, within: &budget).plain == "…" && budget.left == 0)
    #expect(template.plain(some, within: &budget) == "…")
    #expect(try Template("{{data.no}}").render(some, within: &budget).isEmpty)
  }

  @Test func sectionsNestToADepth() throws {
    func nested(_ depth: Int, _ inside: String = "x") -> String {
      String(repeating: "{{#data.a}}", count: depth) + inside + String(repeating: "{{/data.a}}", count: depth)
    }
    #expect(try Template(nested(TemplateLimits.depth)).plain(event(["a": true])) == "x")
    for depth in [TemplateLimits.depth + 1, 3_000, 100_000] {
      for source in [nested(depth), nested(depth, ""), String(repeating: "{{^data.a}}", count: depth)] {
        #expect {
          try Template(source)
        } throws: { error in
          let first = (error as? TemplateError)?.all.first { $0.description == "sections nest deeper than 32" }
          return first?.offset == 32 * 11
        }
        #expect(throws: TemplateError.self) { try BodyTemplate(source) }
      }
    }
    #expect(throws: TemplateError.self) { try Template(String(repeating: "{{/data.a}}", count: 100_000)) }
  }

  /// Markup has few kinds and none stands in itself: no text is a deep tree.
  @Test(arguments: ["**a *b _c [", "*", "**", "_a ", "[a ", "- ", "> ", "***a ", "`"])
  func markupIsShallow(_ unit: String) throws {
    let tree = try Template(String(repeating: unit, count: 20_000)).render(event())
    func depth(_ nodes: [Text.Node]) -> Int {
      1
        + (nodes.map { node in
          switch node {
          case .bold(let inner), .italic(let inner), .link(let inner, _): depth(inner)
          case .list(let items): items.map(depth).max() ?? 0
          default: 0
          }
        }.max() ?? 0)
    }
    #expect(depth(tree.nodes) <= 6)
  }
}
