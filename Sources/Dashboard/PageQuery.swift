import Bellhop

/// The part of a page's address behind the question mark, in the order given; what is empty is left out.
public struct PageQuery: Sendable, Hashable {
  /// One name and its value.
  public struct PageValue: Sendable, Hashable {
    /// As the form's field is called.
    public var name: String
    /// As typed.
    public var value: String
  }

  /// None of them empty.
  public private(set) var values: [PageValue] = []

  /// Nothing.
  public init() {}
  /// These.
  public init(_ values: KeyValuePairs<String, String?>) {
    for (name, value) in values { self[name] = value }
  }

  /// The value; nil where there is none. Setting it nil or empty takes it away.
  public subscript(name: String) -> String? {
    get { values.first { $0.name == name }?.value }
    set {
      let new = newValue.flatMap { $0.isEmpty ? nil : PageValue(name: name, value: $0) }
      if let index = values.firstIndex(where: { $0.name == name }) {
        if let new { values[index] = new } else { values.remove(at: index) }
      } else if let new {
        values.append(new)
      }
    }
  }

  /// The same with one value changed.
  public func with(_ name: String, _ value: String?) -> PageQuery {
    var query = self
    query[name] = value
    return query
  }

  /// The address of a page with it. https://url.spec.whatwg.org/#application/x-www-form-urlencoded
  public func address(_ path: String) -> String {
    if values.isEmpty { return path }
    return path + "?" + values.map { "\($0.name.percentEncoded())=\($0.value.percentEncoded())" }.joined(separator: "&")
  }
}

extension SafeHTML {
  /// A mistake at its form; who hears the page hears it at once.
  /// - Parameter field: what the form calls the field; nil where it has one only.
  static func mistake(_ mistake: FormFlaw, in field: String? = nil) -> SafeHTML {
    let caret = mistake.caret.map { "<pre>\($0)</pre>" as SafeHTML }
    return "<div class=\"wrong\" role=\"alert\" id=\"mistake\"><p>\(field.map { "\($0): " } ?? "")\(mistake.words)</p>\(caret)</div>"
  }

  /// A labelled field that narrows what a page lists.
  /// - Parameters:
  ///   - list: the id of a list that it offers.
  ///   - hint: an example, for what may be typed.
  static func filter(
    _ label: String, _ name: String, _ query: PageQuery, list: String? = nil, hint: String = "", wrong: FormFlaw? = nil
  ) -> SafeHTML {
    let offers = list.map { " list=\"\($0)\"" as SafeHTML }
    let isWrong: SafeHTML? = wrong?.field == name ? " aria-invalid=\"true\" aria-describedby=\"mistake\"" : nil
    return """
      <label>\(label) <input name="\(name)" value="\(query[name] ?? "")" placeholder="\(hint)" autocomplete="off"\(offers)\(isWrong)></label>
      """
  }

  /// What fields offer.
  static func offers(_ id: String, _ words: [String]) -> SafeHTML {
    "<datalist id=\"\(id)\">\(words.map { "<option value=\"\($0)\"></option>" as SafeHTML }.joined())</datalist>"
  }

  /// The link to older ones, and how far back a look went that had to end before.
  static func older(_ address: String?, back: Timestamp?, _ word: String) -> SafeHTML {
    guard let address else { return .none }
    let said = back.map { "<p class=\"soft\">Looked back to \(SafeHTML.time($0)).</p>" as SafeHTML }
    return "\(said)<p><a href=\"\(address)\" rel=\"next\">\(word)</a></p>"
  }
}
