import Bellhop

extension Field {
  /// The field's values as JSON Schema, with its line of the manual and its example.
  var schema: JSON {
    var schema = shape.schema.object ?? [:]
    schema["description"] = .string(doc)
    if let value { schema["default"] = value.json }
    schema["examples"] = [Example.json(example)]
    return .object(schema)
  }
}

extension Field.Shape {
  fileprivate var schema: JSON {
    switch self {
    case .string, .secret, .template, .path, .certificates: Schema.text
    case .url, .secretURL: ["type": "string", "pattern": .string("^(https?://|\\$\\{)")]
    case .bool: Schema.reference("bool")
    case .int(let range): Schema.int(range)
    case .duration: Schema.reference("duration")
    case .rate: Schema.reference("rate")
    case .choice(let words): Schema.typed(Schema.choice(words))
    case .dated(let shape):
      ["anyOf": [shape.schema, Schema.object(["token": shape.schema, "expires": Schema.text], required: ["token"])]]
    case .list(let shape): Schema.many(shape.schema)
    case .map(let shape): Schema.map(shape.schema)
    case .keys(let fields):
      Schema.object(
        JSON.Object(fields.map { .init($0.name, $0.schema) }), required: fields.filter(\.required).map(\.name))
    }
  }
}
