import Bellhop
import Templates
import YAML

/// A value at its place, being read. Whatever does not fit is told to the context, and nil comes back; the caller goes on.
struct Reader {
  let node: YAMLNode
  let path: String
  let context: Context

  /// A scalar with its `${…}` replaced.
  struct ResolvedText {
    var scalar: Scalar
    /// As it stands in the file, short and on one line: what a mistake may show. What the environment gave is never shown.
    var shown: String
    /// It stands as it is written, for what it names is not to be had here.
    var isUnknown = false
    /// The environment or a file gave some of it.
    var isExpanded = false

    var text: String { scalar.text }
  }

  func mistake(_ problem: String, hint: String? = nil) { context.tell(node.mark, path, problem, hint: hint) }

  func warning(_ problem: String, hint: String? = nil) { context.tell(node.mark, path, problem, hint: hint, isWarning: true) }

  var isNull: Bool { node.isNull }
  var isFlawed: Bool { node.content == .flawed }

  func below(_ key: String, _ node: YAMLNode) -> Reader { Reader(node: node, path: Self.join(path, key), context: context) }

  func at(_ index: Int, _ node: YAMLNode) -> Reader { Reader(node: node, path: "\(path)[\(index)]", context: context) }

  /// Keys that are words are joined by dots; others stand in brackets.
  static func join(_ path: String, _ key: String) -> String {
    let isWord = !key.isEmpty && key.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    if !isWord { return "\(path)[\"\(key)\"]" }
    return path.isEmpty ? key : "\(path).\(key)"
  }

  /// A scalar that is not empty. `what` completes "expected …". Nil, without a mistake, for a value that is unknown here.
  func text(_ what: String) -> ResolvedText? { textOrUnknown(what).flatMap { $0.isUnknown ? nil : $0 } }

  /// The same, for readers of texts: a value that is unknown here is taken as it is written.
  func textOrUnknown(_ what: String, isSecret: Bool = false) -> ResolvedText? {
    guard let scalar = node.scalar, !scalar.isNull else {
      misshapen(what)
      return nil
    }
    return resolve(scalar, isSecret: isSecret)
  }

  /// A scalar of any kind, `null` too.
  func resolve(_ scalar: Scalar, isSecret: Bool = false) -> ResolvedText? {
    do throws(Interpolation.Failure) {
      let expanded = try Interpolation(environment: context.environment, readFile: context.readFile).expand(scalar.text)
      // Quotes around ${…} are there for YAML, not to say that the value is text.
      let resolved = expanded.map { Scalar($0, isPlain: true) } ?? scalar
      return ResolvedText(scalar: resolved, shown: isSecret ? Secret.mask : Self.shown(scalar.text), isExpanded: expanded != nil)
    } catch {
      if context.passesOver(error.missing) {
        return ResolvedText(scalar: Scalar(scalar.text, isPlain: false), shown: Self.shown(scalar.text), isUnknown: true)
      }
      mistake(error.problem, hint: error.hint)
      return nil
    }
  }

  static func shown(_ text: String) -> String {
    let flat = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    let short = flat.count > 60 ? flat.prefix(59) + "…" : flat
    // What nobody sees is shown by its number.
    let seen = short.unicodeScalars.reduce(into: "") { out, scalar in
      guard Lookalike.isUnseen(scalar) else { return out.unicodeScalars.append(scalar) }
      out += "<\(Lookalike.name(of: scalar))>"
    }
    return "\"\(seen)\""
  }

  /// The elements of a list, or the one value that stands instead of it.
  func elements(_ what: String) -> [Reader]? {
    if isFlawed { return nil }
    guard let nodes = node.sequence else {
      if isNull {
        misshapen(what)
        return nil
      }
      return [self]
    }
    if nodes.isEmpty {
      mistake("the list is empty", hint: "name at least one, or remove the key")
      return nil
    }
    return nodes.enumerated().map { at($0.offset, $0.element) }
  }

  /// The pairs of a mapping, in the order of the file.
  func pairs(_ what: String) -> [(key: String, mark: Position, value: Reader)]? {
    guard let entries = node.mapping, braced == nil else {
      misshapen(what)
      return nil
    }
    return entries.compactMap { entry in
      guard let key = entry.key.scalar?.text, entry.key.scalar?.isNull == false else {
        Reader(node: entry.key, path: path, context: context).misshapen("a key")
        return nil
      }
      return (key, entry.key.mark, below(key, entry.value))
    }
  }

  /// The keys of a mapping; those that are not known are mistakes.
  func keys(_ known: [String], of what: String, elsewhere: (String) -> String? = { _ in nil }) -> Keys? {
    pairs("a mapping with \(Words.or(known.prefix(3).map { $0 }))").map {
      Keys($0, known: known, of: what, in: self, elsewhere: elsewhere)
    }
  }

  /// `{{x}}` without quotes is a mapping whose key is a mapping: the name inside.
  private var braced: String? {
    guard let outer = node.mapping, outer.count == 1, let inner = outer[0].key.mapping, inner.count == 1 else { return nil }
    return inner[0].key.scalar?.text
  }

  /// Tells what was expected and what stands there, with the traps of the first day.
  func misshapen(_ what: String) {
    switch node.content {
    case .flawed: break
    case .scalar(let scalar) where scalar.isNull:
      let rest = context.rest(from: node.mark).drop { $0 == " " }
      if scalar.text.isEmpty, rest.hasPrefix("#"), let next = rest.dropFirst().first, !next.isWhitespace, next != "#" {
        let value = rest.prefix { !$0.isWhitespace && !",]}\"".contains($0) }
        mistake("there is no value: `\(value)` without quotes is a comment in YAML", hint: "quote it: \"\(value)\"")
      } else {
        mistake("there is no value", hint: "expected \(what)")
      }
    case .scalar(let scalar): mistake("expected \(what), found \(Self.shown(scalar.text))")
    case .sequence: mistake("expected \(what), found a list")
    case .mapping:
      if let braced {
        mistake("`{{` without quotes opens two mappings in YAML", hint: "quote the whole value: \"{{\(braced)}}\"")
      } else {
        mistake("expected \(what), found a mapping")
      }
    }
  }
}
