import Bellhop
import Templates
import YAML

/// Reads values of the shapes that kinds declare.
enum FieldReader {
  /// What was read of fields.
  struct ReadFields {
    var values = Values()
    /// There and not readable; each is told.
    var broken: Set<String> = []
    /// There and unknown here: what stands for them says nothing.
    var unknown: Set<String> = []
  }

  /// The settings of a transport: all that are there, and the defaults of those that are not.
  static func values(_ fields: [Field], _ keys: Keys) -> ReadFields {
    var outcome = ReadFields()
    for field in fields {
      if let reader = keys[field.name] {
        let before = (reader.context.errors, reader.context.unknowns)
        outcome.values.entries[field.name] = value(field.shape, reader)
        let isUnknown = reader.context.unknowns > before.1
        if isUnknown { outcome.unknown.insert(field.name) }
        // A flaw of the YAML was told before.
        if reader.context.errors > before.0 || !isUnknown && !outcome.values.has(field.name) { outcome.broken.insert(field.name) }
      } else if field.required {
        if keys.required(field.name, example: Example.value(field.example)) == nil { outcome.broken.insert(field.name) }
      } else {
        outcome.values.entries[field.name] = field.value
      }
    }
    return outcome
  }

  static func value(_ shape: Field.Shape, _ reader: Reader) -> Value? {
    switch shape {
    case .string: return reader.string().map(Value.string)
    case .secret: return reader.secret().map(Value.secret)
    case .url: return reader.url().map(Value.string)
    case .secretURL: return reader.url(isSecret: true).map { .secret(Secret($0)) }
    case .bool: return reader.bool().map(Value.bool)
    case .int(let range): return reader.int(range).map(Value.int)
    case .duration: return reader.duration().map(Value.duration)
    case .rate: return reader.rate().map(Value.rate)
    case .choice(let words): return reader.choice(words).map(Value.string)
    case .template: return body(reader).map(Value.string)
    case .path: return path(reader).map(Value.string)
    case .list(let inner):
      let values = reader.elements("a value or a list of them")?.map { value(inner, $0) }
      guard let values, !values.contains(nil) else { return nil }
      return .list(values.compactMap { $0 })
    case .map(let inner):
      guard let pairs = reader.pairs("a mapping") else { return nil }
      if pairs.isEmpty { reader.mistake("the mapping is empty", hint: "name at least one key, or remove it") }
      let entries = pairs.map { pair in value(inner, pair.value).map { Value.Entry(pair.key, $0) } }
      return entries.contains(nil) ? nil : .map(entries.compactMap { $0 })
    case .keys(let fields):
      let name = reader.path.split(separator: ".").last.map(String.init) ?? "it"
      guard let keys = reader.keys(fields.map(\.name), of: name) else { return nil }
      let read = values(fields, keys).values
      return .map(fields.compactMap { field in read[field.name].map { Value.Entry(field.name, $0) } })
    }
  }

  private static func body(_ reader: Reader) -> String? {
    guard let text = reader.textOrUnknown("a template") else { return nil }
    do throws(TemplateError) { _ = try BodyTemplate(text.text) } catch {
      for problem in error.all { reader.mistake("the template \(text.shown) cannot be used: \(problem.description)", hint: problem.hint) }
      return nil
    }
    return text.text
  }

  static func path(_ reader: Reader) -> String? {
    guard let text = reader.text("the name of a value in events") else { return nil }
    guard EventName.isPath(text.text) else {
      reader.mistake(
        "\(text.shown) is not a value of events", hint: "write \(EventName.attributes.joined(separator: ", ")) or data.KEY")
      return nil
    }
    return text.text
  }
}

extension Reader {
  /// Tells what a kind found, at the deepest of its keys that stands in the file, and names those that do not.
  func tell(_ problem: SettingMistake) {
    var reader = self
    var rest = problem.path[...]
    while let key = rest.first {
      if let index = Int(key), let nodes = reader.node.sequence, nodes.indices.contains(index) {
        reader = reader.at(index, nodes[index])
      } else if let node = reader.node[key] {
        reader = reader.below(key, node)
      } else {
        break
      }
      rest = rest.dropFirst()
    }
    let path = rest.reduce(reader.path, Self.join)
    context.tell(reader.node.mark, path, problem.text, hint: problem.hint, isWarning: problem.isWarning)
  }
}
