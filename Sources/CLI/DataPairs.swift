import Bellhop

/// `--data user.id=7`: dotted keys nest, values that look like JSON are JSON.
enum DataPairs {
  static func object(_ pairs: [String], into start: JSON.Object = [:]) throws(CommandEnd) -> JSON.Object {
    var object = start
    var given: Set<Substring> = []
    for pair in pairs {
      guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else {
        throw .misuse("--data \(pair): write key=value, for example --data plan=pro")
      }
      let key = pair[..<equals]
      let path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard !path.contains("") else { throw .misuse("--data \(key): a dot stands between two names, for example --data user.id=7") }
      guard given.insert(key).inserted else { throw .misuse("--data \(key) is given twice: keep one") }
      guard set(value(String(pair[pair.index(after: equals)...])), at: path[...], in: &object) else {
        throw .misuse("--data \(key): a name before the last dot already has a plain value: give it one or the other")
      }
    }
    return object
  }

  /// Numbers, `true`, `false`, `null`, and what is whole JSON in quotes, brackets or braces; all else is the text itself.
  static func value(_ text: String) -> JSON {
    guard let parsed = try? JSON(parsing: text) else { return .string(text) }
    // A number that only fits approximately is a number of something, such as an account: its digits count.
    switch parsed {
    case .double where text.allSatisfy({ $0.isNumber || $0 == "-" }): return .string(text)
    case .literal where text.allSatisfy({ $0.isNumber || $0 == "-" }): return .string(text)
    default: break
    }
    return text.first?.isWhitespace == true || text.last?.isWhitespace == true ? .string(text) : parsed
  }

  private static func set(_ value: JSON, at path: ArraySlice<String>, in object: inout JSON.Object) -> Bool {
    guard let key = path.first else { return false }
    let rest = path.dropFirst()
    if rest.isEmpty {
      object[key] = value
      return true
    }
    guard let old = object[key] else {
      var inner = JSON.Object()
      let done = set(value, at: rest, in: &inner)
      object[key] = .object(inner)
      return done
    }
    guard var inner = old.object else { return false }
    let done = set(value, at: rest, in: &inner)
    object[key] = .object(inner)
    return done
  }
}
