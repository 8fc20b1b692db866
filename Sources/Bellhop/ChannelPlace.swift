/// One of a channel's places as written: its target may hold `{{…}}`, and `only` says what they may give.
public struct ChannelPlace: Sendable, Hashable {
  /// A transport and the target in it, as written.
  public var place: Place
  /// Empty when nothing is templated.
  public var only: [Glob]

  /// A place; `only` where its target is templated.
  public init(_ place: Place, only: [Glob] = []) {
    self.place = place
    self.only = only
  }
}
