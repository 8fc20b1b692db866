import Bellhop
import CCurl
import Glibc

/// The thread that owns libcurl: lets transfers in through the gate, drives them and hands the results back.
final class Loop {
  private let multi: Multi
  private let watch: SocketWatch
  private let queue: LoopQueue
  private let userAgent: String
  private var gate: Gate<any Transfer>
  private var seats = Seats()
  private var guests = HostedGuests()
  /// Answers given since the guests had their turn: they are for them, as a rule.
  private var hasAnswered = false
  private var idle: [Handle] = []
  /// A pool is for the usual load; the handles of a burst, some 30 kB each, are let go.
  private let idleMaximum = 64

  init(_ multi: Multi, _ queue: LoopQueue, userAgent: String, maximum: Int) {
    self.multi = multi
    watch = SocketWatch(multi)
    self.queue = queue
    self.userAgent = userAgent
    gate = Gate(maximum: maximum)
    // Idle connections are kept; more than these are not worth their descriptors.
    bh_multi_set_long(multi.pointer, CURLMOPT_MAXCONNECTS, min(maximum, 1_024))
  }

  func run() {
    while true {
      let mail = queue.take()
      for note in mail.notes { read(note) }
      if mail.isClosed { return end() }
      guests.turn(all: mail.isTurnWanted || hasAnswered)
      hasAnswered = false
      admit()
      watch.drive()
      settle()
      // Who has just been let in has not been driven yet, and who has just been answered has not been heard.
      if admit() || hasAnswered { continue }
      if queue.fallAsleep() { watch.wait(atMost: guests.patience(atMost: 60_000)) }
    }
  }

  private func read(_ note: LoopQueue.Note) {
    switch note {
    case .start(let transfer):
      if case .cancelled = transfer.stage { return transfer.abandon(Fault(.interrupted, "cancelled before it began")) }
      seats.take(transfer)
      let (host, limit) = transfer.place
      transfer.stage = .waiting(gate.enter(transfer, host: host, limit: limit))
    case .cancel(let transfer): cancel(transfer, "cancelled before \(transfer.place.host) had answered")
    case .cancelErrand(let name):
      if let transfer = seats.first(named: name) { cancel(transfer, "cancelled before \(transfer.place.host) had answered") }
    case .board(let guest): guests.add(guest)
    }
  }

  private func cancel(_ transfer: any Transfer, _ line: String) {
    switch transfer.stage {
    case .new, .cancelled: transfer.stage = .cancelled
    case .waiting(let ticket):
      gate.withdraw(ticket)
      retire(transfer) { $0.abandon(Fault(.interrupted, line)) }
    case .running(let handle):
      detach(handle, transfer)
      retire(transfer) { $0.abandon(Fault(.interrupted, line)) }
    case .done: break
    }
  }

  /// Starts everybody who may go. True if there was one.
  @discardableResult
  private func admit() -> Bool {
    var any = false
    while let transfer = gate.next() {
      any = true
      guard let handle = idle.popLast() ?? Handle(userAgent: userAgent) else {
        gate.leave(host: transfer.place.host)
        retire(transfer) { $0.abandon(Fault(.internal, "libcurl has no memory for another request")) }
        continue
      }
      transfer.stage = .running(handle)
      start(transfer, handle)
    }
    return any
  }

  private func start(_ transfer: any Transfer, _ handle: Handle) {
    do throws(Fault) {
      handle.start(transfer)
      try transfer.prepare(handle)
      let code = curl_multi_add_handle(multi.pointer, handle.easy)
      if code != CURLM_OK { throw Fault(.internal, "libcurl: \(String(cString: curl_multi_strerror(code)))") }
    } catch {
      detach(handle, transfer)
      retire(transfer) { $0.abandon(error) }
    }
  }

  private func settle() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi.pointer, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      // The message is gone once its handle is removed.
      let code = bh_message_result(message)
      var context: UnsafeMutableRawPointer?
      bh_easy_get_pointer(easy, CURLINFO_PRIVATE, &context)
      guard let handle = Handle.from(context), let transfer = handle.transfer else { continue }
      if transfer.finish(code, handle) {
        curl_multi_remove_handle(multi.pointer, handle.easy)
        start(transfer, handle)
      } else {
        detach(handle, transfer)
        retire(transfer) { _ in }
      }
    }
  }

  /// Takes the handle from libcurl and the place from the transfer.
  private func detach(_ handle: Handle, _ transfer: any Transfer) {
    curl_multi_remove_handle(multi.pointer, handle.easy)
    handle.clear()
    if handle.reusable, idle.count < idleMaximum { idle.append(handle) }
    gate.leave(host: transfer.place.host)
  }

  private func retire(_ transfer: any Transfer, _ last: (any Transfer) -> Void) {
    transfer.stage = .done
    seats.leave(transfer)
    hasAnswered = true
    last(transfer)
  }

  private func end() {
    guests.evict()
    for transfer in seats.all { cancel(transfer, "the engine was closed before \(transfer.place.host) had answered") }
    idle = []
    let closers = queue.end()
    multi.close()
    for closer in closers { closer.resume() }
  }
}
