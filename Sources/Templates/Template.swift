import Bellhop

/// Mustache around a Markdown subset.
public struct Template: Sendable, Hashable {
  public let source: String
  public init(_ source: String) throws(TemplateError) { self.source = source }
  /// The tree of a message.
  public func render(_ event: Event) -> Text { Text(literal: source) }
  /// Without Markdown: for target values.
  public func plain(_ event: Event) -> String { source }
  /// With values percent-encoded; nil where the result is not an http, https or mailto address.
  public func url(_ event: Event) -> String? { source }
  /// Without any tag: renders the same for every event.
  public var isLiteral: Bool { !source.contains("{{") }
  /// The event's values that it names: `subject`, `data.user.id`.
  public var paths: Set<String> { [] }
}
