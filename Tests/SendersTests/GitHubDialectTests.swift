import Bellhop
import Testing

@testable import Senders

@Suite struct GitHubDialectTests {
  static func event(_ name: String, _ body: String) throws -> Event {
    let bytes = Array(body.utf8)
    var head = SignedPosts.github.head(bytes)
    if body.hasPrefix("payload=") { head.headers.append(.init("content-type", "application/x-www-form-urlencoded")) }
    head.headers = head.headers.map { $0.name == "x-github-event" ? .init($0.name, name) : $0 }
    return try #require(try SignedPosts.judge(SignedPosts.github.sender, bytes, head).get().first)
  }

  private static let around =
    #""repository": {"id": 1, "node_id": "R_1", "full_name": "acme/shop", "html_url": "https://github.com/acme/shop", "keys_url": "https://api.github.com/k"}, "organization": {"login": "acme"}, "sender": {"login": "ada", "id": 7}"#

  @Test func ping() throws {
    let event = try Self.event(
      "ping", #"{"zen": "Keep it logically awesome.", "hook_id": 1, "hook": {"type": "Repository", "events": ["push"]}, \#(Self.around)}"#)
    #expect(event.type == "github.ping" && event.severity == .debug && event.subject == "acme/shop")
    #expect(event.text.hasPrefix("acme/shop: webhook added: Keep it logically awesome.\n"), "\(event.text)")
    #expect(event.id == "72d3162e-cc78-11e3-81ab-4c9367dc0958")
  }

  @Test func aPullRequest() throws {
    let body = #"""
      {"action": "closed", "number": 42, "pull_request": {"number": 42, "title": "Add search", "html_url": "https://github.com/acme/shop/pull/42",
       "state": "closed", "merged": true, "head": {"ref": "search", "sha": "aa"}, "base": {"ref": "main"}, "updated_at": "2026-11-24T11:59:00Z",
       "labels": [{"name": "feature"}, {"name": "ui"}], "user": {"login": "bob"}}, \#(Self.around)}
      """#
    let event = try Self.event("pull_request", body)
    #expect(event.type == "github.pull_request.closed" && event.subject == "acme/shop#42" && event.severity == .info)
    #expect(event.time.rfc3339 == "2026-11-24T11:59:00.000Z")
    #expect(
      event.text
        == "acme/shop: pull request #42 merged: Add search\nby ada\nGitHub (https://github.com/acme/shop/pull/42)")
    #expect(event.data["repository"] == "acme/shop" && event.data["sender"] == "ada" && event.data["number"] == 42)
    #expect(event.data["base"] == "main" && event.data["branch"] == "search" && event.data["conclusion"] == "merged")
    #expect(event.data["labels"] == ["feature", "ui"] && event.data["organization"] == "acme")
    #expect(event.data[path: "payload.pull_request.user.login"] == "bob")
    #expect(event.data[path: "payload.repository.keys_url"] == nil && event.data[path: "payload.repository.node_id"] == nil)
    #expect(event.data[path: "payload.repository.html_url"] == "https://github.com/acme/shop")
  }

  @Test(arguments: [
    (
      "push",
      #"{"ref": "refs/heads/main", "forced": false, "compare": "https://github.com/acme/shop/compare/a...b", "commits": [{"id": "0123456789", "message": "Fix it\n\nlong"}, {"id": "abcdefabcd", "message": "Again"}]"#,
      "github.push acme/shop info",
      "acme/shop: ada pushed 2 commits to main\n0123456 Fix it\nabcdefa Again\nGitHub (https://github.com/acme/shop/compare/a...b)"
    ),
    (
      "push", #"{"ref": "refs/tags/v1", "deleted": true, "commits": []"#, "github.push acme/shop info",
      "acme/shop: ada deleted v1\nGitHub (https://github.com/acme/shop)"
    ),
    (
      "workflow_run",
      #"{"action": "completed", "workflow_run": {"name": "CI", "head_branch": "main", "conclusion": "failure", "html_url": "https://github.com/acme/shop/actions/runs/1"}"#,
      "github.workflow_run.completed acme/shop error",
      "acme/shop: workflow run failure: CI on main\nby ada\nGitHub (https://github.com/acme/shop/actions/runs/1)"
    ),
    (
      "issue_comment",
      #"{"action": "created", "issue": {"number": 7, "title": "Slow"}, "comment": {"body": "@channel look", "html_url": "https://github.com/acme/shop/issues/7#c1"}"#,
      "github.issue_comment.created acme/shop#7 info",
      "acme/shop: issue comment #7 created: Slow\n@channel look\nby ada\nGitHub (https://github.com/acme/shop/issues/7#c1)"
    ),
    (
      "dependabot_alert",
      #"{"action": "created", "alert": {"number": 3, "state": "open", "html_url": "https://github.com/acme/shop/security/dependabot/3", "security_advisory": {"summary": "Bad regex", "severity": "critical"}}"#,
      "github.dependabot_alert.created acme/shop#3 critical",
      "acme/shop: dependabot alert #3 created: Bad regex\nby ada\nGitHub (https://github.com/acme/shop/security/dependabot/3)"
    ),
    (
      "deployment_status", #"{"action": "created", "deployment_status": {"state": "error", "target_url": "https://ci.example.com/1"}"#,
      "github.deployment_status.created acme/shop error",
      "acme/shop: deployment status error\nby ada\nGitHub (https://ci.example.com/1)"
    ),
    (
      "create", #"{"ref": "search", "ref_type": "branch""#, "github.create acme/shop info",
      "acme/shop: branch search created\nby ada\nGitHub (https://github.com/acme/shop)"
    ),
    (
      "release", #"{"action": "published", "release": {"tag_name": "v2", "name": "Two", "html_url": "javascript:alert(1)"}"#,
      "github.release.published acme/shop info", "acme/shop: release published: Two\nby ada"
    ),
    (
      "star", #"{"action": "created""#, "github.star.created acme/shop info",
      "acme/shop: star created\nby ada\nGitHub (https://github.com/acme/shop)"
    ),
  ])
  func whatIsSaid(name: String, body: String, head: String, text: String) throws {
    let event = try Self.event(name, "\(body), \(Self.around)}")
    #expect("\(event.type) \(event.subject ?? "") \(event.severity.word)" == head)
    #expect(event.text == text)
  }

  /// The form that GitHub sends unless it is told otherwise: it is signed as it comes.
  @Test func aForm() throws {
    let event = try Self.event(
      "issues", "payload=%7B%22action%22%3A%22opened%22%2C%22issue%22%3A%7B%22number%22%3A1%2C%22title%22%3A%22a+b%22%7D%7D")
    #expect(event.type == "github.issues.opened" && event.data["title"] == "a b" && event.data["number"] == 1)
  }

  @Test func onlySHA256IsBelieved() throws {
    let body = Array("{}".utf8)
    let right = SignedPosts.hex(body, "s3cret-of-shop")
    for (header, value) in [
      ("x-hub-signature", "sha256=\(right)"), ("x-hub-signature-256", right), ("x-hub-signature-256", "sha1=\(right)"),
    ] {
      let head = PostHead(headers: [.init(header, value)])
      #expect((try? SignedPosts.judge(SignedPosts.github.sender, body, head).get()) == nil, "\(header)")
    }
  }
}
