import Bellhop
import Senders
import Testing

@testable import Settings

/// Who may read, in the short form and by names.
@Suite struct ReaderTests {
  private func read(_ readers: String) throws -> ReaderAccounts {
    let text = """
      readers: \(readers)
      transports: { log: { use: stdout } }
      roles: { finance: [{ to: log }], ops: [{ to: log }] }
      """
    let configuration = try load(text).get()
    #expect(configuration.warnings.isEmpty, "\(configuration.warnings)")
    return configuration.readers
  }

  @Test(arguments: [
    "0123456789abcdef", "[0123456789abcdef]", "{ token: 0123456789abcdef }", "[{ token: 0123456789abcdef }]",
  ]) func theShortFormIsAViewerOfAll(readers: String) throws {
    #expect(try read(readers) == ReaderAccounts([ReaderAccount(nil, keys: [ReaderKey(Secret("0123456789abcdef"))])]))
  }

  @Test func namesHaveSecretsAndRights() throws {
    let end = try #require(Timestamp(rfc3339: "2127-03-01T00:00:00Z"))
    let digest = Token.digest(of: "x")
    let found = try read(
      """

        ann: { secret: 0123456789abcdef }
        olaf: { secret: ["\(digest)", { token: fedcba9876543210, expires: 2127-03-01 }], role: operator }
        money: { secret: 0123456789abcdeg, only: finance }
        both: { secret: 0123456789abcdeh, role: viewer, only: [finance, ops] }
        token: { secret: 0123456789abcdei }
      """)
    #expect(found.proxy == nil)
    #expect(
      found.accounts == [
        ReaderAccount("ann", keys: [ReaderKey(Secret("0123456789abcdef"))]),
        ReaderAccount(
          "olaf", keys: [ReaderKey(Secret(digest)), ReaderKey(Secret("fedcba9876543210"), expires: end)], rights: ReaderRights(.operator)),
        ReaderAccount("money", keys: [ReaderKey(Secret("0123456789abcdeg"))], rights: ReaderRights(only: ["finance"])),
        ReaderAccount("both", keys: [ReaderKey(Secret("0123456789abcdeh"))], rights: ReaderRights(only: ["finance", "ops"])),
        ReaderAccount("token", keys: [ReaderKey(Secret("0123456789abcdei"))]),
      ])
  }

  @Test func aProxyMayNameUsers() throws {
    let found = try read(
      "{ proxy: { from: [127.0.0.1, 10.0.0.0/8], user: Remote-User, roles: { jane@example.com: operator, \"*\": { only: [finance] } } } }")
    #expect(
      found
        == ReaderAccounts(
          proxy: ProxyLogin(
            from: TrustedProxies(["127.0.0.1", "10.0.0.0/8"]), header: "remote-user",
            rights: ["jane@example.com": ReaderRights(.operator), "*": ReaderRights(only: ["finance"])])))
    #expect(try read("{ proxy: { from: 127.0.0.1, user: X-User } }").proxy?.rights == nil)
  }

  @Test func endsAreToldByName() throws {
    let text =
      "readers: { ann: { secret: { token: 0123456789abcdef, expires: 2127-03-01 } } }\ntransports: { log: { use: stdout } }\nunrouted: log"
    #expect(try load(text).get().ends.map(\.owner) == ["reader ann"])
  }
}
