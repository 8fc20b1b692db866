import Bellhop
import Templates

/// A vendor as data: what one page of YAML says. `docs/vendors.md` is the manual of its keys.
struct Page: Sendable {
  /// What `use:` names.
  var name = ""
  /// One line for people.
  var doc = ""
  /// The vendor's own documentation.
  var link = ""
  /// More lines for the manual.
  var notes: [String] = []
  var settings: [Field] = []
  var target: [Field] = []
  /// Which settings, and which fields of a target, exclude each other.
  var groups: (settings: [ChoiceGroup], target: [ChoiceGroup]) = ([], [])
  /// How values of settings, and of fields of a target, must look.
  var patterns: (settings: [ValuePattern], target: [ValuePattern]) = ([], [])
  var defaults = Kind.Defaults()
  var markup = VendorMarkup.plain
  var limits = PageLimits()
  /// Values looked up by others, in the order of the page: later ones may name earlier ones.
  var map: [Lookup] = []
  /// Signatures over what the request says.
  var sign: [Signing] = []
  /// A token that has to be fetched before.
  var token: TokenOutline?
  var request = RequestOutline()
  /// What changes an earlier message instead, where the vendor can.
  var update: RequestOutline?
  var answer = AnswerReading()
  var examples = Examples()

  /// A value that depends on another: a colour on the severity, a ping on the alert.
  struct Lookup: Sendable {
    var name: String
    /// Where to look: `severity`, `alert`, `settings.region` …
    var by: [String]
    var cases: [(word: String, tree: Tree)]
    var otherwise: Tree?
    /// How many characters its text may have. What is longer ends in a hash of the whole: two that begin alike stay two.
    var max: Int?
    /// Empty where its text has more characters: half of an address leads nowhere.
    var longest: Int?
  }

  /// An HMAC over a text, as base64 or hexadecimal digits. https://www.rfc-editor.org/rfc/rfc2104
  struct Signing: Sendable {
    var name: String
    var key: BodyTemplate
    var over: BodyTemplate
    var hash: SigningHash
    var isHex: Bool
    /// Empty where this value is.
    var when: [String]?
  }

  /// What an HMAC is made with: the vendor's choice, not ours.
  enum SigningHash: String, Sendable, CaseIterable { case sha1, sha256, sha512 }

  /// The settings and answers that show, and prove, what the page says.
  struct Examples: Sendable {
    var settings = Values()
    var target = Target()
    var answers: [AnswerExample] = []
  }

  /// An answer of the vendor's, and what it means.
  struct AnswerExample: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: String
    var outcome: String
    var id: String?
    var kind: Fault.Kind?
    var wait: Duration?
  }
}

/// What a request is made of.
struct RequestOutline: Sendable {
  var method = "POST"
  /// The setting that the address begins with; empty where the page names the host.
  var base: String?
  /// Behind the base, or the whole address.
  var path: BodyTemplate?
  /// What stands in the base instead of what, for addresses that vendors show in an old form.
  var replace: [(String, String)] = []
  var query: [(key: String, value: Tree)] = []
  var headers: [(name: String, value: BodyTemplate)] = []
  /// User and password. https://www.rfc-editor.org/rfc/rfc7617
  var basic: (user: BodyTemplate, password: BodyTemplate)?
  var body = PageBody.none

  enum PageBody: Sendable {
    case none
    case json(Tree)
    case form([(key: String, value: Tree)])
    case text(BodyTemplate)
  }
}

extension RequestOutline {
  /// What ends the part of an address that says where it leads. https://www.rfc-editor.org/rfc/rfc3986#section-3.2
  static let endsOfOrigin = "/?#"

  /// Where an address leads: its scheme, host and port. Nil for what leads nowhere.
  static func origin(of address: String) -> Substring? {
    guard let scheme = ["https://", "http://"].first(where: { address.lowercased().hasPrefix($0) }) else { return nil }
    let end = address.dropFirst(scheme.count).firstIndex { endsOfOrigin.contains($0) || $0 == "\\" } ?? address.endIndex
    let origin = address[..<end]
    return origin.count > scheme.count ? origin : nil
  }
}
