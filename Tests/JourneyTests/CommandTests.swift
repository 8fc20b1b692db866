import Bellhop
import Foundation
import Loopback
import Testing

@Suite(.serialized) struct CommandJourneys {
  static let yaml = """
    server: { listen: "127.0.0.1:0" }
    transports:
      log: { use: stdout }
      out: { use: webhook, url: "SINK/in", retry: { for: 1s, first: 100ms } }
    channels: { people: { log: {} } }
    roles:
      growth: [ { name: signups, match: { type: "user.*" }, to: people, text: "New user! **{{subject}}**" } ]
      finance: [ { match: { type: payment.failed }, to: out } ]
    tests:
      - { event: { type: user.registered }, expect: { growth: [people] } }
    """

  /// One event's way through every command that ops use.
  @Test func fromEventToHistory() async throws {
    let sink = try LoopbackServer.start { _ in .answer(400) }
    defer { sink.stop() }
    let folder = try Folder()
    try folder.write(Self.yaml.replacing("SINK", with: sink.url))
    func bellhop(_ arguments: String...) async throws -> Binary.Ended { try await Binary.run(arguments + ["--config", folder.config]) }

    #expect(try await bellhop("check").status == 0)
    #expect(try await bellhop("test").status == 0)
    let down = try await bellhop("send", "--type", "user.registered")
    #expect(down.status == 75)
    #expect(down.err.contains("bellhop serve"), "\(down.err)")

    let gateway = try await RunningGateway.start(folder)
    let sent = try await bellhop(
      "send", "--type", "user.registered", "--subject", "ada@example.com", "--data", "token=hunter2", "--id", "e1")
    #expect(sent.status == 0 && sent.out.contains("e1"), "\(sent)")
    let again = try await bellhop("send", "--type", "user.registered", "--subject", "ada@example.com", "--id", "e1")
    #expect(again.status == 0)
    #expect(await eventually { gateway.log.contains("New user! ada@example.com") })
    #expect(gateway.log.components(separatedBy: "New user! ada@example.com").count == 2, "a duplicate was delivered: \(gateway.log)")

    let found = try await bellhop("search", "ada")
    #expect(found.status == 0 && found.out.contains("user.registered"), "\(found)")
    let one = try await gateway.ask("GET", "/v1/events/e1").json
    #expect(one["data"]?["token"]?.string == Secret.mask)
    #expect(one["deliveries"]?.array?.first?["state"]?.string == "delivered")

    #expect(try await bellhop("send", "--type", "payment.failed", "--id", "p1").status == 0)
    #expect(try await eventually { try await bellhop("dead", "list").out.contains("finance") })
    let retried = try await bellhop("dead", "retry", "--all")
    #expect(retried.status == 0, "\(retried)")
    #expect(await sink.waitFor(2).count >= 2)

    let explained = try await bellhop("explain", "--type", "user.registered")
    #expect(explained.status == 0 && explained.out.contains("signups") && explained.out.contains("finance"), "\(explained)")
    // It reads events as the gateway does: what it would refuse is a mistake, and what it would hide is hidden.
    let refused = try await bellhop("explain", "--type", "user..left", "--severity", "error")
    #expect(refused.status == 2 && refused.err.contains("/type: has an empty segment"), "\(refused)")
    let hidden = try await bellhop("explain", "--type", "user.registered", "--data", "token=hunter2", "--json")
    #expect(hidden.status == 0 && !hidden.out.contains("hunter2"), "\(hidden)")
    let rung = try await bellhop("ring", "people")
    #expect(rung.status == 0 && rung.out.contains("delivered"), "\(rung)")
    let failed = try await bellhop("ring", "out")
    #expect(failed.status == 1 && failed.out.contains("400"), "\(failed)")

    #expect(try await bellhop("lane", "pause", "log").status == 0)
    #expect(try await bellhop("send", "--type", "user.left", "--id", "held").status == 0)
    #expect(try await bellhop("lane", "list").out.contains("paused"))
    #expect(!gateway.log.contains("user.left"))
    #expect(try await bellhop("lane", "resume", "log").status == 0)

    let forgotten = try await bellhop("forget", "--subject", "ada@example.com", "--yes")
    #expect(forgotten.status == 0, "\(forgotten)")
    #expect(try await gateway.ask("GET", "/v1/events?q=ada").json["events"]?.array?.isEmpty == true)
    #expect(try await bellhop("transports", "slack").out.contains("thread_by"))
    #expect(await gateway.stop() == 0)
  }

