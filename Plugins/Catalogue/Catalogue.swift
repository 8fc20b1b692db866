import Bellhop
import CPages
import Curl
import YAML

/// Vendors that are pages of YAML: those that come with Bellhop, and those that ops write.
public enum Catalogue {
  /// Something wrong with a page, at its place.
  public struct PageMistake: Sendable, Hashable {
    /// From 1.
    public var line: Int
    /// From 1, in Unicode code points.
    public var column: Int
    /// The keys that lead there: `request.json.text`; empty for the page as a whole.
    public var path: String
    /// One sentence without a full stop.
    public var problem: String
    /// What to do about it.
    public var hint: String?
    /// Doubtful only: the page can be used.
    public var isWarning = false
  }

  /// The kinds of the pages that come with Bellhop, in the order of their names.
  public static func kinds(_ engine: Engine) -> [Kind] { pages.map { $0.kind(engine) } }

  /// Reads a page that ops wrote. Its examples are tried too, so that a kind comes back only where they hold.
  /// - Returns: the name that the page gives, as far as there is one; the kind; and everything that is wrong or doubtful. No kind where there is a mistake.
  public static func read(_ bytes: [UInt8], _ engine: Engine) -> (name: String, kind: Kind?, mistakes: [PageMistake]) {
    let (page, mistakes) = PageReader.read(Document(parsing: bytes))
    guard let page, mistakes.allSatisfy(\.isWarning) else { return (page?.name ?? "", nil, mistakes) }
    return (page.name, page.kind(engine), mistakes)
  }

  /// Read once: pages in the binary do not change. A page that cannot be read would be missing; a test reads each from its file.
  static let pages: [Page] = sources.compactMap { PageReader.read(Document(parsing: $0), tryingExamples: false).page }.sorted {
    $0.name < $1.name
  }

  /// The pages in the binary, as their files have them.
  static let sources: [[UInt8]] = {
    var size = 0
    guard let start = bh_pages(&size) else { return [] }
    // A page ends with a zero byte.
    return UnsafeBufferPointer(start: start, count: size).split(separator: 0).map { Array($0) }
  }()
}
