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
    let (past, older, silences) = try await config.withClient(loaded) { client in
      let past = try await Self.gather(client, since: from)
      let silences = try await client.call("GET", "/v1/silences")["silences"]?.array ?? []
      return (past, await Self.older(client, file: loaded.file), silences)
    }
    if let older { Terminal.complain(older) }
    if past.isFull, let oldest = past.oldest {
      Terminal.complain("There is too much of it: only what came since \(HumanTime.local(oldest)) is looked at.")
    }
    Progress.show("\(Output.count(past.count, "event")) through the rules …")
    let start = past.isFull ? past.oldest ?? from : from
    let tested = Gateway.backtest(past, from: start, to: now, silences: silences, loaded, with: other)
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

  /// Subjects that are named in a line.
  private static let shown = 5

  private static func print(_ tested: Backtest) throws(CommandEnd) {
    let span = "from \(HumanTime.local(tested.from)) to \(HumanTime.local(tested.to))"
    try Terminal.say("\(Output.count(tested.events, "event")) \(span), without Bellhop's own\n")
    try table(tested).print()
    if !tested.limits.isEmpty { try Terminal.say("\n" + tested.limits.joined(separator: "\n")) }
    guard !tested.missed.isEmpty else { return try Terminal.say("\nNo problem would have been missed.") }
    let fresh = tested.total.now == nil ? 0 : tested.missed.count { $0.then == nil }
    let told = fresh == 0 ? "" : ", \(fresh) of them told under the rules in force"
    try Terminal.say("\nNobody would have been told of \(Output.count(tested.missed.count, "problem"))\(told):")
    let groups = groups(tested.missed, isCompared: tested.total.now != nil)
    try groups.print()
    if tested.missed.count > groups.rows.count { try Terminal.say("--json has each of them, with when it began.") }
  }

  /// Problems of a type that a rule keeps back are one line; those that are told today come first, because they are why somebody reads this.
  static func groups(_ missed: [Backtest.MissedProblem], isCompared: Bool) -> TextTable {
    struct MissedGroup: Hashable {
      let isNew: Bool
      let type: String
      let rule: String
    }
    var order: [MissedGroup] = []
    var members: [MissedGroup: [Backtest.MissedProblem]] = [:]
    for one in missed {
      let group = MissedGroup(isNew: isCompared && one.then == nil, type: one.type, rule: String(why(one).prefix { $0 != ":" }))
      if members[group] == nil { order.append(group) }
      members[group, default: []].append(one)
    }
    let sorted = order.filter(\.isNew) + order.filter { !$0.isNew }
    return TextTable(
      ["PROBLEMS", "TYPE", "IN FORCE", "WHY", "SUBJECTS"],
      sorted.map { group in
        let all = members[group] ?? []
        var subjects = all.compactMap(\.subject).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let rest = subjects.count - shown
        subjects = Array(subjects.prefix(shown))
        return [
          String(all.count), Output.printable(group.type), isCompared ? (group.isNew ? "told" : "missed") : "",
          Output.printable(all.first.map(why) ?? ""),
          Output.printable(subjects.joined(separator: ", ")) + (rest > 0 ? " … and \(rest) more" : ""),
        ]
      })
  }

  private static func why(_ one: Backtest.MissedProblem) -> String { one.now ?? one.then ?? "" }

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
    object["limits"] = .array(tested.limits.map(JSON.string))
    object["cut"] = tested.cut.map { .string($0.rfc3339) }
    return .object(object)
  }
}
