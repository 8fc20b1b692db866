import Bellhop
import NIOSSL

/// The certificate and the key with which the TCP listener speaks TLS. One value: a reload swaps it whole, and connections that are open go on
/// under the one that they began with.
public struct ListenerIdentity: Sendable {
  let context: NIOSSLContext
  /// When the certificate ends.
  public let end: Timestamp

  /// Of PEM files: the certificate with those that sign it behind it, and its key without a passphrase. Throws what is wrong with them, and
  /// whose fault it is.
  public init(certificate: [UInt8], key: [UInt8]) throws(IdentityFault) {
    let chain = try Self.chain(certificate)
    let secret: NIOSSLPrivateKey
    do { secret = try NIOSSLPrivateKey(bytes: key, format: .pem) } catch {
      throw IdentityFault("key", "this is no private key in PEM", "write the key without a passphrase: -----BEGIN PRIVATE KEY-----")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(secret))
    // https://www.rfc-editor.org/rfc/rfc8996
    configuration.minimumTLSVersion = .tlsv12
    // What this listener speaks. https://www.rfc-editor.org/rfc/rfc7301
    configuration.applicationProtocols = ["http/1.1"]
    configuration.shutdownTimeout = Patience.linger
    do { context = try NIOSSLContext(configuration: configuration) } catch {
      throw IdentityFault("key", "the key does not belong to the certificate", "name the two that were made together")
    }
    end = Self.end(of: chain)
  }

  /// Bytes in PEM as certificates; there is one at least.
  private static func chain(_ bytes: [UInt8]) throws(IdentityFault) -> [NIOSSLCertificate] {
    if let chain = try? NIOSSLCertificate.fromPEMBytes(bytes), !chain.isEmpty { return chain }
    throw IdentityFault("certificate", "this is no certificate in PEM", "it begins with -----BEGIN CERTIFICATE-----")
  }

  private static func end(of chain: [NIOSSLCertificate]) -> Timestamp {
    Timestamp(seconds: chain.first.map { Int64($0.notValidAfter) } ?? .max / 1_000_000)
  }

  /// So long before its end a certificate is told of.
  public static let notice = Duration.seconds(14 * 86_400)

  /// What is wrong with two files, at `certificate` or `key`: mistakes, and warnings of an end that is near or over. Without a key, the
  /// certificate alone is looked at.
  public static func check(certificate: [UInt8], key: [UInt8]?, at now: Timestamp) -> [SettingMistake] {
    let end: Timestamp
    do throws(IdentityFault) {
      if let key {
        end = try ListenerIdentity(certificate: certificate, key: key).end
      } else {
        end = self.end(of: try chain(certificate))
      }
    } catch {
      return [SettingMistake(at: [error.part], error.problem, hint: error.hint)]
    }
    let left = end - now
    if left > notice { return [] }
    let days = left.components.seconds / 86_400
    let problem =
      left <= .zero
      ? "the certificate has expired: clients refuse it"
      : "the certificate expires in \(days == 0 ? "less than a day" : days == 1 ? "1 day" : "\(days) days")"
    return [
      SettingMistake(at: ["certificate"], problem, hint: "put a new one in its place; the gateway sees it by itself", isWarning: true)
    ]
  }
}

/// Why a certificate and a key are not used.
public struct IdentityFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// `certificate` or `key`.
  public let part: String
  /// What is wrong with it, without its content.
  public let problem: String
  /// What to do about it.
  public let hint: String

  init(_ part: String, _ problem: String, _ hint: String) {
    self.part = part
    self.problem = problem
    self.hint = hint
  }

  /// One line for people.
  public var description: String { "\(part): \(problem); \(hint)" }
}
