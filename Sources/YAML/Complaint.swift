/// What libyaml says when a text is no YAML, and what a person should read instead.
struct Complaint {
  var problem: String
  var context: String
  var mark: Position
  var contextMark: Position
  var isMemory = false

  func flaw(in lines: TextLines) -> Flaw {
    if isMemory { return Flaw(at: mark, "there is no memory left to read it") }
    if let trap = Trap.find(in: lines, from: context.isEmpty ? mark : contextMark, to: mark, problem: problem) { return trap }
    switch problem {
    case "found unexpected end of stream" where context.contains("quoted"):
      return Flaw(at: contextMark, "a quote is opened here and never closed", hint: "close it")
    case "found unexpected document indicator" where context.contains("quoted"):
      return Flaw(at: contextMark, "a quote is opened here and not closed before the document ends", hint: "close it")
    case "found unknown escape character":
      return Flaw(
        at: mark, "the backslash begins no escape that YAML knows", hint: #"write \\ for a backslash, or use single quotes"#)
    case "mapping values are not allowed in this context":
      return Flaw(
        at: mark, "a `:` makes a key where none can stand", hint: "quote a value that holds `: `, and check the indentation of this line")
    case "did not find expected key" where context.contains("block mapping"):
      return Flaw(
        at: mark, "this does not continue the mapping of line \(contextMark.line)",
        hint: "keys of one mapping start in one column; text behind a closed quote or bracket must go")
    case "did not find expected '-' indicator":
      return Flaw(
        at: mark, "this does not continue the list of line \(contextMark.line)", hint: "items of one list start with `-` in one column")
    case "did not find expected ',' or '}'":
      return Flaw(at: contextMark, "the `{` is not closed where it should be", hint: "put `,` between its pairs and `}` at its end")
    case "did not find expected ',' or ']'":
      return Flaw(at: contextMark, "the `[` is not closed where it should be", hint: "put `,` between its items and `]` at its end")
    case "could not find expected ':'":
      return Flaw(at: mark, "the key of line \(contextMark.line) has no `:`", hint: "write `key: value`")
    case "found undefined tag handle":
      return Flaw(at: contextMark, "a value starts with `!`, which makes a tag in YAML", hint: "quote it")
    case "found incompatible YAML document":
      return Flaw(at: mark, "the file says it is another version of YAML", hint: "remove the %YAML line")
    case let text where text.contains("maximum depth"):
      return Flaw(at: mark, "lists and mappings nest too deep")
    default:
      let said = [context, problem].filter { !$0.isEmpty }.joined(separator: ": ")
      return Flaw(at: mark, said.isEmpty ? "this is not YAML" : "this is not YAML (\(said))")
    }
  }
}
