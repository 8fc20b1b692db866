import Templates

/// The names that a template of a page may use at its place.
struct Scope {
  var settings: [String]
  var target: [String]
  /// Values of `map` and `sign` that stand before.
  var own: [String] = []
  /// Keys of the elements of a list that is gone through.
  var items: [String] = []
  /// Whether there is a message yet.
  var hasMessage = true

  /// What is wrong with a name, and what could have been meant; nil where nothing is.
  func problem(with name: String) -> (problem: String, hint: String)? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let first = parts.first ?? ""
    func unknown(_ word: String, among known: [String], _ what: String) -> (String, String)? {
      known.contains(word) ? nil : ("{{\(name)}} is not a value here", Leaf.hint(word, among: known, called: what))
    }
    if items.contains(first) || own.contains(first) || name == "." || name.hasSuffix("()") { return nil }
    if !hasMessage, first != "settings", first != "now" {
      return ("{{\(name)}} is not a value here", "a token is asked for without a message: values: settings, now")
    }
    switch first {
    case "settings": return unknown(parts.dropFirst().first ?? "", among: settings, "settings")
    case "target": return unknown(parts.dropFirst().first ?? "", among: target, "fields of the target")
    case "now": return unknown(parts.dropFirst().first ?? "", among: Printer.moments, "parts of now")
    case "event", "fields", "links", "lines": return nil
    case _ where VendorMarkup(rawValue: first) != nil:
      return unknown(parts.dropFirst().first ?? "", among: Printer.prints, "parts of a message")
    default:
      let known = Printer.names + ["settings", "target"] + own + items
      if parts.count == 1 { return unknown(first, among: known, "values") }
      return ("{{\(name)}} is not a value here", Leaf.hint(first, among: known, called: "values"))
    }
  }
}
