import ArgumentParser
import Bellhop
import Gateway

/// `bellhop explain --past 7d`: what happened, through the rules in force and through others.
struct ExplainPast {
  let config: ConfigOption
  let environmentFile: String?
  let length: Duration
  /// The other file.
  let with: String?
  let json: Bool

  func run() async throws {
    let loaded = try config.usable(environmentFile: environmentFile)
    let other = try other()
    let now = Timestamp.now
    let from = now - length
    let (past, older) = try await config.withClient(loaded) { client in
      let past = try await Self.gather(client, since: from)
      return (past, await Self.older(client, file: loaded.file))
    }
    if let older { Terminal.complain(older) }
    if past.isFull, let oldest = past.oldest {
      Terminal.complain("There is too much of it: only what came since \(HumanTime.local(oldest)) is looked at.")
    }
    Progress.show("\(Output.count(past.count, "event")) through the rules …")
    let start = past.isFull ? past.oldest ?? from : from
    let tested = Gateway.backtest(past, from: start, to: now, loaded, with: other)
    Progress.clear()
    guard let tested else { throw CommandEnd.wanting("\(config.path) cannot be used") }
    if let cut = tested.cut { Terminal.complain("The rehearsal ran out of room: it ends at \(HumanTime.local(cut)).") }
    if json { return try Terminal.say(Self.json(tested).text) }
    try Self.print(tested)
  }

  /// The file of `--with` without a mistake; else all of them are printed.
  private func other() throws(CommandEnd) -> Loaded? {
    guard let with else { return nil }
    if with != "-" {
      switch FileAccess.presence(with) {
      case .readable: break
      case .barred: throw .misuse("you may not read \(with): say it with sudo")
      case .absent: throw .misuse("there is no configuration at \(with): name the file that --with is to try")
      }
    }
    let loaded: Loaded
    do throws(LaunchError) { loaded = try Gateway.look(with, environmentFile: environmentFile) } catch { throw .misuse(error.description) }
    guard loaded.isUsable else {
      loaded.mistakes.forEach(Terminal.complain)
      throw .wanting("\(with) has \(Output.count(loaded.mistakes.count, "mistake")): mend the lines above")
    }
    return loaded
  }

  /// Page by page, until one lies before that time or there is no more room.
  private static func gather(_ client: Client, since: Timestamp) async throws(CommandEnd) -> Past {
    var past = Past()
    var cursor: String?
    defer { Progress.clear() }
    repeat {
      let page = try await client.call("GET", "/v1/events", query: [("since", since.rfc3339), ("cursor", cursor), ("limit", "1000")])
      past.add(page["events"]?.array ?? [])
      Progress.show("\(Output.count(past.count, "event"))\(past.oldest.map { ", back to \(HumanTime.local($0))" } ?? "")")
      let next = page["next"].flatMap { $0.isNull ? nil : $0.plain }
      // A cursor that stands still would be asked for forever.
      cursor = next == cursor ? nil : next
    } while cursor != nil && !past.isFull
    return past
  }

  /// A line where the running gateway has not the file in force that is taken for its rules; nil where it has, or does not tell.
  private static func older(_ client: Client, file: String) async -> String? {
    guard let response = try? await client.exchange("GET", "/v1/reload"), response.status == 200,
      let answer = try? JSON(parsing: response.body), answer["file"]?.string == file
    else { return nil }
    if answer["changes"]?.array?.isEmpty ?? true, answer["mistakes"]?.array?.isEmpty ?? true { return nil }
    return "The running gateway has an older configuration in force than the file, which is taken here; `bellhop reload` adopts it."
  }

  // MARK: What came of it

  private static func wait(_ wait: Duration?) -> String { wait.map { Output.age($0) } ?? "" }

