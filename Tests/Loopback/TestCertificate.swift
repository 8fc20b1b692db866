import Foundation

/// A certificate for `localhost` and 127.0.0.1, signed by itself, and its key: in PEM, made by openssl.
public struct TestCertificate: Sendable {
  /// The path of the certificate.
  public let certificate: String
  /// The path of its key.
  public let key: String

  /// Makes `NAME.pem` and `NAME-key.pem` in a folder.
  public init(in folder: String, named name: String) throws {
    certificate = "\(folder)/\(name).pem"
    key = "\(folder)/\(name)-key.pem"
    let arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", certificate, "-days",
      "30", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
    ]
    waitpid(try Tool.spawn(try Tool.path("openssl"), arguments), nil, 0)
    guard FileManager.default.fileExists(atPath: certificate) else { throw ToolError(name: "openssl") }
  }

  /// The bytes of the certificate.
  public var certificateBytes: [UInt8] { (try? [UInt8](Data(contentsOf: URL(filePath: certificate)))) ?? [] }
  /// The bytes of the key.
  public var keyBytes: [UInt8] { (try? [UInt8](Data(contentsOf: URL(filePath: key)))) ?? [] }

  /// Puts both where a gateway looks for them.
  public func install(certificate: String, key: String) throws {
    try Data(certificateBytes).write(to: URL(filePath: certificate))
    try Data(keyBytes).write(to: URL(filePath: key))
  }
}
