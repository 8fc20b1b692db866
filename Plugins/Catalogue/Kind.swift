import Bellhop
import Curl

extension Page {
  /// The kind that the page describes, as the gateway registers it.
  func kind(_ engine: Engine) -> Kind {
    let page = self
    return Kind(
      name: name, doc: doc, notes: notes + ["Documented at \(link)"], settings: settings, target: target, defaults: defaults,
      check: { page.problems(with: $0) }, checkTarget: { target, _ in page.problems(with: target) }
    ) { CatalogueTransport(page: page, values: $0, carrier: engine) }
  }

  private func problems(with values: Values) -> [SettingMistake] {
    var problems: [SettingMistake] = []
    for group in oneOf {
      let given = group.filter(values.has)
      if given.isEmpty {
        problems.append(SettingMistake("has none of \(group.joined(separator: ", "))", hint: "write exactly one of them"))
      }
      if given.count > 1 {
        problems.append(
          SettingMistake(at: [given[1]], "stands beside \(given[0])", hint: "keep exactly one of \(group.joined(separator: ", "))"))
      }
    }
    for field in settings {
      guard let text = values.string(field.name) ?? values.secret(field.name)?.reveal() else { continue }
      if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
        problems.append(SettingMistake(at: [field.name], "holds a line break or another control character", hint: "write it on one line"))
      }
    }
    return problems
  }

  private func problems(with target: Target) -> [SettingMistake] {
    target.values.members.filter { $0.value.plain.unicodeScalars.contains { $0.value < 0x20 } }.map {
      SettingMistake(at: [$0.key], "holds a line break or another control character", hint: "write it on one line")
    }
  }
}
