import Bellhop
import Testing

@testable import Settings

/// Secrets that have an end.
@Suite struct SecretEndTests {
  private static let now = Timestamp(seconds: 1_800_000_000)

  private func found(_ section: String) -> Result<Configuration, Mistakes> {
    let text = "\(section)\ntransports: { log: { use: stdout } }\nunrouted: log\n"
    return Result { () throws(Mistakes) in
      try Configuration.load(
        path: "a.yaml", kinds: Lookalikes.kinds, environment: { $0 == "TOKEN" ? "0123456789abcdef" : nil },
        readFile: { _ throws(FileError) in Array(text.utf8) }, now: Self.now)
    }
  }

  @Test(arguments: [
    ("2027-01-15T08:00:00Z", "this secret has expired: it lets nobody in"), ("2020-01-01", "this secret has expired: it lets nobody in"),
    ("2027-01-16", "this secret expires in less than a day"), ("2027-01-17", "this secret expires in 1 day"),
    ("2027-01-29", "this secret expires in 13 days"), ("2027-01-30", nil), ("2030-01-01T00:00:00+01:00", nil),
  ]) func anEndThatIsNearIsTold(end: String, problem: String?) throws {
    for section in [
      "senders: { shop: { secret: [{ token: \"${TOKEN}\", expires: \(end) }, fedcba9876543210] } }",
      "readers: { token: \"${TOKEN}\", expires: \"\(end)\" }",
    ] {
      let configuration = try found(section).get()
      #expect(configuration.warnings.map(\.problem) == (problem.map { [$0] } ?? []), "\(section)")
      let at = try #require(Timestamp(rfc3339: end) ?? Timestamp(rfc3339: end + "T00:00:00Z"))
      #expect(configuration.ends.map(\.at) == [at])
      #expect(["sender shop", "readers"].contains(configuration.ends.first?.owner))
    }
  }

  @Test func anEndHidesNoMistake() {
    guard case .failure(let mistakes) = found("senders: { shop: { secret: { token: \"sha256:abc\", expires: 2127-01-01 } } }") else {
      Issue.record("it is no digest")
      return
    }
    #expect(mistakes.all.map(\.problem) == ["this is no digest of a token"])
  }
}
