import Bellhop

/// What must hold of a page's settings, or of its targets, beyond the shape of each.
struct ChoiceGroup: Sendable {
  /// Of these one at most may be there.
  var names: [String]
  /// And one must.
  var needsOne: Bool

  func problems(_ isGiven: (String) -> Bool) -> [SettingMistake] {
    let given = names.filter(isGiven)
    let all = names.joined(separator: ", ")
    if given.isEmpty, needsOne { return [SettingMistake("has none of \(all)", hint: "write exactly one of them")] }
    guard given.count > 1 else { return [] }
    return [SettingMistake(at: [given[1]], "stands beside \(given[0])", hint: "keep \(needsOne ? "exactly" : "at most") one of \(all)")]
  }
}

/// How the value of a field must look, beyond its shape.
struct ValuePattern: Sendable {
  var field: String
  /// A regular expression for all of the value. Kept as text, because a compiled one cannot cross between tasks.
  var pattern: String
  var hint: String?
  /// Where the value may still be right.
  var isWarning = false

  /// The value itself is not repeated: it may be secret.
  func problem(with text: String) -> SettingMistake? {
    guard !text.isEmpty, let regex = try? Regex(pattern), (try? regex.wholeMatch(in: text)) == nil else { return nil }
    return SettingMistake(at: [field], "does not look as it should", hint: hint ?? "it has to match \(pattern)", isWarning: isWarning)
  }

  /// `pattern: "[a-z]+"`, or `pattern: { is: "[a-z]+", hint: "small letters", warning: true }`
  static func read(_ field: String, _ leaf: Leaf) -> ValuePattern? {
    var pattern = ValuePattern(field: field, pattern: "")
    if leaf.node.mapping == nil {
      pattern.pattern = leaf.text() ?? ""
    } else {
      let keys = leaf.keys(["is", "hint", "warning"])
      if keys["is"] == nil { leaf.mistake("\"is\" is missing", hint: "pattern: { is: \"[a-z]+\", hint: \"small letters\" }") }
      pattern.pattern = keys["is"]?.text() ?? ""
      pattern.hint = keys["hint"]?.text()
      pattern.isWarning = keys["warning"]?.bool() ?? false
    }
    guard (try? Regex(pattern.pattern)) != nil else {
      leaf.mistake(
        "the pattern is not a regular expression", hint: "close its brackets, and write a backslash before signs that are meant as they are"
      )
      return nil
    }
    return pattern.pattern.isEmpty ? nil : pattern
  }
}
