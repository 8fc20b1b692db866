import Bellhop
import Testing

@testable import Senders

/// Messages in the shapes that senders' sources show.
@Suite struct SlackMessageTests {
  private func read(_ json: String, _ markup: ChatMarkup = .mrkdwn()) throws -> SlackMessageText {
    let message = SlackMessageText.read(try #require(try JSON(parsing: json).object), markup)
    #expect(flaws(message.text.nodes).isEmpty && flaws(message.title?.nodes ?? []).isEmpty)
    return message
  }

  /// https://github.com/healthchecks/healthchecks/blob/master/templates/integrations/slack_message.json
  @Test func healthchecksHasAttachmentsWithoutText() throws {
    let message = try read(
      #"{"username":"HC","attachments":[{"color":"danger","fallback":"The check \"backup\" is DOWN.","mrkdwn_in":["fields"],"title":"“backup” is DOWN.","title_link":"https://hc.example/1","fields":[{"title":"Tags","value":"`db` `prod` ","short":true},{"title":"Total Pings","value":"120","short":true}]}]}"#
    )
    #expect(message.title?.plain == "“backup” is DOWN." && message.severity == .error)
    #expect(drawn(message.text.nodes) == "b{Tags}: c{db} c{prod} ⏎b{Total Pings}: 120")
    #expect(message.links == [.init(label: "“backup” is DOWN.", url: "https://hc.example/1")])
  }

  /// https://github.com/louislam/uptime-kuma/blob/master/server/notification-providers/slack.js
  @Test func uptimeKumaHasBlocksInsideAttachments() throws {
    let message = try read(
      ##"{"text":"Uptime Kuma Alert\n[web] [🔴 Down] timeout <!channel>","channel":null,"attachments":[{"color":"#e01e5a","blocks":[{"type":"header","text":{"type":"plain_text","text":"Uptime Kuma Alert"}},{"type":"section","fields":[{"type":"mrkdwn","text":"*Message*\n[web] timeout"},{"type":"mrkdwn","text":"*Time (UTC)*\n2026-01-02"}]},{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Visit Uptime Kuma"},"value":"Uptime-Kuma","url":"https://kuma/dashboard/1"}]}]}]}"##
    )
    #expect(
      message.text.plain
        == "Uptime Kuma Alert\n[web] [🔴 Down] timeout @channel\nUptime Kuma Alert\nMessage\n[web] timeout\nTime (UTC)\n2026-01-02")
    #expect(message.title == nil && message.severity == .error && message.mentions == ["channel"])
    #expect(message.links == [.init(label: "Visit Uptime Kuma", url: "https://kuma/dashboard/1")])
  }

  /// https://github.com/fluxcd/notification-controller/blob/main/internal/notifier/slack.go
  @Test func fluxHasAnAuthorAndFields() throws {
    let message = try read(
      #"{"username":"kustomize-controller","attachments":[{"color":"good","author_name":"kustomization/apps.flux-system","text":"applied *revision*","mrkdwn_in":["text"],"fields":[{"title":"commit","value":"*abc*","short":false},{"title":"summary","value":"a\nb","short":false}]}]}"#
    )
    #expect(drawn(message.text.nodes) == "kustomization/apps.flux-system⏎applied b{revision}⏎b{commit}: *abc*⏎b{summary}⏎a⏎b")
    #expect(message.severity == .info && message.title == nil)
  }

