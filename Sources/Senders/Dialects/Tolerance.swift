import Bellhop

/// How far the time of a signature may be from the time here.
struct Tolerance: Sendable {
  /// Seconds into the past.
  var past: Int64
  /// Seconds into the future; nil for as far as it likes, where the vendor's own library asks no more.
  var future: Int64?

  /// The setting of dialects whose signatures have a time.
  static let field = field("5m")

  /// The same where more must be said of it.
  static func field(_ shown: String, doc more: String = "") -> Field {
    Field(
      "tolerance", .duration, value: .duration(.seconds(300)),
      doc: "how old a signature may be" + more + ": 5m unless you say so, at least 1s, at most 24h",
      example: shown)
  }

  /// So many seconds either way.
  init(seconds: Int64) { (past, future) = (seconds, seconds) }

  /// As the settings say; `isTwoSided` where a time in the future is no better than one in the past.
  init(_ values: Values, isTwoSided: Bool) {
    past = (values.duration(Self.field.name) ?? .seconds(300)).microseconds / 1_000_000
    future = isTwoSided ? past : nil
  }

  /// Mistakes of the setting.
  static func check(_ values: Values) -> [SettingMistake] {
    guard let wished = values.duration(field.name), wished < .seconds(1) || wished > .seconds(86_400) else { return [] }
    return [SettingMistake(at: [field.name], "must be from 1s to 24h", hint: "5m is usual")]
  }

  /// What is wrong with a time, in seconds since 1970; nil where it is near enough.
  func fault(of signedAt: Int64, at now: Timestamp) -> ProofFault? {
    let (difference, isBeyond) = now.seconds.subtractingReportingOverflow(signedAt)
    let age = isBeyond ? (signedAt < 0 ? .max : .min) : difference
    if age > past { return .stale(age) }
    if let future, age < -future { return .stale(age) }
    return nil
  }
}
