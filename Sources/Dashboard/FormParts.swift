import Bellhop

// Pieces of forms.
extension SafeHTML {
  /// What the flaw of a field is called, for those who hear the page.
  private static func flawID(_ name: String) -> String { "flaw-\(name)" }

  /// A flaw, where it belongs: at its field, or above the form where it is about no field of it.
  static func flaw(_ flaw: FormFlaw?, at name: String? = nil) -> SafeHTML {
    guard let flaw, flaw.field == name else { return .none }
    let caret: SafeHTML? = flaw.caret.map { "<pre>\($0)</pre>" }
    let id: SafeHTML? = name.map { " id=\"\(flawID($0))\"" }
    return "<div class=\"wrong\" role=\"alert\"\(id)>\(flaw.words)\(caret)</div>"
  }

  /// A flaw that none of a form's fields shows.
  static func flaw(_ flaw: FormFlaw?, besides fields: [String]) -> SafeHTML {
    guard let flaw, !(flaw.field.map(fields.contains) ?? false) else { return .none }
    let words = flaw.field.map { "\($0): \(flaw.words)" } ?? flaw.words
    return Self.flaw(FormFlaw(words, caret: flaw.caret))
  }

  private static func attributes(_ name: String, _ flaw: FormFlaw?) -> SafeHTML {
    flaw?.field == name ? " aria-invalid=\"true\" aria-describedby=\"\(flawID(name))\"" : .none
  }

  /// A line to type in, with its label and what is wrong with it. `hint` stands in it while it is empty.
  static func field(
    _ label: SafeHTML, _ name: String, _ value: String? = nil, hint: String = "", type: String = "text", flaw: FormFlaw? = nil,
    more: SafeHTML = .none
  ) -> SafeHTML {
    """
    <p><label for="\(name)">\(label)</label><br><input id="\(name)" name="\(name)" type="\(type)" value="\(value ?? "")" \
    placeholder="\(hint)"\(attributes(name, flaw))\(more)></p>\(Self.flaw(flaw, at: name))
    """
  }

  /// Several lines to type in.
  static func area(_ label: SafeHTML, _ name: String, _ value: String? = nil, hint: String = "", flaw: FormFlaw? = nil) -> SafeHTML {
    """
    <p><label for="\(name)">\(label)</label><br><textarea id="\(name)" name="\(name)" rows="5" cols="60" \
    placeholder="\(hint)"\(attributes(name, flaw))>
    \(value ?? "")</textarea></p>\(Self.flaw(flaw, at: name))
    """
  }

  /// One of some words; an empty `value` is the first.
  static func choice(
    _ label: SafeHTML, _ name: String, _ options: [(value: String, words: String)], _ value: String? = nil, flaw: FormFlaw? = nil
  ) -> SafeHTML {
    let list = options.map { option in
      let chosen: SafeHTML = option.value == value ?? "" ? " selected" : .none
      return "<option value=\"\(option.value)\"\(chosen)>\(option.words)</option>" as SafeHTML
    }
    return """
      <p><label for="\(name)">\(label)</label><br><select id="\(name)" name="\(name)"\(attributes(name, flaw))>\(list.joined())</select></p>\
      \(Self.flaw(flaw, at: name))
      """
  }

  /// What a form carries along unseen.
  static func hidden(_ name: String, _ value: String?) -> SafeHTML {
    value.map { "<input type=\"hidden\" name=\"\(name)\" value=\"\($0)\">" } ?? .none
  }

  /// A button that does one thing by itself. `about` tells it from others of its kind, for those who hear the page.
  static func button(_ words: String, about: String, post path: String, _ values: [(String, String)]) -> SafeHTML {
    let fields = values.map { hidden($0.0, $0.1) }.joined()
    return """
      <form class="inline" method="post" action="\(path)">\(fields)<button aria-label="\(words) \(about)">\(words)</button></form>
      """
  }

  /// Who is looking by a cookie, with the way out.
  public static func loggedIn(_ name: String) -> SafeHTML {
    "\(name) <form class=\"inline\" method=\"post\" action=\"/logout\"><button>Log out</button></form>"
  }

  /// Where nobody has to say who it is in order to read.
  public static let openToRead: SafeHTML = """
    Open to everybody on this machine, to read. <a href="/login">Log in</a> to change something
    """

  /// Where nobody could say who it is.
  public static let openToAll: SafeHTML = """
    Open to everybody on this machine: no readers are configured. <a href="/login">How to change that</a>
    """
}
