import ArgumentParser
import Bellhop

struct RowsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rows", abstract: "Show what each row sent today, yesterday and in the last 7 days, and what was held back.",
    discussion: "A message counts once, however many places it went to. Days begin at midnight where the gateway runs.")

  @OptionGroup var config: ConfigOption
  @Flag(help: "Print JSON, a row a line.")
  var json = false

  func run() async throws {
    let answer = try await config.withClient { try await $0.call("GET", "/v1/rows") }
    let rows = answer["rows"]?.array ?? []
    let cut = answer["cut"] == true ? "Counted back to \(HumanTime.local(answer["since"])) only: there is too much of it." : nil
    if json {
      try rows.forEach { try Terminal.say($0.text) }
    } else if rows.isEmpty {
      try Terminal.say("No rows: `roles:` in \(config.path) has none.")
    } else {
      try Self.table(rows).print()
    }
    if let cut { Terminal.complain(cut) }
  }

  static func table(_ rows: [JSON]) -> TextTable {
    TextTable(
      ["ROLE", "ROW", "TODAY", "HELD BACK", "YESTERDAY", "HELD BACK", "7 DAYS", "HELD BACK", "LAST"],
      rows.map { row in
        let role = Output.text(row["role"])
        let counts = ["today", "yesterday", "week"].flatMap { day in
          [Output.text(row["sent"]?[day]), Output.text(row["held_back"]?[day])]
        }
        let last = row["last"] == nil ? (row["never"] == true ? "never" : "not in 7 days") : HumanTime.local(row["last"])
        return [role.isEmpty ? "unrouted" : role, row["row"] == nil && !role.isEmpty ? "(rows without a name)" : Output.text(row["row"])]
          + counts + [last]
      })
  }
}
