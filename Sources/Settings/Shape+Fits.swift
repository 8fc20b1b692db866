import Bellhop

extension Field.Shape {
  /// Whether a target's value, as it is kept in the store, is of this shape.
  func fits(_ value: JSON) -> Bool {
    switch self {
    case .string, .secret, .template, .certificates: !(value.string ?? "").isEmpty
    case .url, .secretURL: value.string.map(WebAddress.isWeb) ?? false
    case .bool: value.bool != nil
    case .int(let range): value.int.map { range.contains(Int($0)) } ?? false
    case .duration: value.string.flatMap { Duration(parsing: $0) } != nil
    case .rate: value.string.flatMap { Rate(parsing: $0) } != nil
    case .choice(let words): value.string.map(words.contains) ?? false
    case .path: value.string.map(EventName.isPath) ?? false
    case .dated(let shape): shape.fits(value)
    case .list(let shape): value.array.map { $0.allSatisfy(shape.fits) } ?? false
    case .map(let shape): value.object.map { $0.members.allSatisfy { shape.fits($0.value) } } ?? false
    case .keys(let fields):
      value.object.map { object in
        object.members.allSatisfy { member in fields.contains { $0.name == member.key && $0.shape.fits(member.value) } }
          && fields.allSatisfy { !$0.required || object[$0.name] != nil }
      } ?? false
    }
  }
}

extension Value {
  /// As a target keeps it. A target is never secret: the fields of one cannot hold a secret.
  var json: JSON {
    switch self {
    case .string(let value): .string(value)
    case .secret: .string(Secret.mask)
    case .bool(let value): .bool(value)
    case .int(let value): .int(Int64(value))
    case .duration(let value): .string(value.short)
    case .rate(let value): .string(value.description)
    case .list(let values): .array(values.map(\.json))
    case .dated(let value, _): value.json
    case .map(let entries): .object(JSON.Object(entries.map { .init($0.key, $0.value.json) }))
    }
  }
}
