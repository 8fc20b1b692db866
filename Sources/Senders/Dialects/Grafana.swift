import Bellhop
import Crypto

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

  /// Seconds by which the clocks of the two may differ, and how long a request may take.
  private static let tolerance: Int64 = 300

  func proof(of head: PostHead) -> Proof {
    guard head.headers.contains(where: { signatureHeaders.contains($0.name) }) else { return .anywhere(head) }
    let given = signatureHeaders.lazy.compactMap { head.header($0) }.first
    let time = timestampHeader.map { head.header($0) }
    return .overBody { body, secrets, now in Self.fault(given, time, body, secrets, now) }
  }

  /// Hexadecimal HMAC-SHA256 over the body, or over `time:body`.
  /// https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/#hmac-signature
  /// - Parameter time: nil where none is signed; nothing in it where it should be there and is not.
  private static func fault(_ signature: String?, _ time: String??, _ body: [UInt8], _ secrets: [Secret], _ now: Timestamp) -> ProofFault? {
    guard let code = signature.flatMap(bytes) else { return .wrong }
    var before: [UInt8] = []
    var age: Int64 = 0
    if let time {
      guard let time, let seconds = Int64(time) else { return .missing("the time of the signature") }
      before = Array("\(time):".utf8)
      age = now.seconds.subtractingReportingOverflow(seconds).partialValue
    }
    var isRight = false
    for secret in secrets where !secret.isEmpty {
      var mac = HMAC<SHA256>(key: SymmetricKey(data: Array(secret.reveal().utf8)))
      mac.update(data: before)
      mac.update(data: body)
      if sameBytes(Array(mac.finalize()), code) { isRight = true }
    }
    if !isRight { return .wrong }
    if age > tolerance { return .stale(age) }
    return age < -tolerance ? .wrong : nil
  }

  /// Compared in a time that tells nothing.
  private static func sameBytes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func bytes(_ hex: String) -> [UInt8]? {
    let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == 64, hex.utf8.count == 64 else { return nil }
    return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    PostBody.object(body, head).map { AlertGroup(tool: "grafana", object: $0, reminds: reminds, now: now).drafts() }
  }

  func answer(_ outcome: PostOutcome, to head: PostHead) -> PostAnswer? { AlertGroup.answer(outcome) }
}
