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

  /// Whatever lets somebody in may end: keys in pages, and the secrets of gateways that call in.
  @Test func keysAndSecretsOfOthersEndToo() throws {
    let site =
      "senders: { site: { use: browser, origins: [https://a.example], key: [pk_live_2, { token: pk_live_1, expires: 2127-03-01 }] } }"
    let page = try found(site).get()
    #expect(page.ends.map(\.owner) == ["sender site"] && page.warnings.isEmpty)
    #expect(page.senders.first.map { $0.dialect.publicKeys($0.values) } == [Secret("pk_live_2"), Secret("pk_live_1")])
    #expect(try found(site.replacing("2127-03-01", with: "2027-01-16")).get().warnings.map(\.path) == ["senders.site.key[1].expires"])
    let text =
      "transports: { pi: { use: remote, secret: [{ token: \"${TOKEN}\", expires: 2127-03-01 }, fedcba9876543210] } }\nunrouted: pi\n"
    let field = Field("secret", .list(.dated(.secret)), required: true, doc: "Who.", example: "x")
    let remote = Kind(name: "remote", doc: "Calls in.", settings: [field], target: []) { _ in Lookalikes.Nowhere() }
    let configuration = try Configuration.load(
      path: "a.yaml", kinds: [remote], environment: { $0 == "TOKEN" ? "0123456789abcdef" : nil },
      readFile: { _ throws(FileError) in Array(text.utf8) }, now: Self.now)
    #expect(configuration.ends.map(\.owner) == ["transport pi"])
    let keys = try #require(configuration.transports.first).values.keys("secret")
    #expect(keys.map { $0.key.reveal() } == ["0123456789abcdef", "fedcba9876543210"] && keys.map { $0.until == nil } == [false, true])
  }

  @Test func anEndHidesNoMistake() {
    guard case .failure(let mistakes) = found("senders: { shop: { secret: { token: \"sha256:abc\", expires: 2127-01-01 } } }") else {
      Issue.record("it is no digest")
      return
    }
    #expect(mistakes.all.map(\.problem) == ["this is no digest of a token"])
  }
}
