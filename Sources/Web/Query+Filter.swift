import Bellhop
import Matching

typealias FilterExtra = FilterText.Extra

extension Query {
  /// A filter as people type it; one that takes every event where there is none.
  func filter(_ name: String, allowing extras: Set<FilterExtra>) throws(ProblemDocument) -> EventFilter {
    let text = try text(name, bytes: FilterText.maximumLength) ?? ""
    do throws(FilterMistake) { return try FilterText.parse(text, allowing: extras) } catch {
      let hint = error.hint.map { "; \($0)" } ?? ""
      throw .field(name, error.description + hint, offset: error.offset, caret: error.caret(in: text))
    }
  }
}
