import Bellhop
import CCurl
import Glibc

/// All HTTP, MQTT and SMTP that leaves the house: one libcurl on one thread for HTTP and MQTT, and for mails a thread each, for libcurl waits for
/// a mail server's last word without looking at anything else. https://curl.se/libcurl/c/libcurl-multi.html
public final class Engine: Sendable {
  /// Nil where libcurl or the thread could not be had.
  private let queue: LoopQueue?
  /// To be joined or detached, once.
  private let thread: Guarded<pthread_t?>
  private let mails = SMTPPool()
  private let origins = Origins()
  private let proxies: Proxies
  private let isPrivate: @Sendable (NetworkAddress) -> Bool

  /// `curl_global_init` is to be called once, before anything else of libcurl.
  private static let ready = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// Reads the proxies (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`) from the environment, now.
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
    guard Self.ready, let pointer = curl_multi_init() else {
      queue = nil
      thread = Guarded(nil)
      return
    }
    let multi = Multi(pointer: pointer)
    let queue = LoopQueue(multi)
    let loop = Unmanaged.passRetained(Loop(multi, queue, userAgent: userAgent, maximum: maximumConnections))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Loop>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, loop.toOpaque())
    if code == 0 {
      self.queue = queue
      self.thread = Guarded(thread)
    } else {
      loop.release()
      curl_multi_cleanup(pointer)
      self.queue = nil
      self.thread = Guarded(nil)
    }
  }

  deinit {
    // Nobody is being answered: who waits in `send` holds the engine. The thread ends by itself.
    queue?.close()
    if let thread = thread.withLock({ $0.take() }) { pthread_detach(thread) }
  }

  /// Sends one request. Comes back within milliseconds of its task being cancelled: ``Fault/Kind/interrupted``.
  public func send(_ request: Request) async -> Answer {
    guard let queue else { return .failed(Self.unable, sent: false) }
    let origin: Origin
    do throws(Fault) { origin = try destination(of: request) } catch { return .failed(error, sent: false) }
    let cell = Guarded<CheckedContinuation<Answer, Never>?>(nil)
    let transfer = HTTPTransfer(request, to: origin, proxies, isPrivate) { answer in
      cell.withLock { $0.take() }?.resume(returning: answer)
    }
    return await carry(transfer, queue) { continuation in cell.withLock { $0 = continuation } }
  }

  private static let unable = Fault(.internal, "libcurl could not be started: is memory or a thread lacking?")

  /// Where a request goes, once it is known to be one that may be sent.
  private func destination(of request: Request) throws(Fault) -> Origin {
    try request.check()
    guard let origin = origins.origin(of: request.url) else {
      throw Fault(.misconfigured, "the URL is not an absolute http or https URL without spaces and control characters")
    }
    return origin
  }

  /// Hands one message to one broker. Comes back within milliseconds of its task being cancelled.
  public func send(_ publication: Publication) async -> Outcome {
    guard let queue else { return .postponed(Self.unable) }
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
    guard let queue else { return }
    await withCheckedContinuation { continuation in
      if !queue.close(continuation) { continuation.resume() }
    }
    // The thread has done its last work: this waits for its exit only.
    if let thread = thread.withLock({ $0.take() }) { pthread_join(thread, nil) }
  }
}

extension Engine: Carrier {
  /// Starts all of them with one look at the loop's queue.
  public func carry(_ errands: [Errand]) {
    var transfers: [any Transfer] = []
    transfers.reserveCapacity(errands.count)
    for errand in errands {
      guard queue != nil else {
        errand.answered(errand.number, .failed(Self.unable, sent: false))
        continue
      }
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
    guard let queue, !transfers.isEmpty, !queue.post(transfers) else { return }
    for transfer in transfers { transfer.abandon(Fault(.interrupted, "the engine is closed")) }
  }

  /// Looks for it among all that is under way.
  public func cancel(_ number: Int, of owner: ObjectIdentifier) {
    queue?.post(.cancelErrand(ErrandName(owner: owner, number: number)))
  }

  /// libcurl's thread.
  public var host: (any Host)? { queue == nil ? nil : self }
}

extension Engine: Host {
  /// A guest on libcurl's thread.
  public func board(_ guest: any Guest) -> Bool { queue?.post(.board(guest)) ?? false }

  /// Wakes libcurl's thread where it sleeps.
  public func wake() { queue?.wantTurn() }
}
