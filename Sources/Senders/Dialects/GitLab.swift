import Bellhop

extension Dialect {
  /// GitLab's webhooks. https://docs.gitlab.com/user/project/integrations/webhooks/
  static let gitlab = Dialect(
    name: "gitlab", doc: "GitLab's webhooks of projects, groups and the whole server, with a signing token or a secret token",
    notes: [
      "https://docs.gitlab.com/user/project/integrations/webhooks/",
      "The signing token (whsec_…) signs each post and is the better one; the secret token stands in X-Gitlab-Token as it is. Either goes under",
      "`secret:`, or both in a list.",
      "object_kind and the action or status make the type: gitlab.merge_request.open, gitlab.pipeline.failed, gitlab.push. The subject is",
      "acme/shop!42, acme/shop#42 or acme/shop. data has event, action, project, user, number, title, branch, base, status, url and more;",
      "data.payload is GitLab's own JSON.",
    ],
    secret: "the signing token whsec_…, or the secret token", takesDigest: false, settings: [Tolerance.field],
    proof: "webhook-signature over the body, or X-Gitlab-Token",
    example: #"-H 'Content-Type: application/json' -H 'X-Gitlab-Token: SECRET' -d '{"object_kind": "push", "ref": "refs/heads/main"}'"#,
    limit: 16 << 20, check: Tolerance.check, checkSecret: Self.gitlabSecret
  ) { GitLabReceiver(tolerance: Tolerance($0, isTwoSided: true)) }

  /// What everybody may know would be a token that everybody has.
  @Sendable private static func gitlabSecret(_ secret: Secret) -> SettingMistake? {
    guard !secret.reveal().hasPrefix("whpk_") else {
      return SettingMistake("is a public key, and GitLab has none", hint: "take the signing token whsec_…, or a secret token of your own")
    }
    return StandardSignature.mistake(secret)
  }
}

/// GitLab's webhooks.
struct GitLabReceiver: Receiver {
  let tolerance: Tolerance

  func proof(of head: PostHead) -> Proof {
    let token = head.header("x-gitlab-token")
    guard let signature = signature(of: head) else { return .offered(token) }
    // GitLab sends both where it has both, and here only one of them may be known.
    return .overBody { body, secrets, now in
      var isKnown = false
      for secret in secrets { if let token, secret.matches(token.utf8) { isKnown = true } }
      let fault = signature.fault(over: body, secrets, now)
      return isKnown ? nil : fault
    }
  }

  private func signature(of head: PostHead) -> StandardSignature? { StandardSignature(head, tolerance, prefixes: ["webhook"]) }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head, field: "payload").map { payload in
      let event = GitLabEvent(payload: payload, name: head.header("x-gitlab-event"))
      return [event.draft(id: id(of: head, body), at: now)]
    }
  }

  /// Servers of before 17.4 have no key of a delivery. Their event's id is shared by all that one event set off, so that the body tells too.
  private func id(of head: PostHead, _ body: [UInt8]) -> String? {
    if let id = signature(of: head)?.id ?? head.header("idempotency-key") { return id }
    guard let event = head.header("x-gitlab-event-uuid") else { return nil }
    return "\(event)-\(MadeID.digest([body]))"
  }
}
