import Glibc

/// How a job ended.
enum JobEnd: Hashable, Sendable {
  case exited(Int32)
  /// By a signal of that number.
  case signalled(Int32)
  /// It could not be started, for this reason of `errno`.
  case notStarted(Int32)

  /// What waitpid(2) has told. https://man7.org/linux/man-pages/man2/waitpid.2.html
  init(waited status: Int32) { self = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F) }

  /// As a shell tells it in `$?`. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_08_02
  var status: Int32 {
    switch self {
    case .exited(let status): status
    case .signalled(let number): 128 + number
    case .notStarted(let reason): reason == ENOENT ? 127 : 126
    }
  }

  /// Behind the job's name: `ended with exit status 3`.
  var sentence: String {
    switch self {
    case .exited(let status): "ended with exit status \(status)"
    case .signalled(let number): "was ended by signal \(JobSignals.name(number))"
    case .notStarted(let reason): "could not be started: \(String(cString: strerror(reason)))"
    }
  }
}
