import Bellhop
import Templates

// What no single field can show of a mapping.
extension MappingFields {
  static func check(_ values: Values) -> [SettingMistake] {
    let entries = values.map(event.name) ?? []
    var mistakes: [SettingMistake] = []
    if !entries.contains(where: { ["type", "title", "text"].contains($0.key) }) {
      mistakes.append(
        SettingMistake(
          at: [event.name], "the event says neither type nor title nor text", hint: "add type: \"deploy.{{status}}\", or text:"))
    }
    mistakes += checkEvent(values)
    mistakes += (values.map(types.name) ?? []).flatMap { entry -> [SettingMistake] in
      guard case .string(let type) = entry.value else { return [] }
      return check(type: type, at: [types.name, entry.key])
    }
    return mistakes + check(each: values.string(each.name)) + check(proof: values.list(proof.name) ?? [])
  }

  /// Mistakes of the event itself, whatever of it must be said.
  static func checkEvent(_ values: Values) -> [SettingMistake] {
    (values.map(event.name) ?? []).flatMap { entry -> [SettingMistake] in
      switch entry.value {
      case .string(let source): check(entry.key, source, values)
      case .map(let pairs): pairs.flatMap { check(data: $0) }
      default: []
      }
    }
  }

  private static func check(_ key: String, _ source: String, _ values: Values) -> [SettingMistake] {
    let place = [event.name, key]
    let names = names(source, place)
    guard !source.contains("{{") else {
      return key == "type" && Sender.isOwn(source) ? check(type: "bellhop", at: place) + names : names
    }
    switch key {
    case "type" where WordMap(values.map(types.name)).word(for: source) == nil: return check(type: source, at: place)
    case "severity" where Severity(word: source) == nil && WordMap(values.map(severities.name)).word(for: source) == nil:
      let words = Severity.allCases.map(\.word)
      let guess = source.nearest(among: words).map { "did you mean \"\($0)\"? " } ?? ""
      return [
        SettingMistake(at: place, "there is no severity \"\(source)\"", hint: "\(guess)\(words.joined(separator: ", ")), or {{a value}}")
      ]
    case "id":
      return [
        SettingMistake(
          at: place, "every event would have this id, so that all but the first would be duplicates",
          hint: "name what tells them apart: id: \"{{\(source)}}\", or leave it out")
      ]
    case "time": return [SettingMistake(at: place, "every event would have this time", hint: "time: \"{{\(source)}}\", or leave it out")]
    default: return []
    }
  }

  private static func check(type: String, at place: [String]) -> [SettingMistake] {
    if Sender.isOwn(type) {
      return [SettingMistake(at: place, "types of \"bellhop\" are Bellhop's own", hint: "begin it with another word")]
    }
    if Draft.type(type, .max) == type, !type.isEmpty { return [] }
    return [SettingMistake(at: place, "\"\(type)\" is not a type", hint: "write it like user.registered")]
  }

  private static func check(data entry: Value.Entry) -> [SettingMistake] {
    let place = [event.name, "data", entry.key]
    guard case .string(let source) = entry.value else { return [] }
    if entry.key.isEmpty || entry.key.contains(".") {
      return [
        SettingMistake(at: place, "\"\(entry.key)\" is no name that rows could ask for", hint: "a name has no dots: rows say data.NAME")
      ]
    }
    return names(source, place)
  }

  /// Names that stand beside those of the request, nearly.
  private static func names(_ source: String, _ place: [String]) -> [SettingMistake] {
    guard let template = try? BodyTemplate(source) else { return [] }
    return template.names.sorted().compactMap { name in
      let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
      guard let first = parts.first, parts.count == 2 else { return nil }
      if ["header", "Headers", "Header"].contains(first) {
        return SettingMistake(
          at: place, "{{\(name)}} is a name of the request's own", hint: "for its headers, write {{headers.\(parts[1].lowercased())}}",
          isWarning: true)
      }
      guard first == "headers", parts[1] != parts[1].lowercased() else { return nil }
      return SettingMistake(
        at: place, "{{\(name)}} is always empty: headers are named in lower case", hint: "write {{headers.\(parts[1].lowercased())}}")
    }
  }

  private static func check(each path: String?) -> [SettingMistake] {
    guard let path else { return [] }
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    let isPath = !parts.contains("") && !path.contains { "{}[]$ ".contains($0) }
    if isPath { return [] }
    let bare = String(path.filter { !"{}[]$ ".contains($0) }).split(separator: ".").joined(separator: ".")
    return [
      SettingMistake(
        at: [each.name], "\"\(path)\" is no path to a list",
        hint: "write it without braces and brackets: \(bare.isEmpty ? "data.items" : bare)")
    ]
  }

  private static func check(proof list: [Value]) -> [SettingMistake] {
    list.enumerated().compactMap { index, value in
      guard case .string(let text) = value, ProofOffer(text) == nil else { return nil }
      let word = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
      let guess = ProofOffer.words.contains(word) ? "" : word.nearest(among: ProofOffer.words).map { "did you mean \"\($0)\"? " } ?? ""
      let needs = ["header", "query"].contains(word.lowercased()) ? "say of which name: \"\(word.lowercased()) X-Token\"; " : ""
      return SettingMistake(
        at: list.count > 1 ? [proof.name, String(index)] : [proof.name], "\"\(text)\" is no place for a secret",
        hint: "\(guess)\(needs)there are bearer, basic, path, header NAME, query NAME")
    }
  }
}
