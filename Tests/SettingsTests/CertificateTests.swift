import Bellhop
import Testing

@testable import Settings

/// Files of certificates that the configuration names.
@Suite struct CertificateTests {
  private func found(_ ca: String, _ file: String = "conf/bellhop.yaml", _ unset: Configuration.Unset = .mistake) -> [String] {
    let text = "transports: { mail: { use: email, from: a@b.c, ca: \(ca) } }\nunrouted: { mail: { to: [a@b.c] } }"
    let read = { (path: String) throws(FileError) -> [UInt8] in
      if path == file { return Array(text.utf8) }
      if path == "/etc/secret.pem" { throw FileError("Permission denied", isDenied: true) }
      guard let found = Lookalikes.files[path] else { throw FileError("No such file or directory") }
      return found
    }
    do throws(Mistakes) {
      let configuration = try Configuration.load(
        path: file, kinds: Lookalikes.kinds, environment: { _ in nil }, readFile: read, unset: unset)
      return [configuration.transports.first?.values.string("ca") ?? "-"] + configuration.unknown
    } catch {
      return error.all.map(\.problem)
    }
  }

  @Test func theyAreBesideTheConfiguration() {
    #expect(found("/etc/ca.pem") == ["/etc/ca.pem"])
    #expect(found("./own.pem") == ["conf/own.pem"] && found("own.pem") == ["conf/own.pem"])
    #expect(found("own.pem", "bellhop.yaml") == [#"the file "own.pem" cannot be read (No such file or directory)"#])
    #expect(found("/etc/key.pem") == [#"the file "/etc/key.pem" cannot be read (No such file or directory)"#])
    #expect(found("key.pem", "bellhop.yaml") == [#""key.pem" holds no certificate"#])
  }

  /// What only the service may read is unknown to others, and no mistake of the file.
  @Test func whatOthersMayReadIsUnknownHere() {
    #expect(found("/etc/secret.pem") == [#"the file "/etc/secret.pem" cannot be read (Permission denied)"#])
    #expect(found("/etc/secret.pem", "bellhop.yaml", .unknown) == ["/etc/secret.pem", "/etc/secret.pem"])
    #expect(found("/etc/gone.pem", "bellhop.yaml", .unknown).count == 1)
  }
}
