import Bellhop

@testable import Templates

extension Entry {
  /// A template, a line `---`, and the JSON that it is rendered with; without that line values that would be markup if anything read them.
  private static func parts(_ bytes: [UInt8]) -> (source: String, data: JSON.Object) {
    let text = String(decoding: bytes, as: UTF8.self)
    let halves = text.split(separator: "\n---\n", maxSplits: 1, omittingEmptySubsequences: false)
    let data = halves.count > 1 ? (try? JSON(parsing: String(halves[1])))?.object : nil
    return (String(halves[0]), data ?? hostile)
  }

  private static let hostile: JSON.Object = [
    "a": "**x** `y` [z](https://evil)", "b": "](https://evil) <!channel> @everyone", "c": "\n- x\n```\n{{subject}}", "n": 7,
    "l": ["*", "_", ["a": "x"]], "o": ["a": ["b": "\u{0}\u{2028}\"\\"]], "none": .null,
  ]

  static let template: @Sendable ([UInt8]) throws -> Void = { bytes in
    let (source, data) = parts(bytes)
    let template: Template
    do throws(TemplateError) { template = try Template(source) } catch {
      try demand(!error.all.isEmpty && error.all.count <= TemplateLimits.mistakes, "\(error.all.count) mistakes")
      return
    }
    let event = Event(
      id: "1", sender: "s", source: "s", type: "t.u", subject: data["subject"]?.string ?? "**s** `", time: moment, text: "*t*\n- u",
      data: data)
    var budget = ByteBudget(TemplateLimits.text)
    let tree = template.render(event, within: &budget)
    try demand(tree.plain.utf8.count <= TemplateLimits.text + 16, "a text of \(tree.plain.utf8.count) bytes")
    try demand(Text(json: tree.json) == tree, "a tree is another once it is kept: \(tree.nodes)")
    let plain = template.plain(event)
    try demand(plain.utf8.count <= TemplateLimits.text + 3, "a text of \(plain.utf8.count) bytes")
    if let whole = template.whole(event) { try demand(whole == plain, "whole is \(whole), plain \(plain)") }
    if let url = template.url(event) {
      let start = url.lowercased()
      try demand(["http://", "https://", "mailto:"].contains { start.hasPrefix($0) }, "an address \(url)")
    }
    _ = template.missing(in: event)
  }

  static let bodyTemplate: @Sendable ([UInt8]) throws -> Void = { bytes in
    let (source, data) = parts(bytes)
    // Whatever the values are, JSON around tags makes JSON.
    let fixed = #"{"a": {{a}}, "b": "x{{b}}", "l": [{{#l}}{{.}}{{^last()}},{{/last()}}{{/l}}], "o": {{o.a.b}}, "n": {{n}}}"#
    if let whole = try BodyTemplate(fixed).whole(.object(data), escaping: .json), data["l"]?.array != nil || data["l"] == nil {
      try demand((try? JSON(parsing: whole)) != nil, "no JSON: \(whole)")
    }
    guard let template = try? BodyTemplate(source) else { return }
    for escaping in [BodyTemplate.Escaping.json, .url, .none] {
      let text = template.render(.object(data), escaping: escaping)
      try demand(text.utf8.count <= TemplateLimits.body + 3, "a body of \(text.utf8.count) bytes")
      if let whole = template.whole(.object(data), escaping: escaping) { try demand(whole == text, "the whole is not what is rendered") }
    }
  }
}
