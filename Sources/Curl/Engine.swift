import Bellhop
import CCurl
import Glibc

/// All HTTP, MQTT and SMTP that leaves the house: one libcurl on one thread for HTTP and MQTT, and for mails a thread each, for libcurl waits for
/// a mail server's last word without looking at anything else. https://curl.se/libcurl/c/libcurl-multi.html
public final class Engine: Sendable {
  private enum Phase {
    /// Nothing was asked for yet.
    case idle
    /// The thread is to be joined or detached, once.
    case running(LoopQueue, pthread_t)
    case closed
    /// libcurl or the thread could not be had.
    case failed
  }
  private let phase = Guarded(Phase.idle)
  private let mails = SMTPPool()
  private let proxies: Proxies
  private let isPrivate: @Sendable (NetworkAddress) -> Bool
  private let origins = Origins()
  private let userAgent: String
  private let maximumConnections: Int

  /// `curl_global_init` is to be called once, before anything else of libcurl.
  private static let ready = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// Its thread starts with the first request. Reads the proxies (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`) from the environment, now.
  /// - Parameters:
  ///   - userAgent: for requests that bring none of their own.
  ///   - maximumConnections: requests under way at a time, over all hosts; more wait their turn, uncounted. Many: the courier holds each
  ///     transport to its own number, and one host that hangs must not take the places of others.
  public convenience init(userAgent: String = "bellhop/\(Version.current)", maximumConnections: Int = 16_384) {
    self.init(userAgent: userAgent, maximumConnections: maximumConnections, proxies: .fromEnvironment())
  }

  /// - Parameter isPrivate: for tests, that have nothing but private addresses.
  init(
    userAgent: String = "bellhop/\(Version.current)", maximumConnections: Int = 16_384, proxies: Proxies,
    isPrivate: @escaping @Sendable (NetworkAddress) -> Bool = { $0.isPrivate }
  ) {
    self.proxies = proxies
    self.isPrivate = isPrivate
    self.userAgent = userAgent
    self.maximumConnections = maximumConnections
  }

  /// What requests go through; nil where libcurl or the thread could not be had, or all is closed.
  private func queue() -> LoopQueue? {
    phase.withLock { phase in
      if case .idle = phase { phase = start() }
      if case .running(let queue, _) = phase { return queue }
      return nil
    }
  }

