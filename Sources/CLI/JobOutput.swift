import Bellhop
import Dispatch
import Glibc

/// The pipes that a job prints into, and the threads that pass on what comes: unchanged, as it comes, each at the pace of its reader.
final class JobOutput: Sendable {
  private struct JobPipe {
    var reading: Int32 = -1
    var writing: Int32 = -1

    init() throws(SpawnError) {
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { throw SpawnError(reason: errno) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      (reading, writing) = (ends[0], ends[1])
    }
  }

  private let out: JobPipe
  /// The same as `out` where both go to one place: then the order between them is kept.
  private let err: JobPipe
  /// Its writing end is closed when the job has ended.
  private let over: JobPipe
  private let lines: Guarded<LastLines>
  private let pumps = DispatchGroup()
  /// This process was started with SIGPIPE ignored.
  let inheritsIgnoredPipe: Bool

  init(tail: Int) throws(SpawnError) {
    lines = Guarded(LastLines(tail))
    out = try JobPipe()
    err = Self.isOnePlace(STDOUT_FILENO, STDERR_FILENO) ? out : try JobPipe()
    over = try JobPipe()
    inheritsIgnoredPipe = JobSignals.isIgnored(SIGPIPE)
    Glibc.signal(SIGPIPE, SIG_IGN)
    // Ignored, it would leave nothing to wait for.
    Glibc.signal(SIGCHLD, SIG_DFL)
  }

  var jobsOut: Int32 { out.writing }
  var jobsErr: Int32 { err.writing }
  var lastLines: LastLines { lines.withLock { $0 } }
  private var isOne: Bool { out.reading == err.reading }

  /// The job has its ends: from now on what comes is passed on.
  func begin() {
    close(out.writing)
    pump(out.reading, to: STDOUT_FILENO, label: "bellhop.run.out")
    guard !isOne else { return }
    close(err.writing)
    pump(err.reading, to: STDERR_FILENO, label: "bellhop.run.err")
  }

  /// Comes back when all that the job itself has printed has gone out.
  func end() {
    close(over.writing)
    pumps.wait()
    close(over.reading)
  }

  /// There is no job.
  func drop() {
    for pipe in isOne ? [out, over] : [out, err, over] {
      close(pipe.reading)
      close(pipe.writing)
    }
  }

  private func pump(_ source: Int32, to place: Int32, label: String) {
    DispatchQueue(label: label).async(group: pumps) { [self] in
      pass(from: source, to: place)
      close(source)
    }
  }

  private func pass(from source: Int32, to place: Int32) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var polls = [source, over.reading].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    /// What stood in the pipe when the job had ended; processes that it left behind may print on for ever.
    var left: Int?
    var isTaken = true
    while left.map({ $0 > 0 }) ?? true {
      guard poll(&polls, 2, -1) > 0 else { continue }
      if left == nil, polls[1].revents != 0 {
        var count: Int32 = 0
        _ = ioctl(source, UInt(FIONREAD), &count)
        left = Int(count)
        polls[1].fd = -1
        continue
      }
      let count = read(source, &buffer, min(buffer.count, left ?? buffer.count))
      guard count > 0 else {
        if count < 0, errno == EINTR { continue }
        return
      }
      lines.withLock { $0.add(buffer[..<count]) }
      guard isTaken, !FileAccess.write(Array(buffer[..<count]), to: place) else {
        left = left.map { $0 - count }
        continue
      }
      // Nobody reads any more: the job is to notice, as it would without us. On a full disk it is not to suffer.
      if errno == EPIPE { return }
      Terminal.complain("bellhop: what the job prints cannot be passed on: \(FileAccess.reason())")
      isTaken = false
      left = left.map { $0 - count }
    }
  }

  private static func isOnePlace(_ one: Int32, _ other: Int32) -> Bool {
    var (first, second) = (stat(), stat())
    return fstat(one, &first) == 0 && fstat(other, &second) == 0 && first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }
}
