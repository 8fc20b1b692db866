import Bellhop
import CCurl
import Glibc

/// All HTTP, MQTT and SMTP that leaves the house: one libcurl on one thread for HTTP and MQTT, and for mails a thread each, for libcurl waits for
/// a mail server's last word without looking at anything else. https://curl.se/libcurl/c/libcurl-multi.html
public final class Engine: Sendable {
  /// Nil where libcurl or the thread could not be had.
  private let mailbox: LoopQueue?
  /// To be joined or detached, once.
  private let thread: Guarded<pthread_t?>
  private let mails = SMTPPool()
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
      mailbox = nil
      thread = Guarded(nil)
      return
    }
    let multi = Multi(pointer: pointer)
    let mailbox = LoopQueue(multi)
    let loop = Unmanaged.passRetained(Loop(multi, mailbox, userAgent: userAgent, maximum: maximumConnections))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Loop>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, loop.toOpaque())
    if code == 0 {
      self.mailbox = mailbox
      self.thread = Guarded(thread)
    } else {
      loop.release()
      curl_multi_cleanup(pointer)
      self.mailbox = nil
      self.thread = Guarded(nil)
    }
  }

  deinit {
    // Nobody is being answered: who waits in `send` holds the engine. The thread ends by itself.
    mailbox?.close()
    if let thread = thread.withLock({ $0.take() }) { pthread_detach(thread) }
  }

  /// Sends one request. Comes back within milliseconds of its task being cancelled: ``Fault/Kind/interrupted``.
  public func send(_ request: Request) async -> Answer {
    guard let mailbox else { return .failed(Fault(.internal, "libcurl could not be started: is memory or a thread lacking?"), sent: false) }
    let transfer: HTTPTransfer
    do throws(Fault) {
      transfer = try HTTPTransfer(request, proxies, isPrivate)
    } catch {
      return .failed(error, sent: false)
    }
    return await carry(transfer, mailbox) { transfer.continuation = $0 }.answer
  }

  /// Hands one message to one broker. Comes back within milliseconds of its task being cancelled.
  public func send(_ publication: Publication) async -> Outcome {
    guard let mailbox else { return .postponed(Fault(.internal, "libcurl could not be started: is memory or a thread lacking?")) }
    let transfer: PublicationTransfer
    do throws(Fault) {
      transfer = try PublicationTransfer(publication)
    } catch {
      return .refused(error)
    }
    return await carry(transfer, mailbox) { transfer.continuation = $0 }
  }

  /// Gives a transfer to the loop and waits for what comes of it.
  private func carry<Result: Sendable>(
    _ transfer: some Transfer, _ mailbox: LoopQueue, keep: (CheckedContinuation<Result, Never>) -> Void
  ) async -> Result {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        keep(continuation)
        if !mailbox.post(.start(transfer)) {
          transfer.abandon(Fault(.interrupted, "the engine is closed"))
        }
      }
    } onCancel: {
      mailbox.post(.cancel(transfer))
    }
  }

  /// Hands one mail to one server, for one recipient. Comes back within milliseconds of its task being cancelled.
  public func send(_ mail: Mail) async -> MailAnswer { await mails.send(mail) }

  /// Cancels what is under way, answers everybody, closes every connection and ends the thread. Later requests are answered at once.
  public func close() async {
    mails.close()
    guard let mailbox else { return }
    await withCheckedContinuation { continuation in
      if !mailbox.close(continuation) { continuation.resume() }
    }
    // The thread has done its last work: this waits for its exit only.
    if let thread = thread.withLock({ $0.take() }) { pthread_join(thread, nil) }
  }
}
