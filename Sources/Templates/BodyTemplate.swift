import Bellhop

/// Mustache over JSON, for the body of a request.
public struct BodyTemplate: Sendable, Hashable {
  /// How values enter.
  public enum Escaping: Sendable { case json, none, url }
  public let source: String
  public init(_ source: String) throws(TemplateError) { self.source = source }
  public func render(_ context: JSON, escaping: Escaping) -> String { source }
}
