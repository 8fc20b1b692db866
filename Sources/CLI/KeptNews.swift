import Bellhop
import Glibc

/// Where news of jobs wait until a gateway has taken them.
protocol NewsStore: Sendable {
  func add(_ event: JSON.Object) throws(CommandEnd)
  /// The oldest, as many as one request takes.
  func oldest() throws(CommandEnd) -> [[UInt8]]
  func remove(_ lines: [[UInt8]]) throws(CommandEnd)
  /// Calls `work` when nobody else brings these, so that their order is kept; false where somebody else does until `deadline`.
  func alone(until deadline: ContinuousClock.Instant, _ work: () async -> Void) async -> Bool
  /// Where, for people; nil for what is lost with this process.
  var place: String? { get }
}

/// In a file for each gateway, in the user's own state folder: what is written there outlives this process, however it ends.
struct KeptNews: NewsStore {
  let folder: String
  let path: String
  let host: String

  var place: String? { path }

  /// - Parameter gateway: its name among others.
  init(folder: String, gateway: String, host: String) {
    self.folder = folder
    self.host = host
    path = "\(folder)/\(String(fingerprint(gateway), radix: 16)).ndjson"
  }

  /// What waits for a gateway; nil for nothing.
  static func waiting(for gateway: String) -> KeptNews? {
    guard let folder = StateFolder.path else { return nil }
    let kept = KeptNews(folder: folder, gateway: gateway, host: StateFolder.host)
    return FileAccess.exists(kept.path) ? kept : nil
  }

  func add(_ event: JSON.Object) throws(CommandEnd) {
    let line = JSON.object(event).bytes
    try locked { () throws(CommandEnd) in
      let old = FileAccess.exists(path) ? try FileAccess.read(path) : []
      guard old.count + line.count + 2 > NewsLines.limit else {
        let isBroken = old.last.map { $0 != UInt8(ascii: "\n") } ?? false
        return try write((isBroken ? [UInt8(ascii: "\n")] : []) + line + [UInt8(ascii: "\n")], to: path, O_APPEND)
      }
      var lines = NewsLines(old)
      lines.add(line) { NewsLines.told($0, on: host, now: .now) }
      try replace(lines)
    }
  }

  func oldest() throws(CommandEnd) -> [[UInt8]] {
    try locked { () throws(CommandEnd) in FileAccess.exists(path) ? NewsLines(try FileAccess.read(path)).oldest() : [] }
  }

  func remove(_ gone: [[UInt8]]) throws(CommandEnd) {
    try locked { () throws(CommandEnd) in
      guard FileAccess.exists(path) else { return }
      var lines = NewsLines(try FileAccess.read(path))
      lines.remove(gone)
      if lines.lines.isEmpty { unlink(path) } else { try replace(lines) }
    }
  }

  func alone(until deadline: ContinuousClock.Instant, _ work: () async -> Void) async -> Bool {
    let descriptor = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    // Without it two may bring the same: the gateway knows the ids.
    guard descriptor >= 0 else {
      await work()
      return true
    }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard ContinuousClock.now < deadline else { return false }
      // Cancelled, it still waits for its turn until the deadline.
      await Task { try? await Task.sleep(for: .milliseconds(10)) }.value
    }
    await work()
    return true
  }

  /// Held for as long as a file is read or written; whoever stops in it must not stop a job.
  private func locked<Result>(_ work: () throws(CommandEnd) -> Result) throws(CommandEnd) -> Result {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .wanting("cannot look into \(folder): \(FileAccess.reason())") }
    defer { close(descriptor) }
    var tries = 0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      tries += 1
      guard tries < 500 else { throw .wanting("\(folder) is locked by another process, which does not go on") }
      usleep(2_000)
    }
    return try work()
  }

  private func replace(_ lines: NewsLines) throws(CommandEnd) {
    let new = "\(path).new"
    try write(lines.bytes, to: new, O_TRUNC)
    guard rename(new, path) == 0 else { throw .wanting("cannot write \(path): \(FileAccess.reason())") }
  }

  private func write(_ bytes: [UInt8], to path: String, _ mode: Int32) throws(CommandEnd) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | mode, 0o600)
    guard descriptor >= 0 else { throw .wanting("cannot write \(path): \(FileAccess.reason())") }
    defer { close(descriptor) }
    guard FileAccess.write(bytes, to: descriptor) else { throw .wanting("cannot write \(path): \(FileAccess.reason())") }
  }
}

/// In memory, where there is no place for a file.
final class FleetingNews: NewsStore {
  private let lines = Guarded(NewsLines())
  private let host: String

  init(host: String) { self.host = host }

  var place: String? { nil }

  func add(_ event: JSON.Object) {
    let line = JSON.object(event).bytes
    lines.withLock { [host] in $0.add(line) { NewsLines.told($0, on: host, now: .now) } }
  }

  func oldest() -> [[UInt8]] { lines.withLock { $0.oldest() } }

  func remove(_ gone: [[UInt8]]) { lines.withLock { $0.remove(gone) } }

  func alone(until deadline: ContinuousClock.Instant, _ work: () async -> Void) async -> Bool {
    await work()
    return true
  }
}
