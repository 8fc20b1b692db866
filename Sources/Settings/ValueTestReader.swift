import Bellhop
import Matching
import Routing
import YAML

/// Reads the test of a value in `data`: a value, a list of values, or a mapping of tests that must all pass.
enum ValueTestReader {
  static let keys = ["in", "glob", "regex", ">=", ">", "<=", "<", "exists", "not"]

  /// Any of these must pass.
  static func read(_ reader: Reader) -> [ValueTest] {
    if reader.node.mapping == nil { return values(reader) }
    guard let keys = reader.keys(keys, of: "a test") else { return [] }
    let parts = Self.keys.compactMap { key in keys[key].map { alternatives(key, $0) } }.filter { !$0.isEmpty }
    if parts.isEmpty, reader.node.mapping?.isEmpty == true { reader.mistake("the test is empty", hint: "for example { exists: true }") }
    guard parts.count > 1 else { return parts.first ?? [] }
    // Keys are AND and lists are OR: every way to take one of each.
    let ways = parts.reduce([[]]) { ways, part in ways.flatMap { way in part.map { way + [$0] } } }.map(ValueTest.all)
    let reasons = ways.compactMap(Contradiction.found)
    if let reason = reasons.first, reasons.count == ways.count {
      reader.context.contradictions += 1
      reader.warning("nothing can pass this: \(reason)", hint: "change one of the two")
    }
    return ways
  }

  private static func alternatives(_ key: String, _ reader: Reader) -> [ValueTest] {
    switch key {
    case "in": return values(reader)
    case "glob": return reader.globs(of: .value)?.map(ValueTest.glob) ?? []
    case "regex": return reader.elements("a regular expression or a list of them")?.compactMap(pattern) ?? []
    case "exists": return reader.bool().map { [.exists($0)] } ?? []
    case "not":
      let inner = read(reader)
      return inner.isEmpty ? [] : [.not(inner)]
    case ">=": return number(reader).map { [.greaterOrEqual($0)] } ?? []
    case ">": return number(reader).map { [.greater($0)] } ?? []
    case "<=": return number(reader).map { [.lessOrEqual($0)] } ?? []
    default: return number(reader).map { [.less($0)] } ?? []
    }
  }

  private static func values(_ reader: Reader) -> [ValueTest] {
    reader.elements("a value or a list of them")?.compactMap { element in
      guard let scalar = element.node.scalar, !(scalar.isNull && scalar.text.isEmpty) else {
        element.misshapen("a value")
        return nil
      }
      if let doubt = ValueDoubts.doubt(scalar) { element.warning(doubt) }
      return element.resolve(scalar).map { .equals(JSON($0.scalar)) }
    } ?? []
  }

  private static func pattern(_ reader: Reader) -> ValueTest? {
    guard let text = reader.text("a regular expression") else { return nil }
    if let doubt = ValueDoubts.doubt(expression: text.text) { reader.warning(doubt) }
    do throws(PatternError) { return .regex(try Pattern(text.text)) } catch {
      reader.mistake("the regular expression \(text.shown) cannot be used: \(error.description)", hint: error.hint)
      return nil
    }
  }

  private static func number(_ reader: Reader) -> Double? {
    guard let text = reader.text("a number") else { return nil }
    guard let number = text.scalar.double, number.isFinite else {
      reader.mistake("\(text.shown) is not a number", hint: hint(text.scalar))
      return nil
    }
    return number
  }

  /// Quotes are what is wrong only where a number stands between them.
  private static func hint(_ scalar: Scalar) -> String {
    let isQuoted = !scalar.isPlain && Scalar(scalar.text, isPlain: true).double?.isFinite == true
    return isQuoted ? "write it without quotes" : "write a number: 100, 2.5"
  }
}

extension JSON {
  /// What a scalar is by the core schema.
  init(_ scalar: Scalar) {
    if scalar.isNull {
      self = .null
    } else if let bool = scalar.bool {
      self = .bool(bool)
    } else if let int = scalar.int {
      self = .int(Int64(int))
    } else if let double = scalar.double, double.isFinite {
      // With the digits that it was written with, where JSON knows such a number.
      self = (try? JSON(parsing: scalar.text)) ?? .double(double)
    } else {
      self = .string(scalar.text)
    }
  }
}
