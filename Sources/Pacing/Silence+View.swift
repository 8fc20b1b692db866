import Bellhop

extension Silence {
  /// As the API shows it: times are RFC 3339; what there is not is left out.
  public func view(_ hits: SilenceHits, at now: Timestamp) -> JSON {
    var object: JSON.Object = ["id": .int(id), "state": .string(phase(at: now).rawValue), "filter": .string(filter)]
    object["role"] = role.map(JSON.string)
    object["row"] = row.map(JSON.string)
    object["from"] = .string(from.rfc3339)
    object["until"] = .string(until.rfc3339)
    object["who"] = .string(who)
    object["why"] = .string(why)
    object["made"] = .string(made.rfc3339)
    object["hits"] = .int(hits.count)
    object["last_hit"] = hits.last.map { .string($0.rfc3339) }
    return .object(object)
  }

  /// From ``view(_:at:)``, for who asks a gateway elsewhere; nil for anything else.
  public init?(view: JSON) {
    func time(_ key: String) -> Timestamp? { view[key]?.string.flatMap { Timestamp(rfc3339: $0) } }
    guard let id = view["id"]?.int, let filter = view["filter"]?.string, let from = time("from"), let until = time("until"),
      let who = view["who"]?.string, let why = view["why"]?.string, let made = time("made")
    else { return nil }
    self.init(
      id: id, filter: filter, role: view["role"]?.string, row: view["row"]?.string, from: from, until: until, who: who, why: why,
      made: made)
  }
}