  /// From nothing to a gateway that runs: the file that `init` writes is one that `check`, `test` and `serve` take.
  @Test func initMakesAConfigurationThatRuns() async throws {
    let folder = try Folder()
    let made = try await Binary.run(["init", "--config", folder.config])
    #expect(made.status == 0, "\(made)")
    #expect(try await Binary.run(["init", "--config", folder.config]).status == 1, "it must not write over a file")
    #expect(try await Binary.run(["check", "--config", folder.config]).status == 0)
    #expect(try await Binary.run(["test", "--config", folder.config]).status == 0)
    let text = try String(contentsOfFile: folder.config, encoding: .utf8)
    try folder.write(text.replacing("127.0.0.1:8484", with: "127.0.0.1:0"))
    let gateway = try await RunningGateway.start(folder)
    #expect(await gateway.stop() == 0)
  }

  @Test func theSchemaIsOne() async throws {
    let schema = try JSON(parsing: Array(try await Binary.run(["schema"]).out.utf8))
    #expect(schema["$schema"]?.string == "https://json-schema.org/draft/2020-12/schema")
    #expect(schema["properties"]?["roles"] != nil && schema["$defs"]?["row"]?["properties"]?["alert"] != nil)
  }

  /// Dead letters one by one, and a lane emptied by hand.
  @Test func deadLettersAndLanesByHand() async throws {
    let sink = try LoopbackServer.start { _ in .answer(400) }
    defer { sink.stop() }
    let folder = try Folder()
    try folder.write(Self.yaml.replacing("SINK", with: sink.url))
    func bellhop(_ arguments: String...) async throws -> Binary.Ended { try await Binary.run(arguments + ["--config", folder.config]) }
    let gateway = try await RunningGateway.start(folder)
    #expect(await gateway.post([["type": "payment.failed", "id": "p1", "subject": "ada"], ["type": "payment.failed", "id": "p2"]]))
    #expect(try await eventually { try await gateway.ask("GET", "/v1/deliveries?state=dead").json["deliveries"]?.array?.count == 2 })
    let list = try await gateway.ask("GET", "/v1/deliveries?state=dead").json["deliveries"]?.array ?? []
    let id = try #require(list.last?["id"]?.int)
    let shown = try await bellhop("dead", "show", String(id))
    #expect(shown.status == 0 && shown.out.contains("payment.failed ada") && shown.out.contains("the server answered 400"), "\(shown)")
    let retried = try await bellhop("dead", "retry", String(id))
    #expect(retried.status == 0 && retried.out == "Put 1 delivery back in line.\n", "\(retried)")
    #expect(await sink.waitFor(3).count == 3)
    let missing = try await bellhop("dead", "retry", "99999")
    #expect(missing.status == 1 && missing.err.contains("not retried: 99999"), "\(missing)")
    #expect(try await bellhop("dead", "show", "99999").status == 1)

    #expect(try await bellhop("lane", "pause", "out", "--why", "upkeep").status == 0)
    #expect(await gateway.post((0..<30).map { ["type": "payment.failed", "id": .string("held\($0)")] }))
    let refused = try await bellhop("lane", "drop", "out")
    #expect(refused.status == 2 && refused.err.contains("--yes"), "\(refused)")
    let dropped = try await bellhop("lane", "drop", "out", "--yes")
    #expect(dropped.status == 0 && dropped.out == "Dropped 30 deliveries of out.\n", "\(dropped)")
    #expect(try await bellhop("lane", "drop", "aut", "--yes").status == 1)
    #expect(sink.requests.count == 3)
    #expect(await gateway.stop() == 0)
  }

