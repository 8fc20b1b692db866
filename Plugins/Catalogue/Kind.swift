import Bellhop
import Curl

extension Page {
  /// The kind that the page describes, as the gateway registers it.
  func kind(_ engine: Engine) -> Kind {
    let page = self
    return Kind(
      name: name, doc: doc, notes: notes + ["Documented at \(link)"], settings: settings + CommonSettings.fields, target: target,
      updates: update != nil ? .byAnchor : names.contains("update_key") ? .byKey : .never,
      defaults: defaults,
      check: { page.problems(with: $0) }, checkTarget: { target, _ in page.problems(with: target) }
    ) { values in
      let transport = CatalogueTransport(page: page, values: values, carrier: engine)
      return page.token.map { TokenTransport(transport, $0) } ?? transport
    }
  }

  private func problems(with values: Values) -> [SettingMistake] {
    var problems = groups.settings.flatMap { $0.problems(values.has) } + CommonSettings.problems(values)
    for pattern in patterns.settings {
      let text = values.string(pattern.field) ?? values.secret(pattern.field)?.reveal()
      if let problem = text.flatMap(pattern.problem) { problems.append(problem) }
    }
    for field in settings {
      guard let text = values.string(field.name) ?? values.secret(field.name)?.reveal() else { continue }
      if field.shape == .url || field.shape == .secretURL, let problem = Request.problem(withAddress: text, at: [field.name]) {
        problems.append(problem)
      }
      if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
        problems.append(SettingMistake(at: [field.name], "holds a line break or another control character", hint: "write it on one line"))
      }
    }
    return problems
  }

  private func problems(with target: Target) -> [SettingMistake] {
    var problems = groups.target.flatMap { group in group.problems { !(target[$0] ?? .null).plain.isEmpty && target[$0] != .null } }
    for (name, value) in target.values.members.map({ ($0.key, $0.value.plain) }) {
      if value.unicodeScalars.contains(where: { $0.value < 0x20 }) {
        problems.append(SettingMistake(at: [name], "holds a line break or another control character", hint: "write it on one line"))
      }
      problems += patterns.target.filter { $0.field == name }.compactMap { $0.problem(with: value) }
    }
    return problems
  }
}
