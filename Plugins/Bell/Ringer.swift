import Bellhop
import CRinger
import Glibc

/// The process that rings: it holds the line, keeps `max_on`, and brings the line to rest when the gateway ends, however it ends.
/// Should it be ended itself in the middle of a ring, the gateway brings the line to rest.
final class Ringer: Sendable {
  private struct RingerState: Sendable {
    var talk: Int32
    var isOpen = true
  }

  private let process: pid_t
  private let state: Guarded<RingerState>
  /// A descriptor of the line of our own, for the case that the ringer dies; with the character device it is the ringer's alone to hold.
  private let line: Int32
  private let rest: String

  private init(_ process: pid_t, talk: Int32, line: Int32, rest: String) {
    self.process = process
    self.line = line
    self.rest = rest
    state = Guarded(RingerState(talk: talk))
  }

  static func start(_ line: Int32, _ backend: bh_backend, isActiveLow: Bool, mostOn: Int) -> Result<Ringer, Fault> {
    var talk: Int32 = -1
    let process = bh_ringer_start(line, backend, isActiveLow ? 1 : 0, UInt32(mostOn), &talk)
    guard process > 0 else { return .failure(Fault(.internal, "there is no process for the bell: \(String(cString: strerror(errno)))")) }
    let own = backend == BH_SYSFS ? fcntl(line, F_DUPFD_CLOEXEC, 0) : -1
    return .success(Ringer(process, talk: talk, line: own, rest: isActiveLow ? "1" : "0"))
  }

  /// One ring at a time: the lane has one place. A cancelled task ends it at once.
  func ring(_ phases: [Int]) async -> Int32 {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let job = Unmanaged.passRetained(RingerJob { [self] in continuation.resume(returning: ringNow(phases)) })
        var thread = pthread_t()
        let code = pthread_create(
          &thread, nil,
          { context in
            if let context { Unmanaged<RingerJob>.fromOpaque(context).takeRetainedValue().work() }
            return nil
          }, job.toOpaque())
        if code == 0 {
          pthread_detach(thread)
        } else {
          job.release()
          continuation.resume(returning: code)
        }
      }
    } onCancel: {
      // Any packet ends a ring; one of another size is otherwise ignored.
      state.withLock { state in
        var nothing: UInt8 = 0
        if state.isOpen { send(state.talk, &nothing, 1, Int32(MSG_NOSIGNAL)) }
      }
    }
  }

  private func ringNow(_ phases: [Int]) -> Int32 {
    let talk = state.withLock { $0.isOpen ? $0.talk : -1 }
    guard talk >= 0 else { return EPIPE }
    var ring = bh_ring()
    ring.count = UInt32(min(phases.count, Int(BH_PHASES)))
    withUnsafeMutableBytes(of: &ring.milliseconds) { bytes in
      let slots = bytes.bindMemory(to: UInt32.self)
      for (index, phase) in phases.prefix(slots.count).enumerated() { slots[index] = UInt32(phase) }
    }
    guard send(talk, &ring, MemoryLayout<bh_ring>.size, Int32(MSG_NOSIGNAL)) > 0 else { return lost() }
    var code: Int32 = 0
    while true {
      let size = recv(talk, &code, MemoryLayout<Int32>.size, 0)
      if size == MemoryLayout<Int32>.size { return code }
      if size < 0, errno == EINTR { continue }
      return lost()
    }
  }

  /// The ringer is gone: nobody else would bring the line to rest.
  private func lost() -> Int32 {
    if line >= 0 { _ = rest.withCString { pwrite(line, $0, 1, 0) } }
    return EPIPE
  }

  /// Its end of the talk tells the ringer to bring the line to rest and to end; comes back when it has.
  func close() async {
    let talk = state.withLock { state in
      defer { state.isOpen = false }
      return state.isOpen ? state.talk : -1
    }
    guard talk >= 0 else { return }
    Glibc.close(talk)
    await withCheckedContinuation { continuation in
      let job = Unmanaged.passRetained(
        RingerJob { [process] in
          waitpid(process, nil, 0)
          continuation.resume()
        })
      var thread = pthread_t()
      let code = pthread_create(
        &thread, nil,
        { context in
          if let context { Unmanaged<RingerJob>.fromOpaque(context).takeRetainedValue().work() }
          return nil
        }, job.toOpaque())
      if code == 0 {
        pthread_detach(thread)
      } else {
        Unmanaged<RingerJob>.fromOpaque(job.toOpaque()).takeRetainedValue().work()
      }
    }
    _ = lost()
    if line >= 0 { Glibc.close(line) }
  }

  /// Work for a thread.
  private final class RingerJob {
    let work: () -> Void
    init(_ work: @escaping () -> Void) { self.work = work }
  }
}
