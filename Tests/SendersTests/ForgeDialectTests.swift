import Bellhop
import Testing

@testable import Senders

/// GitLab, Gitea and Forgejo.
@Suite struct ForgeDialectTests {
  private static func gitlab(_ body: String, _ more: [(String, String)] = []) throws -> Event {
    let head = PostHead(headers: ([("x-gitlab-token", "s3cret-of-shop")] + more).map { PostHead.Pair($0.0, $0.1) })
    return try #require(try SignedPosts.judge(SignedPosts.gitlab.sender, Array(body.utf8), head).get().first)
  }

  private static let project =
    #""project": {"id": 1, "path_with_namespace": "acme/shop", "web_url": "https://gitlab.example.com/acme/shop"}"#

  @Test(arguments: [
    (
      #"{"object_kind": "push", "ref": "refs/heads/main", "after": "da1560886d4f", "user_username": "ada", "total_commits_count": 2, "commits": [{"id": "b6568db1bc1d", "title": "Fix", "message": "Fix\n\nmore"}]"#,
      "gitlab.push acme/shop info",
      "acme/shop: ada pushed 2 commits to main\nb6568db1 Fix\nand 1 more\nGitLab (https://gitlab.example.com/acme/shop/-/commit/da1560886d4f)"
    ),
    (
      #"{"object_kind": "push", "ref": "refs/heads/old", "after": "0000000000", "user_name": "Ada", "commits": []"#,
      "gitlab.push acme/shop info",
      "acme/shop: Ada deleted old\nGitLab (https://gitlab.example.com/acme/shop)"
    ),
    (
      #"{"object_kind": "merge_request", "user": {"username": "ada"}, "labels": [{"title": "api"}], "object_attributes": {"iid": 42, "title": "Search", "action": "merge", "state": "merged", "source_branch": "s", "target_branch": "main", "url": "https://gitlab.example.com/acme/shop/-/merge_requests/42"}"#,
      "gitlab.merge_request.merge acme/shop!42 info",
      "acme/shop: merge request !42 merged: Search\nby ada\nGitLab (https://gitlab.example.com/acme/shop/-/merge_requests/42)"
    ),
    (
      #"{"object_kind": "pipeline", "user": {"username": "ada"}, "object_attributes": {"id": 31, "ref": "main", "status": "failed"}, "commit": {"title": "Fix"}, "builds": [{"name": "test", "status": "failed"}, {"name": "lint", "status": "failed", "allow_failure": true}, {"name": "build", "status": "success"}]"#,
      "gitlab.pipeline.failed acme/shop error",
      "acme/shop: pipeline #31 failed: Fix on main\nfailed: test\nby ada\nGitLab (https://gitlab.example.com/acme/shop/-/pipelines/31)"
    ),
    (
      #"{"object_kind": "note", "user": {"username": "ada"}, "object_attributes": {"note": "Looks **fine**", "action": "create", "url": "https://gitlab.example.com/n"}, "merge_request": {"iid": 7, "title": "Search"}"#,
      "gitlab.note.create acme/shop!7 info",
      "acme/shop: note !7 created: Search\nLooks **fine**\nby ada\nGitLab (https://gitlab.example.com/n)"
    ),
    (
      #"{"object_kind": "vulnerability", "object_attributes": {"title": "CVE-1", "severity": "critical", "state": "detected"}"#,
      "gitlab.vulnerability acme/shop critical", "acme/shop: vulnerability: CVE-1\nGitLab (https://gitlab.example.com/acme/shop)"
    ),
  ])
  func gitlabSays(body: String, head: String, text: String) throws {
    let event = try Self.gitlab("\(body), \(Self.project)}")
    #expect("\(event.type) \(event.subject ?? "") \(event.severity.word)" == head)
    #expect(event.text == text)
    #expect(event.data["project"] == "acme/shop")
  }

