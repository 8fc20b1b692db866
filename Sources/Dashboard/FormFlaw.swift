/// Why a form was not taken.
public struct FormFlaw: Sendable, Hashable {
  /// One line, in the words of the API.
  public var words: String
  /// The field that it is about; nil is the whole form.
  public var field: String?
  /// The field's text, and below it a mark under the place.
  public var caret: String?

  /// A flaw of the whole form, unless a field is named.
  public init(_ words: String, field: String? = nil, caret: String? = nil) {
    self.words = words
    self.field = field
    self.caret = caret
  }
}
