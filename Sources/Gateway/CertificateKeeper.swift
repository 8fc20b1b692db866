import Bellhop
import Dispatch
import ServiceLifecycle
import Settings
import Web

/// Sees to it that the listener speaks with the certificate and the key that are in their files now. What cannot be used is told, once, and
/// the old pair stays in force.
final class CertificateKeeper: Service {
  /// Nobody renews a certificate more often.
  static let pace = Duration.seconds(60)

  private let trouble: TroubleReporter
  private let read: @Sendable (String) throws(FileError) -> [UInt8]
  private let state = Guarded(KeeperState())

  private struct KeeperState {
    var files: ServerSettings.TLSFiles?
    /// Of what was looked at last, good or bad.
    var seen: UInt64?
    var end: Timestamp?
    var use: (@Sendable (ListenerIdentity?) -> Void)?
  }

  init(
    trouble: TroubleReporter,
    read: @escaping @Sendable (String) throws(FileError) -> [UInt8] = { path throws(FileError) in try Files.read(path) }
  ) {
    self.trouble = trouble
    self.read = read
  }

  /// The pair to begin with; nil where there are no files, or they cannot be used.
  func begin(with files: ServerSettings.TLSFiles?) -> ListenerIdentity? {
    state.withLock { $0.files = files }
    guard case .new(let identity)? = files.map(look) else { return nil }
    return identity
  }

  /// Who is to speak with what is found from now on.
  func serve(_ use: @escaping @Sendable (ListenerIdentity?) -> Void) { state.withLock { $0.use = use } }

  /// Other files, or none; the same ones are looked at anew.
  func adopt(_ files: ServerSettings.TLSFiles?) {
    let isOther = state.withLock { state in
      defer { state.files = files }
      return state.files != files
    }
    if files == nil {
      if isOther { use(nil) }
    } else {
      check()
    }
  }

  /// Looks at the files, and takes what is new and good.
  func check() {
    guard let files = state.withLock({ $0.files }) else { return }
    switch look(files) {
    case .same: break
    case .new(let identity):
      use(identity)
      trouble.logger.notice(
        "the certificate was read anew", metadata: ["file": .string(files.certificate), "until": .string(identity.end.rfc3339)])
    case .bad(let why): trouble.certificateRejected(files, why)
    }
    if let end = state.withLock({ $0.end }) { trouble.certificate(files.certificate, ends: end) }
  }

  func run() async throws {
    try? await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try await Task.sleep(for: Self.pace)
        // Files on a network that has gone keep who reads them: on a thread of its own that holds up nobody else.
        await withCheckedContinuation { continuation in
          DispatchQueue.global().async {
            self.check()
            continuation.resume()
          }
        }
      }
    }
  }

  private func use(_ identity: ListenerIdentity?) { state.withLock { $0.use }?(identity) }

  private enum Look {
    case same
    case new(ListenerIdentity)
    case bad(String)
  }

  private func look(_ files: ServerSettings.TLSFiles) -> Look {
    let found: Result<(certificate: [UInt8], key: [UInt8]), FileError> = Result { () throws(FileError) in
      (try read(files.certificate), try read(files.key))
    }
    let mark: UInt64 =
      switch found {
      case .success(let pair): fingerprint(Array(files.certificate.utf8) + [0] + pair.certificate + [0] + pair.key)
      case .failure(let error): fingerprint(Array("\(files.certificate) \(error)".utf8))
      }
    let isSeen = state.withLock { state in
      defer { state.seen = mark }
      return state.seen == mark
    }
    if isSeen { return .same }
    do {
      let pair = try found.get()
      let identity = try ListenerIdentity(certificate: pair.certificate, key: pair.key)
      state.withLock { $0.end = identity.end }
      return .new(identity)
    } catch {
      return .bad("\(error)")
    }
  }
}
