import Bellhop
import Testing

/// A destination under another configuration than the one it was planned under.
@Suite struct DirectoryTests {
  private func directory(_ name: String, _ places: [ChannelPlace], expands: [String: String] = [:]) -> Directory {
    Directory(channels: [name: places], transports: ["chat", "hook"], expands: expands)
  }

  private func resolved(_ destination: Destination, _ directory: Directory) -> String {
    switch directory.place(of: destination) {
    case .success(let place): place.lane
    case .failure(let fault): fault.description
    }
  }

  @Test func destinationsFollowTheConfiguration() throws {
    let planned = Destination(channel: "critical", among: ["chat", "mail"], transport: "chat")
    func place(_ places: [Place]) -> String { resolved(planned, directory("critical", places.map { ChannelPlace($0) })) }
    let chat = Place(transport: "chat", target: Target(["channel": "#a"]))
    let mail = Place(transport: "mail")
    let teams = Place(transport: "teams")
    #expect(place([chat, mail]) == "chat #a")
    #expect(place([teams, mail]) == "teams")
    #expect(place([teams]) == "teams")
    #expect(place([mail]) == "misconfigured: the channel critical no longer goes to chat")
    #expect(resolved(planned, directory("other", [])) == "misconfigured: the channel critical is gone from the configuration")
    let inline = Destination(transport: "sms", target: Target(["to": "1"]))
    #expect(resolved(inline, directory("other", [])) == "misconfigured: the transport sms is gone from the configuration")
  }

  /// A recipient that ops took off the list gets nothing more; one of a vendor without recipients follows the switch.
  @Test func anElementOfAListFollowsItsList() throws {
    let planned = Destination(channel: "oncall", among: ["mail"], transport: "mail", target: Target(["to": ["b@x"]]))
    func place(_ transport: String, _ target: JSON.Object, only: [String] = []) -> String {
      let place = ChannelPlace(Place(transport: transport, target: Target(target)), only: only.map(Glob.init))
      return resolved(planned, directory("oncall", [place], expands: ["mail": "to", "post": "to"]))
    }
    #expect(place("mail", ["to": ["a@x", "b@x"]]) == #"mail ["b@x"]"#)
    #expect(place("post", ["to": ["b@x", "c@x"]]) == #"post ["b@x"]"#)
    #expect(place("chat", ["channel": "#a"]) == "chat #a")
    #expect(place("mail", ["to": ["{{data.to}}", "a@x"]], only: ["*@x"]) == #"mail ["b@x"]"#)
    #expect(place("mail", ["to": ["a@x", "c@x"]]) == "misconfigured: b@x is no longer in to of the channel oncall")
    #expect(place("mail", ["to": ["{{data.to}}"]], only: ["*@y"]) == "misconfigured: to: b@x is not in only: *@y")
  }

  /// Where a target comes from the event, what counts is the `only` in force; and where it no longer does, what is written.
  @Test func whatAnEventGaveIsHeldToTheConfigurationInForce() {
    let planned = Destination(channel: "shops", among: ["chat"], transport: "chat", target: Target(["channel": "#shop-7"]))
    func place(_ target: JSON.Object, only: [String], transport: String = "chat") -> String {
      resolved(planned, directory("shops", [ChannelPlace(Place(transport: transport, target: Target(target)), only: only.map(Glob.init))]))
    }
    #expect(place(["channel": "{{data.shop}}"], only: ["#shop-*"]) == "chat #shop-7")
    #expect(place(["channel": "{{data.shop}}"], only: ["#test"]) == "misconfigured: channel: #shop-7 is not in only: #test")
    #expect(place(["channel": "#all"], only: []) == "chat #all")
    let hook = Destination(channel: "shops", among: ["hook"], transport: "hook", target: Target(["path": "in/a/b"]))
    let only = ChannelPlace(Place(transport: "hook", target: Target(["path": "{{data.p}}"])), only: [Glob("in/*")])
    #expect(resolved(hook, directory("shops", [only])) == "misconfigured: path: in/a/b is not in only: in/*")
    let path = "misconfigured: path: in/{{data.shop}} was not filled from the event"
    #expect(place(["path": "in/{{data.shop}}"], only: ["in/*"], transport: "hook") == path)
  }

  /// A template that was not filled is text that nobody meant: it reaches no vendor, also not by a retry by hand.
  @Test func aTemplateThatWasNotFilledGoesNowhere() {
    let templated = ChannelPlace(Place(transport: "chat", target: Target(["channel": "{{data.shop}}"])), only: [Glob("#*")])
    let before = Destination(channel: "shops", among: ["chat"], transport: "chat")
    let refused = Destination(channel: "shops", among: ["chat"], transport: "chat", target: Target(["channel": "{{data.shop}}"]))
    let inline = Destination(transport: "hook", target: Target(["path": ["a/{{data.id}}"]]))
    for (destination, key) in [(before, "channel: {{data.shop}}"), (refused, "channel: {{data.shop}}")] {
      #expect(resolved(destination, directory("shops", [templated])) == "misconfigured: \(key) was not filled from the event")
    }
    #expect(resolved(inline, directory("shops", [templated])) == #"misconfigured: path: ["a/{{data.id}}"] was not filled from the event"#)
  }
}
