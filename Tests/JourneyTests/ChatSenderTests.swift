import Bellhop
import Foundation
import Loopback
import Testing

/// What posts to a chat today, with the library that it uses, and a new address.
@Suite(.serialized) struct ChatSenderJourneys {
  static let configuration = """
    server: { listen: "127.0.0.1:0" }
    senders:
      slack-app: { use: slack, secret: key-of-slack-app-1, types: [{ text: "new user", type: user.registered }] }
      kuma: { use: discord, secret: key-of-kuma-12345678 }
      nas: { use: gotify, secret: key-of-nas-123456789 }
      cron: { use: ntfy, secret: key-of-cron-12345678, host: localhost }
    transports: { log: { use: stdout } }
    unrouted: log

    """

  private func run(_ script: String, _ folder: String = "senders") async throws -> (events: [JSON], out: String) {
    let python = try Tool.path("python3")
    let folderOfModules = "\(Tool.unpacked)/\(folder)"
    try #require(FileManager.default.fileExists(atPath: folderOfModules), "scripts/test-tools.sh has not been run")
    let place = try Folder()
    try place.write(Self.configuration)
    let gateway = try await RunningGateway.start(place)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let ended = try await Binary.run(
      ["-c", script.replacing("PORT", with: String(port))],
      environment: ["PYTHONPATH": folderOfModules, "no_proxy": "*"], executable: python)
    #expect(ended.status == 0, "\(ended.out)\n\(ended.err)")
    let events = try await gateway.ask("GET", "/v1/events?limit=50").json["events"]?.array ?? []
    #expect(await gateway.stop() == 0)
    return (events.reversed(), ended.out)
  }

  @Test func slackSDK() async throws {
    let (events, out) = try await run(
      """
      from slack_sdk.webhook import WebhookClient
      for path in ["/hooks/slack-app/key-of-slack-app-1", "/services/T0/B0/key-of-slack-app-1"]:
          r = WebhookClient("http://127.0.0.1:PORT" + path).send(text="*New user* <https://a.example|ada>",
              attachments=[{"color": "good", "text": "plan: pro"}])
          print(r.status_code, r.body)
      blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Deploy"}}, {"type": "section", "text": {"type": "mrkdwn", "text": "_done_"}}]
      r = WebhookClient("http://127.0.0.1:PORT/hooks/slack-app/key-of-slack-app-1").send(text="fallback", blocks=blocks)
      print(r.status_code, r.body)
      r = WebhookClient("http://127.0.0.1:PORT/hooks/slack-app/wrong").send(text="x")
      print(r.status_code, r.body)
      """)
    #expect(out == "200 ok\n200 ok\n200 ok\n403 invalid_token\n")
    #expect(events.count == 3 && events.allSatisfy { $0["sender"] == "slack-app" })
    #expect(events.first?["text"]?.string == "New user ada (https://a.example)\nplan: pro" && events.first?["type"] == "user.registered")
    #expect(events.last?["text"]?.string == "Deploy\ndone")
  }

  /// As the npm package `node-slack` sends it: a form whose only field is JSON.
  /// https://github.com/xoxco/node-slack/blob/master/slack.js
  @Test func rawFormsOfOlderLibraries() async throws {
    let (events, out) = try await run(
      """
      import json, urllib.request, urllib.parse
      def post(url, data, headers={}):
          r = urllib.request.urlopen(urllib.request.Request(url, data=data.encode(), headers=headers)); print(r.status, r.read().decode())
      post("http://127.0.0.1:PORT/services/T/B/key-of-slack-app-1", "payload=" + urllib.parse.quote(json.dumps({"text": "Howdy!", "channel": "#foo", "username": "Bot"})))
      post("http://127.0.0.1:PORT/hooks/kuma/key-of-kuma-12345678/slack", json.dumps({"text": "*down*"}), {"Content-Type": "application/json"})
      """)
    #expect(out == "200 ok\n200 ok\n")
    #expect(events.map { $0["text"]?.string } == ["Howdy!", "down"] && events.map { $0["sender"]?.string } == ["slack-app", "kuma"])
  }

