import Bellhop
import Glibc
import Logging
import Senders
import Web

struct Running: Sendable {
  let site: Site
  let desk: FakeDesk
  let port: Int
}

var quietLogger: Logger {
  var logger = Logger(label: "web-tests") { _ in SwiftLogNoOpLogHandler() }
  logger.logLevel = .critical
  return logger
}

/// The machine's wall clock.
let wallClock: @Sendable () -> Timestamp = {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
}

/// Runs a site on a free port while the body runs, and sees it end.
func withSite(
  _ settings: SiteSettings = SiteSettings(), logger: Logger = quietLogger, _ body: (Running) async throws -> Void
) async throws {
  var settings = settings
  settings.port = 0
  let desk = FakeDesk()
  let site = Site(settings: settings, desk: desk, logger: logger, now: wallClock)
  let opened = AsyncStream<Int>.makeStream()
  let running = Task {
    defer { opened.continuation.finish() }
    try await site.run { opened.continuation.yield($0) }
  }
  var ports = opened.stream.makeAsyncIterator()
  if let port = await ports.next() {
    do {
      try await body(Running(site: site, desk: desk, port: port))
    } catch {
      running.cancel()
      _ = await running.result
      throw error
    }
  }
  running.cancel()
  try await running.value
}

/// Readers without names, who see all.
func readers(_ keys: ReaderKey...) -> ReaderAccounts { ReaderAccounts([ReaderAccount(nil, keys: keys)]) }

/// A folder that goes when the body is done.
func withFolder(_ body: (String) async throws -> Void) async throws {
  var template = Array("/tmp/bellhop-web-XXXXXX".utf8CString)
  _ = mkdtemp(&template)
  let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer {
    unlink(folder + "/bellhop.sock")
    rmdir(folder)
  }
  try await body(folder)
}

/// A site that listens at a unix socket too, whose path the body gets.
func withSocket(
  _ settings: SiteSettings = SiteSettings(), logger: Logger = quietLogger, _ body: (Running, String) async throws -> Void
) async throws {
  try await withFolder { folder in
    var settings = settings
    settings.socketPath = folder + "/bellhop.sock"
    try await withSite(settings, logger: logger) { try await body($0, folder + "/bellhop.sock") }
  }
}
