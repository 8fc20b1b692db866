/// What a page says above all else: what was done just now, or why it was not.
public struct PageNote: Sendable, Hashable {
  /// What was done.
  public var said: Said?
  /// How many it were.
  public var count: Int64?
  /// Why the form was not taken.
  public var flaw: FormFlaw?
  /// What the form said, to be shown again.
  public var form: [String: String]

  /// Nothing, unless told otherwise.
  public init(said: Said? = nil, count: Int64? = nil, flaw: FormFlaw? = nil, form: [String: String] = [:]) {
    self.said = said
    self.count = count
    self.flaw = flaw
    self.form = form
  }

  /// Above a page without fields of its own for the flaw.
  var shown: SafeHTML { Said.shown(said, count) + SafeHTML.flaw(flaw, besides: []) }
}
