import Bellhop

/// What a post says, by the names under which templates find it.
struct PostContent: Sendable {
  /// So many members of one object are looked at: each name is looked for among them, by every event of the request.
  static let members = 1_000

  /// The whole of it: JSON, the fields of a form, or a text.
  let body: JSON
  /// Its own names, and behind them those that every request has: these always mean the same, whatever a sender calls its own.
  let names: JSON
  private let own: [JSON.Object.Member]
  private let common: [JSON.Object.Member]

  /// Nil for what can be read in no way. Headers and the query are without what proves.
  init?(_ bytes: [UInt8], _ head: PostHead, hiding offers: [ProofOffer]) {
    guard let (body, form) = Self.read(bytes, head) else { return nil }
    self.body = Self.narrow(body) ? body : Self.narrowed(body)
    own = self.body.object?.members ?? []
    let headers = head.headers.filter { pair in
      !["authorization", "proxy-authorization", "cookie"].contains(pair.name) && !offers.contains(.header(pair.name))
    }
    let query = head.query.filter { !offers.contains(.query($0.name)) }
    common = [
      .init("body", self.body), .init("form", .object(form ?? [:])), .init("headers", .object(Self.object(headers))),
      .init("query", .object(Self.object(query))),
    ]
    names = .object(JSON.Object(own + common))
  }

  /// The names for one element of a list: its own stand before those around it.
  func names(of item: JSON) -> JSON { .object(JSON.Object(own + (item.object?.members ?? []) + [.init("item", item)] + common)) }

  // MARK: Reading

  /// By what it is rather than by what its content type says: many tools say none, or that of a form.
  private static func read(_ bytes: [UInt8], _ head: PostHead) -> (body: JSON, form: JSON.Object?)? {
    let bytes = Text.withoutMark(bytes)
    if bytes.isEmpty { return (.object([:]), nil) }
    if let json = try? JSON(parsing: bytes) { return (json, nil) }
    let media = head.media
    if media.name == "application/x-www-form-urlencoded" || bytes.starts(with: Array("payload=".utf8)) {
      guard let pairs = FormFields.pairs(Array(bytes)) else { return nil }
      let form = object(pairs)
      if let payload = form["payload"]?.string, let json = try? JSON(parsing: Array(payload.utf8)) { return (json, form) }
      return (.object(form), form)
    }
    guard media.name.hasPrefix("text/"), let text = String(validating: bytes, as: UTF8.self) else { return nil }
    return (.string(text), nil)
  }

  /// A name that stands several times is a list.
  private static func object(_ pairs: [PostHead.Pair]) -> JSON.Object {
    var places: [String: Int] = [:]
    var members: [JSON.Object.Member] = []
    for pair in pairs.prefix(Self.members) {
      guard let place = places[pair.name] else {
        places[pair.name] = members.count
        members.append(.init(pair.name, .string(pair.value)))
        continue
      }
      members[place].value = .array((members[place].value.array ?? [members[place].value]) + [.string(pair.value)])
    }
    return JSON.Object(members)
  }

  // MARK: Bounds

  private static func narrow(_ value: JSON) -> Bool {
    switch value {
    case .object(let object): object.members.count <= members && object.members.allSatisfy { narrow($0.value) }
    case .array(let elements): elements.allSatisfy(narrow)
    default: true
    }
  }

  private static func narrowed(_ value: JSON) -> JSON {
    switch value {
    case .object(let object): .object(JSON.Object(object.members.prefix(members).map { .init($0.key, narrowed($0.value)) }))
    case .array(let elements): .array(elements.map(narrowed))
    default: value
    }
  }
}
