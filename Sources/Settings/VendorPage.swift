import Bellhop

/// What reading the page of a vendor gave. Who reads pages is the gateway's to say: see `vendor` of
/// ``Configuration/load(path:kinds:vendor:environment:readFile:unset:)``.
public struct VendorPage: Sendable {
  /// What the page calls itself, also where it has mistakes; may be empty.
  public var name: String
  /// The kind that the page describes; nil where it has mistakes.
  public var kind: Kind?
  /// Everything wrong with the page; `file` is filled in by the reader of the configuration.
  public var mistakes: [Mistake]

  /// Neither a kind nor a mistake, unless told otherwise: such a page is passed over.
  public init(name: String = "", kind: Kind? = nil, mistakes: [Mistake] = []) {
    self.name = name
    self.kind = kind
    self.mistakes = mistakes
  }
}
