import Glibc

/// Connections in and out are descriptors, and most systems begin with 1,024 of them: too few for both.
enum Descriptors {
  /// More than this nobody needs here, and commands that close all they might have inherited take long over a million.
  private static let wanted: rlim_t = 65_536

  /// Takes as many as the system lets the process have without asking. https://man7.org/linux/man-pages/man2/setrlimit.2.html
  static func raise() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    let most = min(limit.rlim_max, wanted)
    guard limit.rlim_cur < most else { return }
    limit.rlim_cur = most
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
