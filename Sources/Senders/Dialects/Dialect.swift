import Bellhop

/// The form in which a sender speaks, as a value: what it is called, what it may be told, how to understand it.
///
/// Dialects stand in one list, ``all``. Settings read their fields, the listeners their limits, `bellhop senders` prints them.
public struct Dialect: Sendable {
  /// The word behind `use:`.
  public let name: String
  /// One line for `bellhop senders`.
  public let doc: String
  /// More lines for its manual: where the vendor documents it, what is taken and what is left out.
  public let notes: [String]
  /// What `secret:` is to it; nil where it has none and something in ``settings`` takes its place.
  public let secret: String?
  /// Its secret is offered as it is, so that a digest of it may stand in the YAML; a signature needs the secret itself.
  public let takesDigest: Bool
  /// The setting that takes its place where there is no secret: what its senders are told apart by. No two may have the same.
  public let identity: String?
  /// More words to fill in in ``address`` and ``example``, each with the setting whose first value stands for it: `ORIGIN`, `origins`.
  public let words: [(word: String, setting: String)]
  /// The keys beside those that all senders have, in the order of the manual.
  public let settings: [Field]
  /// How it proves who it is, in a few words for the manual: `Authorization: Bearer`.
  public let proof: String
  /// What to paste where the vendor asks for an address, behind the gateway's own: `/hooks/NAME/SECRET`. `NAME` and `SECRET` are filled in.
  public let address: String
  /// Addresses at the gateway's root that all senders of it have in common: `/services`. Only for those that the head proves.
  public let prefixes: [String]
  /// The arguments of a curl that posts an example, behind `curl` and before the address; `SECRET` is filled in by who calls it.
  public let example: String
  /// The methods that it takes.
  public let methods: [String]
  /// Bytes of a body.
  public let limit: Int
  /// Events in one request; what is beyond is counted in one more event, or refused where the dialect is Bellhop's own.
  public let batch: Int
  /// What it answers where something has no room or is too fast: 429 or 503, whichever its senders send again after.
  public let pressure: Int
  /// So long its senders wait for an answer; nil where nobody says. A no comes a little before, for later nobody hears it.
  public let patience: Duration?
  /// Mistakes and doubts that no single field can show.
  public let check: @Sendable (Values) -> [SettingMistake]
  /// What is wrong with a secret that is to prove it: it may be no key of this kind. Nil where nothing is.
  public let checkSecret: @Sendable (Secret) -> SettingMistake?
  /// Makes what understands it, of settings that `check` found nothing wrong with; nil for Bellhop's own.
  let make: (@Sendable (Values) -> any Receiver)?

  init(
    name: String, doc: String, notes: [String] = [], secret: String? = "its secret", takesDigest: Bool = true, identity: String? = nil,
    words: [(word: String, setting: String)] = [], settings: [Field] = [], proof: String, address: String = "/hooks/NAME",
    prefixes: [String] = [], example: String, methods: [String] = ["POST"], limit: Int = 1 << 20,
    batch: Int = 1_000,
    pressure: Int = 503, patience: Duration? = nil, check: @escaping @Sendable (Values) -> [SettingMistake] = { _ in [] },
    checkSecret: @escaping @Sendable (Secret) -> SettingMistake? = { _ in nil },
    make: (@Sendable (Values) -> any Receiver)?
  ) {
    self.name = name
    self.doc = doc
    self.notes = notes
    self.secret = secret
    self.takesDigest = takesDigest
    self.identity = identity
    self.words = words
    self.settings = settings
    self.proof = proof
    self.address = address
    self.prefixes = prefixes
    self.example = example
    self.methods = methods
    self.limit = limit
    self.batch = batch
    self.pressure = pressure
    self.patience = patience
    self.check = check
    self.checkSecret = checkSecret
    self.make = make
  }

  /// Bellhop's own form, at an address of its own.
  public var isOwn: Bool { make == nil }

  /// The dialect of that name.
  public static func named(_ name: String) -> Dialect? { all.first { $0.name == name } }

  /// What stands in the place of secrets in a sender's settings, and is public; none where there are secrets.
  public func publicKeys(_ values: Values) -> [Secret] {
    identity.map { values.keys($0).map(\.key) } ?? []
  }

  /// Bellhop's own: its JSON, CloudEvents, NDJSON and plain text.
  public static let api = Dialect(
    name: "api", doc: "Bellhop's own: JSON, CloudEvents, NDJSON, plain text", secret: "its token", proof: "Authorization: Bearer",
    address: "/v1/events",
    example:
      #"-H 'Authorization: Bearer SECRET' -H 'Content-Type: application/json' -d '{"type": "user.registered", "subject": "ada@example.com"}'"#,
    pressure: 503, make: nil)
}