  /// https://github.com/grafana/alerting/blob/main/receivers/slack/v1/slack.go
  @Test func grafanaMentionsInThePretext() throws {
    let message = try read(
      ##"{"attachments":[{"title":"[FIRING:1] Disk full (prod &amp; eu)","title_link":"https://grafana/alerting","text":"**Firing**\n\nValue: A=95\n - alertname = DiskFull\n","fallback":"[FIRING:1] Disk full","footer":"Grafana v12.0.0","footer_icon":"https://f.png","color":"#D63232","ts":1760000000,"pretext":"<!here|here> <!subteam^S1> <@U9>","mrkdwn_in":["pretext"],"image_url":"https://grafana/img.png"}]}"##
    )
    #expect(message.title?.plain == "[FIRING:1] Disk full (prod & eu)")
    #expect(
      drawn(message.text.nodes) == "@here @S1 @U9⏎**Firing**⏎⏎Value: A=95⏎ - alertname = DiskFull⏎Grafana v12.0.0")
    #expect(message.mentions == ["here", "S1", "U9"] && message.severity == .error)
    #expect(message.links.map(\.url) == ["https://grafana/alerting", "https://grafana/img.png"] && message.links[1].label == "image")
  }

  /// https://github.com/jenkinsci/slack-plugin
  @Test func jenkinsHasAFieldWithoutATitle() throws {
    let message = try read(
      #"{"channel":"ci","attachments":[{"fallback":"web - #7 Failure after 3 min (<https://ci/7/|Open>)","color":"warning","fields":[{"short":false,"value":"web - #7 *Failure* after 3 min (<https://ci/7/|Open>)"}],"mrkdwn_in":["pretext","text","fields"]}],"link_names":"1"}"#
    )
    #expect(drawn(message.text.nodes) == "web - #7 b{Failure} after 3 min (a{Open→https://ci/7/})" && message.severity == .warning)
    #expect(try read(#"{"text":"@here go","link_names":1}"#).mentions == ["here"])
    #expect(try read(#"{"text":"@here go"}"#).mentions.isEmpty)
  }

  /// Actions that post to Slack: https://github.com/slackapi/slack-github-action
  @Test func gitHubActionsSendBlocksAndAText() throws {
    let message = try read(
      #"{"text":"Build result: failure","blocks":[{"type":"header","text":{"type":"plain_text","text":":rocket: Deploy *1*"}},{"type":"section","text":{"type":"mrkdwn","text":"*Build*: <https://gh/1|main>"},"accessory":{"type":"button","text":{"type":"plain_text","text":"Open"},"url":"https://gh/run"}},{"type":"divider"},{"type":"context","elements":[{"type":"image","image_url":"https://i","alt_text":"avatar"},{"type":"mrkdwn","text":"by *ada*"}]}]}"#
    )
    #expect(message.title.map { drawn($0.nodes) } == "e{rocket} Deploy *1*")
    #expect(drawn(message.text.nodes) == "b{Build}: a{main→https://gh/1}⏎avatar by b{ada}")
    #expect(message.links == [.init(label: "Open", url: "https://gh/run")])
  }

  @Test func alertmanagerHasActions() throws {
    let message = try read(
      #"{"text":"","attachments":[{"title":"[RESOLVED] X","text":"","fallback":"[RESOLVED] X","footer":"","callback_id":"","color":"good","actions":[{"type":"button","text":"Runbook :book:","url":"https://r"}],"mrkdwn_in":["fallback","pretext","text"]}]}"#
    )
    #expect(message.title?.plain == "[RESOLVED] X" && message.text.isEmpty && !message.isEmpty && message.severity == .info)
    #expect(message.links == [.init(label: "Runbook :book:", url: "https://r")])
  }

  @Test func richTextKeepsItsStyles() throws {
    let message = try read(
      #"{"blocks":[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"Hi "},{"type":"text","text":"bold\nboth","style":{"bold":true,"italic":true}},{"type":"text","text":" "},{"type":"emoji","name":"tada","unicode":"1f389"},{"type":"broadcast","range":"here"},{"type":"user","user_id":"U1"},{"type":"link","url":"https://x","text":"l","style":{"bold":true}},{"type":"text","text":"*c*","style":{"code":true}},{"type":"channel","channel_id":"C1"}]},{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]},{"type":"rich_text_section","elements":[{"type":"text","text":"b"}]}]},{"type":"rich_text_list","style":"ordered","offset":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"c"}]}]},{"type":"rich_text_preformatted","elements":[{"type":"text","text":"x\n*y*"}]},{"type":"rich_text_quote","elements":[{"type":"text","text":"q\nr"}]}]}]}"#
    )
    #expect(
      drawn(message.text.nodes)
        == "Hi b{i{bold}}⏎b{i{both}} e{tada}@here@U1a{b{l}→https://x}c{*c*}#C1⏎L{a;b}⏎2. c⏎P{x\n*y*}⏎> q⏎> r")
    #expect(message.mentions == ["here", "U1"])
  }

  /// Printers keep a name from calling where they see it whole.
  @Test func partsOfANameAreJoined() throws {
    let message = try read(
      #"{"blocks":[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"@"},{"type":"text","text":"here"}]}]},{"type":"header","text":{"type":"plain_text","text":"@\nhere"}}],"attachments":[{"text":"@~channel~ <#C1|x>y","mrkdwn_in":["text"]}]}"#
    )
    #expect(message.text.nodes == [.text("@here"), .line, .bold([.text("@ here")]), .line, .text("@channel #xy")])
    #expect(message.mentions.isEmpty)
  }

  @Test func otherBlocks() throws {
    let message = try read(
      #"{"blocks":[{"type":"section","text":{"type":"plain_text","text":"*a* :tada: <!here>","emoji":false}},{"type":"image","title":{"type":"plain_text","text":"Graph"},"image_url":"https://g.png","alt_text":"alt"},{"type":"video","title":{"type":"plain_text","text":"Film"},"title_url":"https://v","description":{"type":"plain_text","text":"long"},"alt_text":"x"},{"type":"markdown","text":"**b** [l](https://m)"},{"type":"table","rows":[[{"type":"raw_text","text":"a"},{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"b"}]}]}]]},{"type":"future","text":{"type":"mrkdwn","text":"*new*"},"elements":[{"type":"section","text":{"type":"mrkdwn","text":"inner"}}]},{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Ack"},"value":"1"}]}],"attachments":[{"text":"after"}]}"#
    )
    #expect(
      drawn(message.text.nodes)
        == "*a* :tada: <!here>⏎Graph⏎b{Film}⏎long⏎b{b} a{l→https://m}⏎a | b⏎b{new}⏎inner⏎after")
    #expect(message.links.map(\.url) == ["https://g.png", "https://v"] && message.mentions.isEmpty)
  }

  @Test func whatStandsInIsSaidOnlyWhereNothingElseIs() throws {
    #expect(try read(#"{"text":"shown","blocks":[{"type":"divider"}]}"#).text.plain == "shown")
    #expect(try read(#"{"attachments":[{"fallback":"only","color":"good"}]}"#).text.plain == "only")
    #expect(try read(#"{"text":"t","attachments":[{"fallback":"t","text":"u"}]}"#).text.plain == "t\nu")
    #expect(try read(#"{"text":"*a*","mrkdwn":false}"#).text.plain == "*a*")
    for empty in [#"{}"#, #"{"text":"  "}"#, #"{"text":5,"blocks":7,"attachments":[1,null,{"fields":[2]}]}"#, #"{"blocks":[{}]}"#] {
      #expect(try read(empty).isEmpty, "\(empty)")
    }
  }

  /// https://docs.mattermost.com/developers/integrate/webhooks/incoming
  @Test func mattermostSpeaksMarkdownInTheSameShape() throws {
    let message = try read(
      ##"{"text":"**down** [l](https://x) @channel","attachments":[{"color":"#FF8000","title":"T_a_b","text":"*i* _j_","mrkdwn_in":[]}]}"##,
      .markdown(.mattermost))
    #expect(drawn(message.text.nodes) == "b{down} a{l→https://x} @channel⏎b{T_a_b}⏎i{i} i{j}")
    #expect(message.mentions == ["channel"] && message.severity == .warning)
  }

  @Test func theWorstColourCounts() throws {
    #expect(try read(##"{"attachments":[{"color":"good"},{"color":"danger"},{"color":"warning"}]}"##).severity == .error)
    for (colour, severity) in [
      ("#e01e5a", .error), ("a30200", .error), ("#D00", .error), ("#ff0000", .error), ("#FFA500", .warning), ("#ecb22e", .warning),
      ("#ffcc00", .warning), ("#36a64f", .info), ("#2eb886", .info), ("#439FE0", nil), ("#808080", nil), ("#000000", nil), ("blue", nil),
      ("", nil), ("#zzzzzz", nil), ("DANGER", .error), ("+12345", nil),
    ] as [(String, Severity?)] {
      #expect(AttachmentColour.severity(colour) == severity, "\(colour)")
    }
    #expect(AttachmentColour.severity(rgb: 15_158_332) == .error && AttachmentColour.severity(rgb: -1) == nil)
  }

  /// Many small parts: each is looked at as often as it would be alone.
  @Test func workIsLinearInTheParts() {
    func steps(_ count: Int) -> Int {
      let part: JSON = [
        "text": "- *a*", "fallback": "b", "fields": [["title": "c", "value": "d"]],
        "blocks": [
          ["type": "rich_text", "elements": [["type": "rich_text_list", "elements": [["elements": [["type": "text", "text": "e"]]]]]]]
        ],
      ]
      return SlackMessageText.read(["text": "a", "attachments": .array([JSON](repeating: part, count: count))]).steps
    }
    #expect(steps(4_000) <= 4 * steps(1_000) + 64)
    let took = ContinuousClock().measure { #expect(steps(20_000) > 0) }
    #expect(took < .seconds(30), "\(took)")
  }

  @Test func nestedBlocksHaveAnEnd() {
    var block: JSON = ["type": "future", "text": "deep"]
    for _ in 0..<5_000 { block = ["type": "future", "elements": [block]] }
    #expect(SlackMessageText.read(["text": "seen", "blocks": [block]]).text.plain == "seen")
  }
}
