import ArgumentParser
import Testing

@testable import CLI

@Suite struct ArgumentTests {
  private func code(_ line: String) -> Int32? {
    do {
      _ = try Root.parseAsRoot(LeftOut.arranged(line.split(separator: " ").map(String.init)))
      return nil
    } catch { return Root.told(error).code }
  }

  @Test(arguments: [
    "nonsense", "serve --nonsense", "ring", "dead show x", "dead retry", "dead retry 1 --all", "dead retry 1 --destination money",
    "dead list --limit 0", "search --since yesterday", "search --limit 0", "search --nonsense", "search a --output x",
    "search --export xml", "search --json --export csv", "wait --for 30", "explain --at noon",
    "explain --type a --severity bad",
    "send --type a --data plan", "send --type a --file x", "send --type a --url ftp://x", "send --type a --token x", "forget", "lane pause",
    "lane pause chat --for ever",
    "silence add", "silence add type:a --for 2h", "silence add type:a --why x", "silence add --for 2h --why x", "silence end",
    "silence add type:a --for 2h --until 18:00 --why x", "silence add type:a --until noon --why x", "silence extend 1", "silence edit x",
    "vendor try", "vendor try ntfy --to a", "vendor try ntfy --set =a", "vendor try ntfy --alert ringing",
    "run", "run true", "run --", "run --type a..b -- true", "run --type bellhop.x -- true", "run --tail -1 -- true",
    "run --timeout 3 -- true",
    "run --token x -- true", "run --url ftp://x -- true", "run --data x -- true", "run --severity bad -- true",
  ])
  func wrongCallsEndWith2(line: String) { #expect(code(line) == 2) }

  @Test(arguments: [
    "serve", "check", "explain --type a", "test", "send --type a --id 1", "send --file -", "ring chat --text hi",
    "search a b --json --since 2h", "search type:a -b data.x>5 -sender:ci --limit 5", "search a --export csv --output x",
    "dead", "show e1", "dead list --destination money", "dead show 7", "dead retry 1 2", "dead retry --all --destination money", "lane",
    "lane list",
    "lane pause chat #money --why x --for 2h", "lane resume chat", "lane drop chat --yes", "reload", "forget --subject a --yes",
    "silence", "silence list --all --json", "silence add type:a data.x>5 --for 2h --why x --role ops", "silence end 1 2",
    "ack 17 --role ops --who ann",
    "silence add type:a -sender:ci --for 2h --why x",
    "silence add --all --until 18:00 --why x --who jane", "silence edit 1 --why y", "silence extend 1 --for 1h",
    "transports slack", "vendor try ntfy --to topic=a --set url=http://127.0.0.1 --alert loud --type a.b",
    "schema", "init x.yaml", "wait --for 5s --idle",
    "run --type backup --subject a --severity critical --source b --tail 0 --only-failures --timeout 2h --wait 1m --data a=1 -- true",
  ])
  func everyCommandTakesAConfig(line: String) { #expect(code("\(line) --config x.yaml") == nil) }

  @Test func whatIsLeftOutIsATerm() throws {
    let line = ["search", "-card", "a", "--limit", "5", "-c", "x.yaml", "-type:user.*", "--", "--odd"]
    let search = try #require(try Root.parseAsRoot(LeftOut.arranged(line)) as? Search)
    #expect(search.terms == ["a", "-card", "-type:user.*", "--odd"] && search.limit == 5 && search.config.config == "x.yaml")
    #expect(LeftOut.arranged(["check", "-x"]) == ["check", "-x"] && LeftOut.arranged(["search", "a"]) == ["search", "a"])
  }

  /// What the parser does not take is told with what was meant.
  @Test(arguments: [
    ("chek", "did you mean `bellhop check`?"), ("lane lst", "did you mean `bellhop lane list`?"),
    ("serach ada", "did you mean `bellhop search ada`?"),
    ("check bellhop.yaml", "bellhop check --config bellhop.yaml"), ("--config x.yaml check", "bellhop check --config x.yaml"),
    ("run pg_dump shop", "the job stands behind --: bellhop run --subject backup -- pg_dump shop"),
    ("check x.yml --strict", "bellhop check --config x.yml"),
  ])
  func wrongCallsAreAdvised(line: String, advice: String) {
    let arguments = line.split(separator: " ").map(String.init)
    do {
      _ = try Root.parseAsRoot(arguments)
      Issue.record("\(line) is taken")
    } catch {
      let told = Root.told(error, arguments)
      #expect(told.code == 2 && told.text.contains(advice), "\(told)")
    }
  }

  /// Options of the job are not ours.
  @Test func whatStandsBehindTheDashesIsTheJobs() throws {
    let command = try #require(
      try Root.parseAsRoot(["run", "--tail", "3", "--", "pg_dump", "--tail", "4", "--", "-x"]) as? RunCommand)
    #expect(command.about.tail == 3 && command.command == ["pg_dump", "--tail", "4", "--", "-x"])
  }

  @Test func helpIsNoMistake() {
    do { _ = try Root.parseAsRoot(["send", "--help"]) } catch {
      let told = Root.told(error)
      #expect(told.code == 0 && told.text.contains("--data <key=value>"))
    }
  }

  @Test func commandsEndWithTheirStatus() async {
    #expect(await Root.perform(["check", "--config", "/nonexistent/b.yaml"]) == 1)
    #expect(await Root.perform(["lane", "list", "--config", "/nonexistent/b.yaml"]) == 1)
    #expect(await Root.perform(["transports", "no-such-kind"]) == 2)
    #expect(await Root.perform(["vendor", "try", "no-such-page"]) == 2)
    #expect(await Root.perform(["vendor", "try", "./no-such-page.yaml"]) == 2)
    #expect(await Root.perform(["vendor", "try", "ntfy", "--to", "topik=a"]) == 1)
    #expect(await Root.perform(["vendor", "try", "ntfy", "--to", "topic=a", "--type", "a.b"]) == 0)
    #expect(await Root.perform(["send", "--type"]) == 2)
    #expect(await Root.perform(["send", "--text", "x", "--event", "/nonexistent/e.json"]) == 2)
  }

  @Test func theConfigurationIsFound() {
    #expect(ConfigOption.path("a.yaml", environment: "b.yaml") == "a.yaml")
    #expect(ConfigOption.path(nil, environment: "b.yaml") == "b.yaml")
    #expect(ConfigOption.path(nil, environment: "", mayBeThere: { _ in false }) == "bellhop.yaml")
    #expect(ConfigOption.path(nil, environment: nil) { _ in true } == "bellhop.yaml")
    #expect(ConfigOption.path(nil, environment: nil) { $0.hasPrefix("/etc") } == "/etc/bellhop/bellhop.yaml")
    #expect(ConfigOption.path(nil, environment: nil) { _ in false } == "bellhop.yaml")
  }

  @Test func aLanesNameMayHoldASpace() throws {
    let command = try #require(try Root.parseAsRoot(["lane", "pause", "chat", "#money", "--for", "2h"]) as? LaneCommand.LanePauseCommand)
    #expect(command.lane.name == "chat #money")
    #expect(LaneCommand.LanePauseCommand.body("chat", why: "x", length: command.length) == ["lane": "chat", "why": "x", "until": "2h"])
    #expect(LaneCommand.LanePauseCommand.body("chat", why: nil, length: nil) == ["lane": "chat"])
  }

  @Test func retriesNameTheirDeliveries() {
    #expect(DeadChoice.body(ids: [1, 2], destination: nil) == ["ids": [1, 2]])
    #expect(DeadChoice.body(ids: [], destination: "money") == ["state": "dead", "limit": 1_000, "destination": "money"])
    #expect(DeadChoice.body(ids: [], destination: nil, role: "ops") == ["state": "dead", "limit": 1_000, "role": "ops"])
  }
}
