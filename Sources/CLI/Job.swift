import Bellhop
import Dispatch
import Glibc

/// A command under way. What it prints goes out as it comes. It leads a process group of its own, unless somebody sits at the terminal: there
/// it stays in the group of this process, as the shell would have it, so that it may read what is typed.
final class Job: Sendable {
  private enum JobPhase {
    case running
    case over(JobEnd)
  }

  private let pid: pid_t
  private let sharesGroup: Bool
  private let output: JobOutput
  private let phase = Guarded(JobPhase.running)

  /// Starts it. Throws the reason of `errno` where that fails.
  init(_ command: [String], tail: Int) throws(SpawnError) {
    output = try JobOutput(tail: tail)
    sharesGroup = isatty(STDIN_FILENO) == 1 && tcgetpgrp(STDIN_FILENO) == getpgrp()
    do throws(SpawnError) { pid = try Self.spawn(command, output, leads: !sharesGroup) } catch {
      output.drop()
      throw error
    }
    output.begin()
  }

  /// While the job lives, for its whole group; where that is ours too, for the job alone.
  func signal(_ number: Int32) {
    phase.withLock { phase in
      if case .running = phase { kill(sharesGroup ? pid : -pid, number) }
    }
  }

  /// One that this process got. What the terminal sends to a group the job has heard already.
  func pass(_ signal: PassedSignal) {
    if !(sharesGroup && signal.isOfTerminal) { self.signal(signal.number) }
  }

  /// How it ended; nil while it runs.
  var end: JobEnd? { phase.withLock { if case .over(let end) = $0 { end } else { nil } } }

  /// The end of what it has printed so far, and how many bytes it printed.
  var lastLines: LastLines { output.lastLines }

  /// Comes back when the job has ended and what it printed has gone out. Processes that it left behind are not waited for.
  func ended() async -> JobEnd {
    await withCheckedContinuation { continuation in
      DispatchQueue(label: "bellhop.run.wait").async { [self] in
        let end = waited()
        output.end()
        continuation.resume(returning: end)
      }
    }
  }

  private func waited() -> JobEnd {
    var info = siginfo_t()
    // The number stays the job's until it is known not to be signalled any more.
    while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    return phase.withLock { phase in
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0, errno == EINTR {}
      let end = JobEnd(waited: status)
      phase = .over(end)
      return end
    }
  }

  private static func spawn(_ command: [String], _ output: JobOutput, leads: Bool) throws(SpawnError) -> pid_t {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_adddup2(&files, output.jobsOut, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&files, output.jobsErr, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (mask, defaults) = (sigset_t(), sigset_t())
    // Our own threads mask signals that the job is to hear.
    sigemptyset(&mask)
    sigemptyset(&defaults)
    // Ours is ignored, so that a reader who goes away ends the job and not us.
    if !output.inheritsIgnoredPipe { sigaddset(&defaults, SIGPIPE) }
    posix_spawnattr_setsigmask(&attributes, &mask)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (leads ? POSIX_SPAWN_SETPGROUP : 0)))
    var words = command.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var pid = pid_t()
    guard let program = words.first ?? nil else { throw SpawnError(reason: ENOMEM) }
    let reason = posix_spawnp(&pid, program, &files, &attributes, &words, environ)
    guard reason == 0 else { throw SpawnError(reason: reason) }
    return pid
  }
}

/// Why a job could not be started.
struct SpawnError: Error {
  /// Of `errno`.
  let reason: Int32
}
