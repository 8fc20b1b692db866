import Bellhop

extension Dialect {
  /// Webhooks of Gitea, Forgejo and Gogs. https://docs.gitea.com/usage/repository/webhooks https://forgejo.org/docs/latest/user/webhooks/
  static let gitea = Dialect(
    name: "gitea", doc: "webhooks of Gitea, Forgejo (and so Codeberg) and Gogs",
    notes: [
      "https://docs.gitea.com/usage/repository/webhooks https://forgejo.org/docs/latest/user/webhooks/",
      "Choose the method POST, and either content type. Types are gitea.<event>.<action>, as X-Gitea-Event and action say: gitea.push,",
      "gitea.pull_request.opened. What else becomes of it is told by `bellhop senders github`: the two write the same.",
    ],
    secret: "the webhook's secret", takesDigest: false, proof: "X-Gitea-Signature or X-Forgejo-Signature over the body",
    example:
      #"-H 'Content-Type: application/json' -H 'X-Gitea-Event: push' -d '{"ref": "refs/heads/main"}' -H "X-Gitea-Signature: $(printf '{"ref": "refs/heads/main"}' | openssl dgst -sha256 -hmac 'SECRET' -r | cut -c1-64)""#,
    // A form is decoded before it has proved anything, and what Gitea sends is small: it lists 15 commits at most.
    limit: 4 << 20
  ) { _ in GiteaReceiver() }
}

/// Webhooks of Gitea and what came of it and before it: each sends its own headers and those of its ancestors.
struct GiteaReceiver: Receiver {
  private static let families = ["forgejo", "gitea", "gogs"]

  private func header(_ head: PostHead, _ name: String) -> String? {
    for family in Self.families { if let value = head.header("x-\(family)-\(name)") { return value } }
    return nil
  }

  func proof(of head: PostHead) -> Proof {
    guard let code = header(head, "signature") else { return .decided(.missing("the header X-Gitea-Signature")) }
    let signature = BodySignature([code])
    return .overBody { body, secrets, now in
      // In a form the signature is over what stands in `payload`, decoded, and not over the body.
      // https://github.com/go-gitea/gitea/blob/main/services/webhook/deliver.go
      if head.media.name == "application/x-www-form-urlencoded" {
        guard let payload = FormFields.pairs(body)?.first(where: { $0.name == "payload" })?.value else { return .wrong }
        return signature.fault(over: Array(payload.utf8), secrets, now)
      }
      return signature.fault(over: body, secrets, now)
    }
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head, field: "payload").map { payload in
      [ForgeEvent(forge: "gitea", event: header(head, "event"), payload: payload).draft(id: header(head, "delivery"), at: now)]
    }
  }
}
