import Bellhop

extension Dialect {
  /// Grafana's unified alerting, version 1 of its webhook.
  /// https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
  static let grafana = Dialect(
    name: "grafana", doc: "Grafana's alerting webhook: an event for each alert of a group",
    notes: [
      "https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/",
      "Types are grafana.firing and grafana.resolved; the subject is the alert's name with its labels, and data.labels has them all.",
      "With HMAC in the contact point the secret signs the body: set timestamp_header here too where it is set there.",
      "An alert that is told again is a duplicate until it is resolved; with reminders: yes it is an event again.",
    ],
    secret: "the key of HMAC, a token, a password, or the last piece of the address", takesDigest: false,
    settings: [GrafanaReceiver.signatureField, GrafanaReceiver.timestampField, reminders],
    proof: "HMAC over the body, Authorization: Bearer, the password of Basic, or the key in the address", example: alertExample,
    methods: ["POST", "PUT"], limit: alertLimit, batch: 10_000, pressure: 503
  ) { values in
    let header = values.string(GrafanaReceiver.signatureField.name).map { [$0.lowercased()] }
    return GrafanaReceiver(
      signatureHeaders: header ?? ["x-grafana-alerting-signature", "x-grafana-alert-signature"],
      timestampHeader: values.string(GrafanaReceiver.timestampField.name)?.lowercased(), reminds: values.bool(reminders.name) ?? false)
  }
}

/// Grafana's webhook.
struct GrafanaReceiver: Receiver {
  static let signatureField = Field(
    "signature_header", .string, doc: "the header of HMAC's signature, where it is not Grafana's default", example: "X-Signature")
  static let timestampField = Field(
    "timestamp_header", .string, doc: "the header of HMAC's time, where it is signed with the body; then signatures end after 5 minutes",
    example: "X-Timestamp")

  /// In lower case.
  let signatureHeaders: [String]
  let timestampHeader: String?
  let reminds: Bool

  /// How far the clocks of the two may differ, and how long a request may take.
  private static let tolerance = Tolerance(seconds: 300)

  /// Hexadecimal HMAC-SHA256 over the body, or over `time:body`.
  /// https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/#hmac-signature
  func proof(of head: PostHead) -> Proof {
    guard head.headers.contains(where: { signatureHeaders.contains($0.name) }) else { return .anywhere(head) }
    var signature = BodySignature([signatureHeaders.lazy.compactMap { head.header($0) }.first].compactMap { $0 })
    if let timestampHeader {
      guard let time = head.header(timestampHeader), let seconds = SignatureWords.seconds(time) else {
        return .decided(.missing("the time of the signature"))
      }
      signature.before = Array("\(time):".utf8)
      signature.signedAt = seconds
      signature.tolerance = Self.tolerance
    }
    return signature.proof
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head).map { AlertGroup(tool: "grafana", object: $0, reminds: reminds, now: now).drafts() }
  }

  func answer(_ outcome: PostOutcome, to head: PostHead) -> PostAnswer? { AlertGroup.answer(outcome) }
}
