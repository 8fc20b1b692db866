import Bellhop
import Routing
import Templates
import YAML

/// Reads the target of a transport, in a channel or in a row.
enum TargetReader {
  static func isTransport(_ name: String, at mark: Position, _ value: Reader) -> Bool {
    let context = value.context
    context.used.insert(name)
    if context.transports[name] != nil { return true }
    let hint =
      context.channels[name] != nil
      ? "\"\(name)\" is a channel; name it without a target"
      : Words.hint(name, among: context.transports.keys.sorted(), called: "transports")
    context.tell(mark, value.path, "there is no transport \(Reader.shown(name))", hint: hint)
    return false
  }

  /// The target; nil when it does not fit, or when its transport is wrong itself.
  static func target(_ reader: Reader, transport: String) -> TargetTemplate? {
    guard let outline = reader.context.transports[transport], let kind = outline.kind else { return nil }
    let before = reader.context.errors
    var target = JSON.Object()
    var templated: [(value: Reader, field: Field)] = []
    var unread: Set<String> = []
    var meant: Set<String> = []
    var only: [Glob] = []
    if !reader.isEmptyTarget {
      let known = kind.target.map(\.name) + ["only"]
      guard let keys = reader.keys(known, of: "a \(kind.name) target", elsewhere: { elsewhere($0, kind, reader.context) }) else {
        return nil
      }
      meant = keys.meant
      for field in kind.target {
        guard let value = keys[field.name] else { continue }
        let before = (reader.context.errors, reader.context.unknowns)
        target[field.name] = read(field, value, &templated)
        if before != (reader.context.errors, reader.context.unknowns) { unread.insert(field.name) }
      }
      // A templated value that could not be read is told already.
      if reader.context.errors == before || !templated.isEmpty { only = globs(keys["only"], templated: templated) }
    }
    for field in kind.target where target[field.name] == nil {
      if field.required {
        unread.insert(field.name)
        if reader.node[field.name] == nil, !meant.contains(field.name) {
          let example = Example.target(field)
          reader.mistake("\"\(field.name)\" is missing for \(transport) (\(kind.name))", hint: "for example \(example)")
        }
      } else if let value = field.value {
        target[field.name] = value.json
      }
    }
    // What a template gives is known only with an event; the same check runs then.
    if templated.isEmpty, meant.isEmpty, let values = outline.values {
      for problem in kind.checkTarget(Target(target), values)
      where problem.path.first.map({ !unread.contains($0) }) ?? unread.isEmpty { reader.tell(problem) }
    }
    return reader.context.errors == before ? TargetTemplate(Target(target), only: only) : nil
  }

  /// Other kinds have the key.
  private static func elsewhere(_ key: String, _ kind: Kind, _ context: Context) -> String? {
    guard key == "update_by" else { return nil }
    let able = context.kinds.filter { $0.updates != .never }.map(\.name).sorted()
    return "\(kind.name) cannot change a message where it stands; \(Words.or(able)) can"
  }

  private static func read(_ field: Field, _ reader: Reader, _ templated: inout [(value: Reader, field: Field)]) -> JSON? {
    let scalars = scalars(of: reader)
    let braces = scalars.filter { $0.node.scalar?.text.contains("{{") ?? false }
    guard !braces.isEmpty else { return FieldReader.value(field.shape, reader)?.json }
    guard field.templated else {
      braces.forEach { $0.mistake("\(field.name) takes no template", hint: "write the value itself, without {{…}}") }
      return nil
    }
    templated += braces.map { ($0, field) }
    for scalar in braces { _ = scalar.template() }
    // A templated value is text until there is an event; its shape is checked by the same code then.
    if case .list = field.shape { return .array(scalars.compactMap { $0.string().map(JSON.string) }) }
    return reader.string().map(JSON.string)
  }

  private static func scalars(of reader: Reader) -> [Reader] {
    guard let nodes = reader.node.sequence else { return [reader] }
    return nodes.enumerated().map { reader.at($0.offset, $0.element) }
  }

  private static func globs(_ only: Reader?, templated: [(value: Reader, field: Field)]) -> [Glob] {
    guard let only else {
      for (reader, field) in templated {
        let example = Example.only(for: reader.node.scalar?.text ?? "", field)
        reader.mistake(
          "a templated target needs \"only\" beside it: an event could send anywhere", hint: "for example only: \(example)")
      }
      return []
    }
    if templated.isEmpty {
      only.mistake("\"only\" stands beside a target without templates", hint: "remove it")
      return []
    }
    return only.globs(of: .only) ?? []
  }
}

extension Reader {
  /// `log: {}` and `log:` with nothing behind it.
  fileprivate var isEmptyTarget: Bool { node.scalar?.text == "" && isNull && !context.rest(from: node.mark).contains("#") }
}
