import YAML

/// `${NAME}`, `${NAME:-default}` and `${file:/path}` in a scalar. `$${` is `${` itself, and `${{` a dollar before a template.
struct Interpolation {
  let environment: (String) -> String?
  let readFile: (String) throws(FileError) -> [UInt8]

  /// A sentence and what to do; names only, never a value.
  struct Failure: Error {
    var problem: String
    var hint: String
    /// What is not to be had here, and may be elsewhere: the name of a variable, or the path of a file.
    var missing: String?
  }

  /// The text with its values; nil when it holds none of this.
  func expand(_ text: String) throws(Failure) -> String? {
    guard text.utf8.contains(UInt8(ascii: "$")) else { return nil }
    var out = ""
    var rest = text[...]
    var changed = false
    while let at = rest.firstIndex(of: "$") {
      out += rest[..<at]
      rest = rest[at...]
      if rest.hasPrefix("$${") {
        out += "${"
        rest = rest.dropFirst(3)
        changed = true
      } else if rest.hasPrefix("${"), !rest.hasPrefix("${{") {
        guard let end = rest.firstIndex(of: "}") else {
          throw Failure(problem: "${ is not closed", hint: "write ${NAME}, or $${ for these characters themselves")
        }
        out += try value(of: rest[rest.index(at, offsetBy: 2)..<end])
        rest = rest[rest.index(after: end)...]
        changed = true
      } else {
        out.append("$")
        rest = rest.dropFirst()
      }
    }
    return changed ? out + rest : nil
  }

  private func value(of inner: Substring) throws(Failure) -> String {
    if inner.hasPrefix("file:") { return try contents(of: String(inner.dropFirst(5))) }
    let name = inner.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    let tail = inner.dropFirst(name.count)
    guard let first = name.first, !first.isNumber, tail.isEmpty || tail.hasPrefix(":-") else {
      throw Failure(problem: "${\(inner.prefix(40))} is not a name", hint: "write ${NAME}, ${NAME:-default} or ${file:/path}")
    }
    if tail.contains("${") {
      throw Failure(problem: "the default of ${\(name)} holds another ${", hint: "write a plain default: ${\(name):-default}")
    }
    // `echo` and many a store of secrets leave a line end behind, which nobody means.
    let found = environment(String(name)).map(Self.withoutLineEnd)
    if let found, !found.isEmpty || tail.isEmpty { return found }
    guard tail.isEmpty else { return String(tail.dropFirst(2)) }
    throw Failure(
      problem: "the environment has no \(name)", hint: "set it, or give a default: ${\(name):-default}", missing: String(name))
  }

  private static func withoutLineEnd(_ text: String) -> String { String(text.reversed().drop { $0.isNewline }.reversed()) }

  private func contents(of path: String) throws(Failure) -> String {
    guard path.hasPrefix("/") else {
      throw Failure(problem: "${file:\(path)} is not an absolute path", hint: "write ${file:/run/secrets/name}")
    }
    let bytes: [UInt8]
    do throws(FileError) { bytes = try readFile(path) } catch {
      throw Failure(problem: "the file \(path) cannot be read (\(error))", hint: "check its path and who may read it", missing: path)
    }
    guard bytes.count <= 65_536, let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(problem: "the file \(path) is no text of at most 64 KiB", hint: "put one value in it")
    }
    return Self.withoutLineEnd(text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text)
  }
}
