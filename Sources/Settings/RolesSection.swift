import Routing

/// Reads `roles`: a table each.
enum RolesSection {
  static func read(_ reader: Reader?) -> [Table] {
    guard let reader else { return [] }
    let context = reader.context
    return Names.pairs(reader, "a mapping of roles to lists of rows").compactMap { role, _, value in
      context.roles.insert(role)
      guard let nodes = value.node.sequence else {
        value.misshapen("a list of rows")
        return nil
      }
      if nodes.isEmpty { value.mistake("the role has no rows", hint: "add one, or remove the role") }
      let readers = nodes.enumerated().map { value.at($0.offset, $0.element) }
      let read = readers.enumerated().map { RowReader.read($0.element, of: role, at: $0.offset) }
      let table = Table(role: role, rows: read.compactMap { $0?.row })
      checkNames(table, readers)
      // A row whose match could not be read seems to take everything: it is left out of the proof.
      let certain = zip(read, readers).compactMap { found, reader in found.flatMap { $0.isCertain ? (row: $0.row, reader: reader) : nil } }
      checkReach(Table(role: role, rows: certain.map(\.row)), certain.map(\.reader))
      return table
    }
  }

  private static func checkNames(_ table: Table, _ readers: [Reader]) {
    var seen: Set<String> = []
    for reader in readers {
      guard let name = reader.node["name"], let text = name.scalar?.text, !seen.insert(text).inserted else { continue }
      reader.below("name", name).mistake(
        "another row of \(table.role) has this name", hint: "the history tells rows apart by it: change one")
    }
  }

  private static func checkReach(_ table: Table, _ readers: [Reader]) {
    for found in unreachable(table) where readers.indices.contains(found.row) && readers.indices.contains(found.by) {
      let earlier = table.rows[found.by].name.map { " (\($0))" } ?? ""
      readers[found.row].mistake(
        "no event reaches this row: the one on line \(readers[found.by].node.mark.line)\(earlier) takes all that it matches",
        hint: "put it first, or say continue: true there")
    }
  }
}
