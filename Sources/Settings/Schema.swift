import Bellhop
import Senders

/// The configuration as a JSON Schema, for editors that complete and underline while one types. It is looser than
/// ``Configuration/load(path:kinds:vendor:environment:readFile:unset:)``: names that dangle and rows that nothing reaches are beyond it.
/// https://json-schema.org/draft/2020-12/json-schema-core
public enum Schema {
  /// The schema, with the settings of these kinds.
  public static func document(kinds: [Kind]) -> JSON {
    var properties = JSON.Object()
    properties["server"] = object(server)
    properties["store"] = object(store)
    properties["senders"] = map(["oneOf": .array(Dialect.all.map(Self.sender))])
    properties["readers"] = ["anyOf": [many(secret), readers]]
    properties["vendors"] = many(text)
    properties["transports"] = map(["oneOf": .array(kinds.map(transport))])
    properties["channels"] = map(["type": "object", "minProperties": 1, "additionalProperties": reference("target")])
    properties["unrouted"] = reference("routes")
    properties["roles"] = map(["type": "array", "minItems": 1, "items": reference("row")])
    properties["calendars"] = map(object(calendar, required: ["zone"]))
    properties["watches"] = ["type": "array", "items": object(watch, required: ["name", "emit"])]
    properties["upstream"] = object(upstream, required: ["url", "secret", "take"])
    properties["tests"] = ["type": "array", "items": object(test, required: ["event", "expect"])]
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Bellhop", "type": "object",
      "properties": .object(properties), "patternProperties": ["^x-": true], "additionalProperties": false, "$defs": .object(definitions),
    ]
  }

  static func reference(_ name: String) -> JSON { ["$ref": .string("#/$defs/\(name)")] }

  /// A mapping with these keys and no others.
  static func object(_ properties: JSON.Object, required: [String] = []) -> JSON {
    var schema: JSON.Object = ["type": "object", "properties": .object(properties)]
    if !required.isEmpty { schema["required"] = .array(required.map(JSON.string)) }
    schema["additionalProperties"] = false
    return .object(schema)
  }

  /// A mapping with free keys.
  static func map(_ values: JSON) -> JSON { ["type": "object", "additionalProperties": values] }

  /// One of it or a list of it.
  static func many(_ item: JSON) -> JSON { ["anyOf": [item, ["type": "array", "minItems": 1, "items": item]]] }

  static func choice(_ words: [String]) -> JSON { ["enum": .array(words.map(JSON.string))] }

  /// Text: whatever is a single value in YAML.
  static let text: JSON = ["type": ["string", "number", "boolean"]]

  /// A value of another type, or `${NAME}` that gives it.
  static func typed(_ schema: JSON) -> JSON { ["anyOf": [schema, reference("environment")]] }

  static func int(_ range: ClosedRange<Int>) -> JSON {
    typed(["type": "integer", "minimum": .int(Int64(range.lowerBound)), "maximum": .int(Int64(range.upperBound))])
  }

  /// `use` chooses the dialect, and the dialect the other keys; Bellhop's own needs not be named.
  private static func sender(_ dialect: Dialect) -> JSON {
    var properties: JSON.Object = ["use": ["const": .string(dialect.name), "description": .string(dialect.doc)]]
    for field in dialect.settings { properties[field.name] = field.schema }
    for member in sender.members where (member.key != "secret" || dialect.secret != nil) && (member.key != "host" || !dialect.isOwn) {
      properties[member.key] = member.value
    }
    let required = dialect.settings.filter { $0.required }.map(\.name)
    return object(
      properties, required: (dialect.isOwn ? [] : ["use"]) + (dialect.secret == nil ? [] : ["secret"]) + required)
  }

  /// `use` chooses the kind, and the kind the other keys.
  private static func transport(_ kind: Kind) -> JSON {
    var properties: JSON.Object = ["use": ["const": .string(kind.name), "description": .string(kind.doc)]]
    for field in kind.settings { properties[field.name] = field.schema }
    for member in policy.members { properties[member.key] = member.value }
    return object(properties, required: ["use"] + kind.settings.filter(\.required).map(\.name))
  }
}