  /// On a terminal long work is seen to get on; into a pipe goes the result alone.
  @Test func longWorkShowsProgressOnATerminal() async throws {
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      transports: { out: { use: webhook, url: "http://127.0.0.1:9" } }
      roles: { all: [ { match: { type: kept }, to: out } ] }
      """)
    let gateway = try await RunningGateway.start(folder)
    func post(_ tag: String) async {
      for batch in 0..<3 {
        #expect(await gateway.post((0..<800).map { ["type": "kept", "id": .string("\(tag)\(batch)-\($0)"), "subject": "ada"] }))
      }
    }
    func onATerminal(_ command: String) async throws -> String {
      let line = "\(Binary.path) \(command) --config \(folder.config)"
      let ended = try await Binary.run(["-qec", line, "/dev/null"], environment: ["TERM": "xterm"], executable: "/usr/bin/script")
      #expect(ended.status == 0, "\(ended)")
      return ended.out
    }
    await post("a")
    #expect(try await Binary.run(["lane", "pause", "out", "--config", folder.config]).status == 0)
    #expect(try await Binary.run(["lane", "drop", "out", "--yes", "--config", folder.config]).out == "Dropped 2400 deliveries of out.\n")
    let retried = try await onATerminal("dead retry --all")
    #expect(retried.contains("\r\u{1B}[Kput 1000 deliveries back in line …\r\u{1B}[K"), "\(retried)")
    #expect(retried.contains("Put 2400 deliveries back in line."), "\(retried)")
    let forgotten = try await onATerminal("forget --subject ada --yes")
    #expect(forgotten.contains("\r\u{1B}[Kerased 2000 events …\r\u{1B}[K") && forgotten.contains("Erased 2400 events."), "\(forgotten)")
    await post("b")
    let piped = try await Binary.run(["forget", "--subject", "ada", "--yes", "--config", folder.config])
    #expect(piped.out == "Erased 2400 events.\n" && piped.err.isEmpty, "\(piped)")
    await gateway.stop()
  }

  /// SIGHUP reads the file anew, and a bad one changes nothing.
  @Test func aHangUpReloads() async throws {
    let folder = try Folder()
    let yaml = Self.yaml.replacing("SINK", with: "http://127.0.0.1:9")
    try folder.write(yaml)
    let gateway = try await RunningGateway.start(folder)
    func hangUp(_ yaml: String, until line: String) async throws {
      try folder.write(yaml)
      kill(gateway.process.processIdentifier, SIGHUP)
      #expect(await eventually { gateway.log.contains(line) }, "\(gateway.log)")
    }
    try await hangUp(yaml.replacing("New user!", with: "Welcome"), until: "the new configuration is in force")
    #expect(await gateway.post([["type": "user.a", "subject": "ada"]]))
    #expect(await eventually { gateway.log.contains("Welcome ada") })
    try await hangUp(yaml.replacing("use: stdout", with: "use: stduot"), until: "the new configuration is rejected")
    #expect(await eventually { gateway.log.contains("bellhop.yaml:3:") }, "the mistake's place is in the log: \(gateway.log)")
    #expect(await gateway.post([["type": "user.a", "subject": "bob"]]))
    #expect(await eventually { gateway.log.contains("Welcome bob") })
    #expect(await gateway.stop() == 0)
  }

  /// A proxy out of the environment, as on a machine that reaches the world through one.
  @Test func theProxyOfTheEnvironmentIsUsed() async throws {
    let proxy = try LoopbackServer.start { _ in .ok }
    defer { proxy.stop() }
    let folder = try Folder()
    try folder.write(
      "transports: { x: { use: webhook, url: 'http://vendor.invalid/in' }, y: { use: webhook, url: 'http://127.0.0.1:9/' } }\nunrouted: x\n"
    )
    let environment = ["http_proxy": proxy.url, "no_proxy": "127.0.0.1"]
    let rung = try await Binary.run(["ring", "x", "--config", folder.config], environment: environment)
    #expect(rung.status == 0 && proxy.requests.map(\.path) == ["http://vendor.invalid/in"], "\(rung)")
    #expect(try await Binary.run(["ring", "y", "--config", folder.config], environment: environment).status == 1)
    #expect(proxy.requests.count == 1)
  }

  /// Promise 6: a bad reload changes nothing, and every mistake is shown with its place.
  @Test func aBadReloadChangesNothing() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml.replacing("SINK", with: "http://127.0.0.1:9"))
    let gateway = try await RunningGateway.start(folder)
    try folder.write(
      Self.yaml.replacing("SINK", with: "http://127.0.0.1:9").replacing("to: people", with: "to: poeple").replacing(
        "use: stdout", with: "use: stduot"))
    let reload = try await Binary.run(["reload", "--config", folder.config])
    #expect(reload.status == 1)
    let shown = reload.err + reload.out
    #expect(shown.contains("bellhop.yaml:3:") && shown.contains("stdout") && shown.contains("people"), "\(shown)")
    #expect(try await Binary.run(["lane", "list", "--config", folder.config]).status == 0, "its gateway is found all the same")
    #expect(try await Binary.run(["send", "--config", folder.config, "--type", "user.kept"]).status != 2)
    #expect(await gateway.post([["type": "user.kept", "id": "k"]]))
    #expect(await eventually { gateway.log.contains("user.kept") || gateway.log.contains("New user!") })
    let told = try await eventually {
      try await gateway.ask("GET", "/v1/events?type=bellhop.config.rejected").json["events"]?.array?.count == 1
    }
    #expect(told)
    await gateway.stop()
  }

  @Test func aSecondGatewayIsRefused() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml.replacing("SINK", with: "http://127.0.0.1:9"))
    let gateway = try await RunningGateway.start(folder)
    let second = try await Binary.run(["serve", "--config", folder.config])
    #expect(second.status != 0 && second.err.contains("\(gateway.process.processIdentifier)"), "\(second)")
    await gateway.stop()
  }

  /// What Prometheus' own checker says of the metrics page: nothing.
  @Test func promtoolIsContent() async throws {
    let folder = try Folder()
    try folder.write(Self.yaml.replacing("SINK", with: "http://127.0.0.1:9"))
    let gateway = try await RunningGateway.start(folder)
    #expect(await gateway.post([["type": "user.a"], ["type": "payment.failed"], ["type": "nobody"]]))
    let counted = try await eventually {
      let page = try await gateway.ask("GET", "/metrics").json.string ?? ""
      return page.contains("bellhop_deliveries_total{role=\"growth\",state=\"delivered\"} 1")
    }
    #expect(counted)
    #expect(await !gateway.post([["typo": "user.a"]]))
    let page = try await gateway.ask("GET", "/metrics").json.string ?? ""
    #expect(page.contains("bellhop_refused_requests_total{route=\"events\",status=\"422\"} 1"), "\(page)")
    let checked = try await Binary.run(["check", "metrics"], input: page, executable: try Tool.path("promtool"))
    #expect(checked.status == 0 && checked.out.isEmpty && checked.err.isEmpty, "\(checked)")
    await gateway.stop()
  }

  /// More than a pipe holds, to a command that does not read: the gateway itself must not end by it.
  @Test func aCommandMayCloseItsInput() async throws {
    let folder = try Folder()
    try folder.write("transports: { x: { use: exec, command: [/bin/sh, -c, 'exec <&-; echo closed; sleep 0.1'] } }\nunrouted: x\n")
    let ended = try await Binary.run(["ring", "x", "--text", String(repeating: "x", count: 100_000), "--config", folder.config])
    #expect(ended.status == 0 && ended.out.contains("closed"), "\(ended)")
  }

  /// A vendor of ops' own: a page beside the configuration, with mistakes at their place, and then in use.
  @Test func aPageOfTheirOwnIsAKind() async throws {
    let folder = try Folder()
    try folder.write("vendors: ./pager.yaml\ntransports: { duty: { use: pager, url: 'http://127.0.0.1:1', key: k } }\nunrouted: duty\n")
    let page = """
      name: pager
      doc: A pager.
      link: https://pager.example.com
      settings:
        url: { type: url, required: true, doc: Where., example: "https://pager.example.com" }
        key: { type: secret, required: true, doc: Who., example: abc }
      request: { url: "{{settings.url}}", json: { text: "{{txt}}" } }
      """
    let place = "\(folder.path)/pager.yaml"
    try page.write(toFile: place, atomically: true, encoding: .utf8)
    let wrong = try await Binary.run(["check", "--config", folder.config])
    #expect(
      wrong.status == 1 && (wrong.out + wrong.err).contains("pager.yaml:7:51: request.json.text: {{txt}} is not a value here")
        && !wrong.out.contains("no kind"), "\(wrong)")
    try page.replacing("{{txt}}", with: "{{text}}").write(toFile: place, atomically: true, encoding: .utf8)
    let right = try await Binary.run(["check", "--config", folder.config])
    #expect(right.status == 0 && right.out.contains("transport duty: pager"), "\(right)")
    let manual = try await Binary.run(["transports", "pager", "--config", folder.config])
    #expect(manual.status == 0 && manual.out.contains("Documented at https://pager.example.com"), "\(manual)")
  }
}
