import Bellhop

/// What reading the page of a vendor gave. Who reads pages is the gateway's to say: see `vendor` of
/// ``Configuration/load(path:kinds:vendor:environment:readFile:)``.
public struct VendorPage: Sendable {
  /// The kind that the page describes; nil where it has mistakes.
  public var kind: Kind?
  /// Everything wrong with the page; `file` is filled in by the reader of the configuration.
  public var mistakes: [Mistake]

  /// Neither a kind nor a mistake, unless told otherwise: such a page is passed over.
  public init(kind: Kind? = nil, mistakes: [Mistake] = []) {
    self.kind = kind
    self.mistakes = mistakes
  }
}
