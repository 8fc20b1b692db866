import Bellhop
import Loopback

@testable import Catalogue

extension Subject {
  /// Every vendor that is a page, with the settings of its own examples, pointed at the test's server.
  static let pages: [Subject] = Catalogue.pages.map { page in
    let good = page.examples.answers.first { $0.outcome == "delivered" }
    let wrong = page.examples.answers.first { $0.status == 200 && $0.outcome == "refused" }
    return Subject(
      name: page.name, folder: "Catalogue", kind: { page.kind($0) }, settings: { settings(of: page, at: $0) },
      target: page.examples.target, accepts: good.map { .answer($0.status, body: $0.body) } ?? .ok,
      error: wrong.flatMap { answer in answer.kind.map { (answer.body, $0) } },
      nonsense: page.answer.rules.contains { $0.end == .delivered } ? "unclear" : "delivered")
  }

  /// The examples, every address in them moved to `url`, whatever stands behind its host.
  private static func settings(of page: Page, at url: String) -> Values {
    var values = page.examples.settings
    for field in page.settings {
      let value = values.entries[field.name] ?? field.value
      switch (field.shape, value) {
      case (.url, .string(let text)?) where field.name == page.request.base: values.entries[field.name] = .string(url + path(of: text))
      case (.secretURL, .secret(let text)?): values.entries[field.name] = secret(url + path(of: text.reveal()))
      default: break
      }
    }
    return values
  }

  private static func path(of address: String) -> String {
    let rest = address.drop { $0 != ":" }.dropFirst(3)
    return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? ""
  }
}