  @Test func discordWebhook() async throws {
    let (events, out) = try await run(
      """
      from discord_webhook import DiscordWebhook, DiscordEmbed
      for path in ["/hooks/kuma/key-of-kuma-12345678", "/api/webhooks/1/key-of-kuma-12345678"]:
          w = DiscordWebhook(url="http://127.0.0.1:PORT" + path, content="**Down**", username="kuma")
          e = DiscordEmbed(title="db1", description="no answer", color="e01e5a"); e.add_embed_field(name="Since", value="12:00"); w.add_embed(e)
          r = w.execute(); print(r.status_code, r.json()["content"].splitlines()[0])
      r = DiscordWebhook(url="http://127.0.0.1:PORT/hooks/kuma/wrong", content="x").execute(); print(r.status_code, r.json()["code"])
      """)
    #expect(out == "200 Down\n200 Down\n401 50027\n")
    #expect(events.count == 2 && events.first?["severity"] == "error" && events.first?["data"]?["username"] == "kuma")
  }

  @Test func gotify() async throws {
    let (events, out) = try await run(
      """
      import gotify
      g = gotify.Gotify(base_url="http://127.0.0.1:PORT/hooks/nas", app_token="key-of-nas-123456789")
      r = g.create_message("disk 3 is failing", title="NAS", priority=8); print(r["title"], r["priority"], r["id"] > 0)
      try: gotify.Gotify(base_url="http://127.0.0.1:PORT/hooks/nas", app_token="wrong").create_message("x")
      except gotify.GotifyError as e: print("refused")
      """)
    #expect(out == "NAS 8 True\nrefused\n")
    #expect(events.map { $0["text"]?.string } == ["NAS\ndisk 3 is failing"] && events.first?["severity"] == "error")
  }

  /// ntfy is one request without a library: its own examples, through a name that is the sender's alone.
  @Test func ntfy() async throws {
    let (events, out) = try await run(
      """
      import json, urllib.request
      auth = {"Authorization": "Bearer key-of-cron-12345678"}
      def post(url, data, headers={}, method="POST"):
          r = urllib.request.urlopen(urllib.request.Request(url, data=data.encode(), headers={**auth, **headers}, method=method))
          a = json.loads(r.read()); print(r.status, a["event"], a["topic"])
      post("http://127.0.0.1:PORT/hooks/cron/backups", "Backup failed", {"Title": "Nightly", "Priority": "high", "Tags": "warning,db1"}, "PUT")
      post("http://localhost:PORT/", json.dumps({"topic": "backups", "message": "again", "priority": 5}))
      post("http://localhost:PORT/backups", "through a name")
      """)
    #expect(out == "200 message backups\n200 message backups\n200 message backups\n")
    #expect(
      events.map { $0["severity"]?.string } == ["warning", "error", "info"] && events.allSatisfy { $0["data"]?["channel"] == "backups" })
  }
}

/// apprise speaks all four; slow to fetch, so it runs with the other people's servers.
@Suite(.serialized) struct AppriseSenderJourneys {
  @Test func aNewAddressIsAllItNeeds() async throws {
    let place = try Folder()
    try place.write(ChatSenderJourneys.configuration)
    let gateway = try await RunningGateway.start(place)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let script = """
      import apprise
      for url in ["gotify://127.0.0.1:\(port)/hooks/nas/key-of-nas-123456789", "ntfy://:key-of-cron-12345678@localhost:\(port)/backups?auth=token"]:
          a = apprise.Apprise(); a.add(url); print(bool(a.notify(title="T", body="from apprise")))
      """
    let ended = try await Binary.run(
      ["-c", script], environment: ["PYTHONPATH": "\(Tool.unpacked)/apprise", "no_proxy": "*"], executable: try Tool.path("python3"))
    #expect(ended.status == 0 && ended.out == "True\nTrue\n", "\(ended)")
    let events = try await gateway.ask("GET", "/v1/events?limit=50").json["events"]?.array ?? []
    #expect(Set(events.compactMap { $0["sender"]?.string }) == ["nas", "cron"], "\(events)")
    #expect(await gateway.stop() == 0)
  }
}
