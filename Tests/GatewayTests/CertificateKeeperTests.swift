import Bellhop
import Foundation
import Loopback
import Settings
import Store
import Testing
import Web

@testable import Gateway

/// The certificate of the listener, in its files.
@Suite struct CertificateKeeperTests {
  private let fixture: GatewayFixture
  private let old: TestCertificate
  private let new: TestCertificate
  private let files: ServerSettings.TLSFiles

  init() throws {
    fixture = try GatewayFixture()
    old = try TestCertificate(in: fixture.folder, named: "old")
    new = try TestCertificate(in: fixture.folder, named: "new")
    files = ServerSettings.TLSFiles(certificate: "\(fixture.folder)/cert.pem", key: "\(fixture.folder)/key.pem")
  }

  private func install(_ one: TestCertificate) throws { try one.install(certificate: files.certificate, key: files.key) }

  @Test func whatIsNewAndGoodIsTakenAndWhatIsBadIsToldOnce() throws {
    let taken = Guarded(0)
    let keeper = CertificateKeeper(trouble: TroubleReporter(logger: fixture.logger, wall: { Timestamp.now }))
    try install(old)
    #expect(keeper.begin(with: files) != nil)
    keeper.serve { identity in taken.withLock { $0 += identity == nil ? 100 : 1 } }
    func look() -> (taken: Int, lines: [String]) {
      keeper.check()
      return (taken.withLock { $0 }, fixture.lines.withLock { $0 })
    }
    let rejected = "error the new certificate and key are not used; the old ones stay in force"
    let anew = "notice the certificate was read anew"
    #expect(look() == (0, []), "it is what it was")
    try install(new)
    #expect(look() == (1, [anew]) && look() == (1, [anew]))
    try Data(old.keyBytes).write(to: URL(filePath: files.key))
    #expect(look() == (1, [anew, rejected]) && look() == (1, [anew, rejected]), "once")
    try FileManager.default.removeItem(atPath: files.key)
    #expect(look() == (1, [anew, rejected, rejected]), "it is gone now: that is another trouble")
    try install(new)
    #expect(look() == (2, [anew, rejected, rejected, anew]))
    keeper.adopt(files)
    #expect(taken.withLock { $0 } == 2)
    keeper.adopt(nil)
    #expect(taken.withLock { $0 } == 102, "plain HTTP from then on")
    #expect(look().taken == 102)
    keeper.adopt(files)
    #expect(keeper.begin(with: nil) == nil)
  }

  @Test func whatCannotBeUsedIsToldWithItsPlace() throws {
    let now = Timestamp.now
    func told(_ certificate: [UInt8], _ key: [UInt8]?, at time: Timestamp = now) -> [String] {
      ListenerIdentity.check(certificate: certificate, key: key, at: time).map { "\($0.path[0]) \($0.text)\($0.isWarning ? "?" : "")" }
    }
    #expect(told(old.certificateBytes, old.keyBytes) == [] && told(old.certificateBytes, nil) == [])
    #expect(told(old.certificateBytes, new.keyBytes) == ["key the key does not belong to the certificate"])
    #expect(told(old.keyBytes, old.keyBytes) == ["certificate this is no certificate in PEM"])
    #expect(told(old.certificateBytes, old.certificateBytes) == ["key this is no private key in PEM"])
    #expect(told([], []) == ["certificate this is no certificate in PEM"])
    #expect(told(old.certificateBytes + new.certificateBytes, old.keyBytes) == [], "those that sign it stand behind it")
    let day = Duration.seconds(86_400)
    #expect(told(old.certificateBytes, old.keyBytes, at: now + day * 29) == ["certificate the certificate expires in less than a day?"])
    #expect(told(old.certificateBytes, nil, at: now + day * 20) == ["certificate the certificate expires in 9 days?"])
    #expect(told(old.certificateBytes, old.keyBytes, at: now + day * 31) == ["certificate the certificate has expired: clients refuse it?"])
  }

  @Test func checkTellsTheFileTheLineAndTheColumn() throws {
    try install(old)
    func found(_ tls: String) throws -> [String] {
      try fixture.write("server:\n  tls: \(tls)\n" + GatewayFixture.rows)
      return try Gateway.look(fixture.path).findings.map { String($0.dropFirst(fixture.folder.count + 1)) }
    }
    #expect(try found("{ certificate: cert.pem, key: ./key.pem }") == [])
    #expect(
      try found("{ certificate: cert.pem, key: new-key.pem }") == [
        "bellhop.yaml:2:38: server.tls.key: the key does not belong to the certificate; name the two that were made together"
      ])
    #expect(
      try found("{ certificate: gone.pem, key: key.pem }") == [
        #"bellhop.yaml:2:23: server.tls.certificate: the file "gone.pem" cannot be read (No such file or directory); check its path and who may read it"#
      ])
  }

  /// As an event of its own, once on a day.
  @Test func anEndIsTold() {
    var trouble = Trouble()
    let now = Timestamp(seconds: 1_800_000_000)
    let day = Duration.seconds(86_400)
    #expect(trouble.certificate("a.pem", ends: now + day * 15, at: now) == nil)
    let first = trouble.certificate("a.pem", ends: now + day * 3, at: now)
    #expect(first?.type == "bellhop.certificate.expiring" && first?.severity == .warning && first?.subject == "a.pem")
    #expect(trouble.certificate("a.pem", ends: now + day * 3, at: now + .seconds(60)) == nil)
    #expect(trouble.certificate("a.pem", ends: now + day * 3, at: now + day) != nil)
    #expect(trouble.certificate("a.pem", ends: now + day * 3, at: now + day * 4)?.severity == .error)
    let rejected = Trouble.certificateRejected(.init(certificate: "a.pem", key: "k.pem"), "key: no", at: now)
    #expect(rejected.type == "bellhop.certificate.rejected" && rejected.text.contains("the old ones stay in force"))
  }
}