  @Test func gitlabsHooksOfTheServer() throws {
    let event = try Self.gitlab(
      #"{"event_name": "user_create", "username": "ada", "email": "ada@example.com", "created_at": "2012-07-21T07:44:07Z"}"#)
    #expect(event.type == "gitlab.user_create" && event.subject == "ada" && event.text == "ada: user create")
    #expect(try Self.gitlab("{}", [("x-gitlab-event", "Wiki Page Hook")]).type == "gitlab.wiki_page_hook")
  }

  /// The secret token in clear, the signing token, and both where only one of them is known here.
  @Test func gitlabsProofs() throws {
    let sender = try SignedPosts.gitlab.sender
    let body = Array("{}".utf8)
    func isTaken(_ head: PostHead) -> Bool { (try? SignedPosts.judge(sender, body, head).get()) != nil }
    func token(_ token: String, _ more: [PostHead.Pair] = []) -> PostHead { PostHead(headers: [.init("x-gitlab-token", token)] + more) }
    #expect(isTaken(token("s3cret-of-shop")) && isTaken(token("s3cret-of-before")))
    #expect(!isTaken(token("s3cret-of-nobody")) && !isTaken(token("")) && !isTaken(token("s3cret-of-shop", [.init("x-gitlab-token", "x")])))
    let foreign = SignedPosts.gitlab.head(body, secret: "s3cret-of-nobody")
    #expect(!isTaken(foreign))
    #expect(isTaken(token("s3cret-of-shop", foreign.headers)) && !isTaken(token("s3cret-of-nobody", foreign.headers)))
    #expect(sender.proof(of: token("s3cret-of-nobody"), at: Timestamp(seconds: 0)) == .refused(.wrong), "told before the body is read")
  }

  @Test func gitlabsIDs() throws {
    let uuid = ("x-gitlab-event-uuid", "13792a34")
    let (one, two) = (try Self.gitlab(#"{"a": 1}"#, [uuid]).id, try Self.gitlab(#"{"a": 2}"#, [uuid]).id)
    #expect(one != two, "one event may set off others, which have its id")
    #expect(try one == Self.gitlab(#"{"a": 1}"#, [uuid]).id && one.hasPrefix("13792a34-"))
    #expect(try Self.gitlab("{}", [uuid, ("idempotency-key", "f5e5f430")]).id == "f5e5f430")
  }

  private static func gitea(_ name: String, _ body: String) throws -> Event {
    let bytes = Array(body.utf8)
    var head = SignedPosts.gitea("gitea").head(bytes)
    if body.hasPrefix("payload=") { head.headers.append(.init("content-type", "application/x-www-form-urlencoded")) }
    head.headers = head.headers.map { $0.name == "x-gitea-event" ? .init($0.name, name) : $0 }
    return try #require(try SignedPosts.judge(SignedPosts.gitea("gitea").sender, bytes, head).get().first)
  }

  @Test func gitea() throws {
    let push = try Self.gitea(
      "push",
      #"""
      {"ref": "refs/heads/main", "before": "28e1879d029c", "after": "bffeb74224043", "compare_url": "https://git.example.com/acme/shop/compare/2...b",
       "commits": [{"id": "bffeb74224043ba2", "message": "Webhooks Yay!\n", "author": {"name": "Ada"}}], "total_commits": 1,
       "repository": {"full_name": "acme/shop", "html_url": "https://git.example.com/acme/shop"}, "pusher": {"login": "ada"}, "sender": {"login": "ada"}}
      """#)
    #expect(push.type == "gitea.push" && push.subject == "acme/shop" && push.id == "f6266f16-1bf3" && push.data["branch"] == "main")
    #expect(
      push.text == "acme/shop: ada pushed 1 commit to main\nbffeb74 Webhooks Yay!\nGitea (https://git.example.com/acme/shop/compare/2...b)")
    let issue = try Self.gitea(
      "issues",
      #"payload=%7B%22action%22%3A%22opened%22%2C%22number%22%3A3%2C%22issue%22%3A%7B%22title%22%3A%22Slow%22%7D%2C%22repository%22%3A%7B%22full_name%22%3A%22a%2Fb%22%7D%7D"#
    )
    #expect(issue.type == "gitea.issues.opened" && issue.subject == "a/b#3" && issue.text == "a/b: issue #3 opened: Slow")
  }
}
