/// A term of a filter as it stands in the line.
struct FilterTerm {
  /// Where it begins, with its `-`.
  var offset: Int
  var isExcluded: Bool
  /// Empty for a phrase.
  var key: String
  var keyOffset: Int
  /// `:` or how it compares; empty for a phrase.
  var sign: String
  /// Alternatives; of a phrase it is one.
  var values: [FilterValue]
}

/// A value of a term.
struct FilterValue {
  var text: String
  /// It stood in quotes, and so for itself.
  var isQuoted: Bool
  var offset: Int
  var length: Int
}

/// Parts a line into terms: each scalar is looked at a bounded number of times.
struct FilterScanner {
  private let scalars: [Unicode.Scalar]
  private var at = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  private var here: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }
  private var isAtGap: Bool { here.map(\.properties.isWhitespace) ?? true }

  /// The next term; nil at the end.
  mutating func next() throws(FilterMistake) -> FilterTerm? {
    while let scalar = here, scalar.properties.isWhitespace { at += 1 }
    guard here != nil else { return nil }
    let offset = at
    let isExcluded = here == "-"
    if isExcluded { at += 1 }
    if isAtGap { throw FilterMistake("- leaves out nothing", hint: "write it in front of a term: -type:user.*", at: offset) }
    try refuseCurly()
    let start = at
    if here == "\"" {
      let phrase = try quoted()
      guard isAtGap else { throw FilterMistake("something stands right behind the quote", hint: "put a space between them", at: at) }
      guard !phrase.text.allSatisfy(\.isWhitespace) else { throw FilterMistake("the phrase is empty", at: start, length: phrase.length) }
      return FilterTerm(offset: offset, isExcluded: isExcluded, key: "", keyOffset: start, sign: "", values: [phrase])
    }
    while let scalar = here, !scalar.properties.isWhitespace, !":<>=\"".unicodeScalars.contains(scalar) { at += 1 }
    let key = String(String.UnicodeScalarView(scalars[start..<at]))
    switch here {
    case "\""?:
      throw FilterMistake("a quote begins inside a word", hint: "put the whole of it in quotes, and \\\" for a quote", at: at)
    case ":"?, "<"?, ">"?, "="?: break
    default:
      let word = FilterValue(text: key, isQuoted: false, offset: start, length: at - start)
      return FilterTerm(offset: offset, isExcluded: isExcluded, key: "", keyOffset: start, sign: "", values: [word])
    }
    if key.isEmpty {
      throw FilterMistake("there is no key in front of this", hint: "write key:value without spaces, as in type:user.*", at: at)
    }
    let sign = try self.sign(behind: key, from: start)
    return FilterTerm(
      offset: offset, isExcluded: isExcluded, key: key, keyOffset: start, sign: sign, values: try values(behind: key + sign, from: start))
  }

  private mutating func sign(behind key: String, from start: Int) throws(FilterMistake) -> String {
    let first = here
    at += 1
    switch first {
    case ":"?: return ":"
    case "="?: throw FilterMistake("= is not used here", hint: "write \(key):value", at: at - 1)
    default: break
    }
    let sign = first == "<" ? "<" : ">"
    guard here == "=" else { return sign }
    at += 1
    return sign + "="
  }

  private mutating func values(behind what: String, from start: Int) throws(FilterMistake) -> [FilterValue] {
    var values: [FilterValue] = []
    repeat {
      if isAtGap {
        throw FilterMistake("\(what) has no value", hint: "write it right behind, without a space", at: start, length: at - start)
      }
      try refuseCurly()
      values.append(here == "\"" ? try quoted() : try bare())
    } while take(",")
    guard isAtGap else {
      throw FilterMistake("something stands right behind the quote", hint: "put a space or a comma between them", at: at)
    }
    return values
  }

  private mutating func bare() throws(FilterMistake) -> FilterValue {
    let start = at
    while let scalar = here, !scalar.properties.isWhitespace, scalar != "," {
      if scalar == "\"" {
        throw FilterMistake("a quote begins inside a value", hint: "put the whole value in quotes, and \\\" for a quote", at: at)
      }
      at += 1
    }
    if at == start { throw FilterMistake("there is nothing between the commas", hint: "remove one, or quote the value", at: at) }
    return FilterValue(
      text: String(String.UnicodeScalarView(scalars[start..<at])), isQuoted: false, offset: start, length: at - start)
  }

  private mutating func quoted() throws(FilterMistake) -> FilterValue {
    let start = at
    at += 1
    var text = String.UnicodeScalarView()
    while let scalar = here {
      at += 1
      if scalar == "\"" { return FilterValue(text: String(text), isQuoted: true, offset: start, length: at - start) }
      guard scalar == "\\" else {
        text.append(scalar)
        continue
      }
      guard let escaped = here, escaped == "\"" || escaped == "\\" else {
        throw FilterMistake("\\ stands before neither a quote nor a backslash", hint: "write \\\\ for a backslash", at: at - 1)
      }
      text.append(escaped)
      at += 1
    }
    throw FilterMistake("the quote is not closed", hint: "add \" at its end", at: start)
  }

  /// What a word processor or a chat makes of a quote would be taken for a letter.
  private func refuseCurly() throws(FilterMistake) {
    guard let here, "“”„«»".unicodeScalars.contains(here) else { return }
    throw FilterMistake("\(here) is no quote here", hint: "write \" instead", at: at)
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard here == scalar else { return false }
    at += 1
    return true
  }
}