  private func start() -> Phase {
    guard Self.ready, let multi = Multi() else { return .failed }
    let queue = LoopQueue(multi.bell)
    let loop = Unmanaged.passRetained(Loop(multi, queue, userAgent: userAgent, maximum: maximumConnections))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Loop>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, loop.toOpaque())
    if code == 0 { return .running(queue, thread) }
    multi.close()
    loop.release()
    return .failed
  }

  /// The same, where the thread runs already.
  private var running: LoopQueue? {
    phase.withLock { phase in
      if case .running(let queue, _) = phase { return queue }
      return nil
    }
  }

  /// Nothing was asked for yet, and no thread runs.
  var isIdle: Bool { phase.withLock { if case .idle = $0 { true } else { false } } }

  private var absence: Fault {
    let isClosed = phase.withLock { if case .closed = $0 { true } else { false } }
    return isClosed
      ? Fault(.interrupted, "the engine is closed")
      : Fault(.internal, "libcurl could not be started: is memory, a thread or a descriptor lacking?")
  }

  deinit {
    // Nobody is being answered: who waits in `send` holds the engine. The thread ends by itself.
    guard case .running(let queue, let thread) = phase.withLock({ $0 }) else { return }
    queue.close()
    pthread_detach(thread)
  }

  /// Sends one request. Comes back within milliseconds of its task being cancelled: ``Fault/Kind/interrupted``.
  public func send(_ request: Request) async -> Answer {
    guard let queue = queue() else { return .failed(absence, sent: false) }
    let origin: Origin
    do throws(Fault) { origin = try destination(of: request) } catch { return .failed(error, sent: false) }
    let cell = Guarded<CheckedContinuation<Answer, Never>?>(nil)
    let transfer = HTTPTransfer(request, to: origin, proxies, isPrivate) { answer in
      cell.withLock { $0.take() }?.resume(returning: answer)
    }
    return await carry(transfer, queue) { continuation in cell.withLock { $0 = continuation } }
  }

  /// Where a request goes, once it is known to be one that may be sent.
  private func destination(of request: Request) throws(Fault) -> Origin {
    try request.check()
    guard let origin = origins.origin(of: request.url) else {
      throw Fault(.misconfigured, "the URL is not an absolute http or https URL of a possible host, without spaces and control characters")
    }
    return origin
  }

  /// Hands one message to one broker. Comes back within milliseconds of its task being cancelled.
  public func send(_ publication: Publication) async -> Outcome {
    guard let queue = queue() else { return .postponed(absence) }
    let transfer: PublicationTransfer
    do throws(Fault) {
      transfer = try PublicationTransfer(publication)
    } catch {
      return .refused(error)
    }
    return await carry(transfer, queue) { transfer.continuation = $0 }
  }

  /// Gives a transfer to the loop and waits for what comes of it.
  private func carry<Result: Sendable>(
    _ transfer: some Transfer, _ queue: LoopQueue, keep: (CheckedContinuation<Result, Never>) -> Void
  ) async -> Result {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        keep(continuation)
        if !queue.post(.start(transfer)) {
          transfer.abandon(Fault(.interrupted, "the engine is closed"))
        }
      }
    } onCancel: {
      queue.post(.cancel(transfer))
    }
  }

  /// Hands one mail to one server, for one recipient. Comes back within milliseconds of its task being cancelled.
  public func send(_ mail: Mail) async -> MailAnswer { await mails.send(mail) }

  /// Cancels what is under way, answers everybody, closes every connection and ends the thread. Later requests are answered at once.
  public func close() async {
    mails.close()
    let last = phase.withLock { phase in
      defer { phase = .closed }
      return phase
    }
    guard case .running(let queue, let thread) = last else { return }
    await withCheckedContinuation { continuation in
      if !queue.close(continuation) { continuation.resume() }
    }
    // The thread has done its last work: this waits for its exit only.
    pthread_join(thread, nil)
  }
}

extension Engine: Carrier {
  /// Starts all of them with one look at the loop's queue.
  public func carry(_ errands: [Errand]) {
    guard let queue = queue() else {
      for errand in errands { errand.answered(errand.number, .failed(absence, sent: false)) }
      return
    }
    var transfers: [any Transfer] = []
    transfers.reserveCapacity(errands.count)
    for errand in errands {
      do throws(Fault) {
        let origin = try destination(of: errand.request)
        let (number, answered) = (errand.number, errand.answered)
        transfers.append(
          HTTPTransfer(errand.request, to: origin, errand: ErrandName(owner: errand.owner, number: number), proxies, isPrivate) {
            answered(number, $0)
          })
      } catch {
        errand.answered(errand.number, .failed(error, sent: false))
      }
    }
    if transfers.isEmpty || queue.post(transfers) { return }
    for transfer in transfers { transfer.abandon(Fault(.interrupted, "the engine is closed")) }
  }

  /// Looks for it among all that is under way.
  public func cancel(_ number: Int, of owner: ObjectIdentifier) {
    running?.post(.cancelErrand(ErrandName(owner: owner, number: number)))
  }

  /// libcurl's thread.
  public var host: (any Host)? { self }
}

extension Engine: Host {
  /// A guest on libcurl's thread, which starts for it.
  public func board(_ guest: any Guest) -> Bool { queue()?.post(.board(guest)) ?? false }

  /// Wakes libcurl's thread where it sleeps.
  public func wake() { running?.wantTurn() }
}