  static func table(_ tested: Backtest) -> TextTable {
    func cells(_ row: Backtest.BacktestRow, _ role: String, _ name: String) -> [String] {
      guard let now = row.now else {
        return [role, name, String(row.then.messages), String(row.then.loud), wait(row.then.wait)]
      }
      return [
        role, name, String(row.then.messages), String(now.messages), String(row.then.loud), String(now.loud), wait(row.then.wait),
        wait(now.wait),
      ]
    }
    let lines = tested.rows.map { row in
      cells(
        row, row.role.isEmpty ? "unrouted" : Output.printable(row.role),
        row.row.map(Output.printable) ?? (row.role.isEmpty ? "" : "(rows without a name)"))
    }
    let heading =
      tested.total.now == nil
      ? ["ROLE", "ROW", "MESSAGES", "LOUD", "LONGEST WAIT"]
      : ["ROLE", "ROW", "MESSAGES", "NOW", "LOUD", "NOW", "LONGEST WAIT", "NOW"]
    return TextTable(heading, lines + [cells(tested.total, "total", "")])
  }

  /// Problems that are shown on a screen.
  private static let shown = 20

  private static func print(_ tested: Backtest) throws(CommandEnd) {
    let span = "from \(HumanTime.local(tested.from)) to \(HumanTime.local(tested.to))"
    try Terminal.say("\(Output.count(tested.events, "event")) \(span), without Bellhop's own\n")
    try table(tested).print()
    guard !tested.missed.isEmpty else { return try Terminal.say("\nNo problem would have been missed.") }
    let fresh = tested.total.now == nil ? 0 : tested.missed.count { $0.then == nil }
    let told = fresh == 0 ? "" : ", \(fresh) of them told under the rules in force"
    try Terminal.say("\nNobody would have been told of \(Output.count(tested.missed.count, "problem"))\(told):")
    // What is new comes first: it is why somebody reads this.
    let ordered = tested.missed.filter { $0.then == nil } + tested.missed.filter { $0.then != nil }
    try TextTable(
      ["BEGAN", "TYPE", "SUBJECT", "IN FORCE", "WHY"],
      ordered.prefix(shown).map { one in
        [
          HumanTime.local(one.at), Output.printable(one.type), Output.printable(one.subject ?? ""),
          tested.total.now == nil ? "" : one.then == nil ? "told" : "missed", Output.printable(one.now ?? one.then ?? ""),
        ]
      }
    ).print()
    if ordered.count > shown { try Terminal.say("… and \(ordered.count - shown) more; --json has all of them") }
  }

  static func json(_ tested: Backtest) -> JSON {
    func tale(_ tale: Backtest.Tale) -> JSON {
      var object: JSON.Object = ["messages": .int(Int64(tale.messages)), "loud": .int(Int64(tale.loud))]
      object["longest_wait_s"] = tale.wait.map { .double(Double($0.microseconds) / 1_000_000) }
      return .object(object)
    }
    func both(_ row: Backtest.BacktestRow, _ object: JSON.Object = [:]) -> JSON {
      var object = object
      object["then"] = tale(row.then)
      object["now"] = row.now.map(tale)
      return .object(object)
    }
    var object: JSON.Object = [
      "from": .string(tested.from.rfc3339), "to": .string(tested.to.rfc3339), "events": .int(Int64(tested.events)),
    ]
    object["rows"] = .array(
      tested.rows.map { row in
        var named: JSON.Object = ["role": .string(row.role)]
        named["row"] = row.row.map(JSON.string)
        return both(row, named)
      })
    object["total"] = both(tested.total)
    object["missed"] = .array(
      tested.missed.map { one in
        var object: JSON.Object = ["type": .string(one.type)]
        object["subject"] = one.subject.map(JSON.string)
        object["at"] = .string(one.at.rfc3339)
        object["then"] = one.then.map(JSON.string)
        object["now"] = one.now.map(JSON.string)
        return .object(object)
      })
    object["cut"] = tested.cut.map { .string($0.rfc3339) }
    return .object(object)
  }
}
