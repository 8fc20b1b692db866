import Bellhop

extension Dialect {
  /// GitHub's webhooks. https://docs.github.com/webhooks
  static let github = Dialect(
    name: "github", doc: "GitHub's webhooks of repositories, organizations and apps",
    notes: [
      "https://docs.github.com/webhooks",
      "Both content types are taken: JSON, and the form that GitHub sends by default. The first delivery is github.ping, of severity debug.",
      "X-GitHub-Event and action make the type: github.pull_request.opened, github.push. The subject is acme/shop#42, or acme/shop.",
      "data has event, action, repository, sender, number, title, branch, conclusion, url and more; data.payload is GitHub's own JSON without",
      "its addresses of the API.",
    ],
    secret: "the webhook's secret", takesDigest: false, proof: "X-Hub-Signature-256 over the body",
    example:
      #"-H 'Content-Type: application/json' -H 'X-GitHub-Event: ping' -d '{"zen": "Keep it simple"}' -H "X-Hub-Signature-256: sha256=$(printf '{"zen": "Keep it simple"}' | openssl dgst -sha256 -hmac 'SECRET' -r | cut -c1-64)""#,
    // GitHub sends up to 25 MB: this is as much as all posts together may take before they have proved anything.
    limit: 16 << 20, patience: .seconds(10)
  ) { _ in GitHubReceiver() }
}

/// GitHub's webhooks. https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
struct GitHubReceiver: Receiver {
  func proof(of head: PostHead) -> Proof {
    guard let header = head.header("x-hub-signature-256") else { return .decided(.missing("the header X-Hub-Signature-256")) }
    // The older X-Hub-Signature is SHA-1 and stands beside it: whoever could forge that one must not get in by it.
    guard header.hasPrefix("sha256=") else { return .decided(.wrong) }
    return BodySignature([header.dropFirst("sha256=".count)]).proof
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head, field: "payload").map { payload in
      let event = ForgeEvent(forge: "github", event: head.header("x-github-event"), payload: payload)
      return [event.draft(id: head.header("x-github-delivery"), at: now)]
    }
  }
}
