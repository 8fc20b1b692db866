import Dispatch
import Glibc
import Synchronization

/// A signal that this process got.
struct PassedSignal: Hashable {
  var number: Int32
  /// By a key, or because the terminal went: every process of the group got it.
  var isOfTerminal: Bool

  /// In one byte, as a signal handler can hand it over.
  var byte: UInt8 { UInt8(truncatingIfNeeded: number) | (isOfTerminal ? 0x80 : 0) }

  init(byte: UInt8) { (number, isOfTerminal) = (Int32(byte & 0x7F), byte & 0x80 != 0) }

  /// - Parameter code: `si_code`; the kernel itself is `SI_KERNEL`. https://man7.org/linux/man-pages/man2/sigaction.2.html
  init(number: Int32, code: Int32) { (self.number, isOfTerminal) = (number, code == 0x80) }
}

/// The signals that belong to the job: they are caught, and passed on.
enum JobSignals {
  private static let numbers = [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2]

  /// Where the handler writes the number of a signal; -1 before there is one.
  private static let mailbox = Atomic<Int32>(-1)

  /// From now on they are remembered. What this process was started to ignore, as under nohup, it ignores, and so does the job.
  /// - Returns: where they come, a byte each.
  static func hold() throws(SpawnError) -> Int32 {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SpawnError(reason: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    mailbox.store(ends[1], ordering: .relaxed)
    for number in numbers where !isIgnored(number) {
      var action = sigaction()
      action.sa_flags = SA_SIGINFO | SA_RESTART
      action.__sigaction_handler.sa_sigaction = { number, info, _ in
        // What a handler may do: https://man7.org/linux/man-pages/man7/signal-safety.7.html
        let before = errno
        var byte = PassedSignal(number: number, code: info?.pointee.si_code ?? 0).byte
        _ = write(JobSignals.mailbox.load(ordering: .relaxed), &byte, 1)
        errno = before
      }
      sigaction(number, &action, nil)
    }
    return ends[0]
  }

  /// Tells them, one after the other, as long as this process lives.
  static func pass(from held: Int32, to take: @escaping @Sendable (PassedSignal) -> Void) {
    DispatchQueue(label: "bellhop.run.signals").async {
      var byte: UInt8 = 0
      while case let count = read(held, &byte, 1), count == 1 || count < 0 && errno == EINTR {
        if count == 1 { take(PassedSignal(byte: byte)) }
      }
    }
  }

  static func isIgnored(_ number: Int32) -> Bool {
    var now = sigaction()
    sigaction(number, nil, &now)
    // SIG_IGN is the address 1: https://man7.org/linux/man-pages/man2/sigaction.2.html
    return unsafeBitCast(now.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  /// `TERM` for 15; a number where it has no name.
  static func name(_ number: Int32) -> String { names[number] ?? String(number) }

  private static let names: [Int32: String] = [
    SIGHUP: "HUP", SIGINT: "INT", SIGQUIT: "QUIT", SIGILL: "ILL", SIGTRAP: "TRAP", SIGABRT: "ABRT", SIGBUS: "BUS", SIGFPE: "FPE",
    SIGKILL: "KILL", SIGUSR1: "USR1", SIGSEGV: "SEGV", SIGUSR2: "USR2", SIGPIPE: "PIPE", SIGALRM: "ALRM", SIGTERM: "TERM",
    SIGXCPU: "XCPU", SIGXFSZ: "XFSZ", SIGSYS: "SYS",
  ]
}
