/// Why a template cannot be used: found when the configuration is read, so that rendering cannot fail.
public struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence without a full stop at its end.
  public let description: String
  /// What to do about it.
  public let hint: String?
  /// Where in the source, in Unicode scalars from its start.
  public let offset: Int?
  private var others: [TemplateError] = []

  init(_ description: String, hint: String? = nil, offset: Int? = nil) {
    self.description = description
    self.hint = hint
    self.offset = offset
  }

  /// This mistake and the others of the same template, in the order of the source, each once and ten at most.
  public var all: [TemplateError] {
    var first = self
    first.others = []
    return [first] + others
  }

  /// All of them as one; nil where there are none.
  init?(_ mistakes: [TemplateError]) {
    var seen: Set<String> = []
    let told = mistakes.sorted { ($0.offset ?? 0) < ($1.offset ?? 0) }.filter { seen.insert($0.description).inserted }
    guard let first = told.first else { return nil }
    self = first
    others = Array(told.prefix(TemplateLimits.mistakes).dropFirst())
  }
}
