import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Posts to one gateway over one connection, which is kept between requests. One request at a time.
final class HTTPPoster: Sendable {
  private let address: ClientAddress
  private let options: ClientOptions
  private let group: any EventLoopGroup
  private let tls: NIOSSLContext?
  private let token: String?
  private let kept = NIOLockedValueBox<(channel: (any Channel)?, isClosed: Bool)>((nil, false))

  init(_ address: ClientAddress, token: String?, options: ClientOptions, group: any EventLoopGroup) throws(BellhopClientError) {
    (self.address, self.token, self.options, self.group) = (address, token, options, group)
    guard token?.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) ?? true else {
      throw .invalidCredentials("the token holds blanks, line breaks or other characters that no header takes")
    }
    guard address.isSecure else {
      tls = nil
      return
    }
    var configuration = TLSConfiguration.makeClientConfiguration()
    if let file = options.certificates { configuration.trustRoots = .file(file) }
    do { tls = try NIOSSLContext(configuration: configuration) } catch {
      throw .invalidCredentials("TLS cannot be set up\(options.certificates.map { " with \($0)" } ?? ""): \(error)")
    }
  }

  /// One request, one answer. On a kept connection that turns out to be closed it is sent a second time: the gateway knows ids.
  func post(_ body: [UInt8]) async -> IngestAnswer {
    if let channel = kept.withLockedValue({ $0.channel }), channel.isActive {
      let answer = await post(body, over: channel)
      guard case .failed = answer, !channel.isActive else { return answer }
    }
    do {
      let channel = try await connect()
      let isClosed = kept.withLockedValue { kept in
        if !kept.isClosed { kept.channel = channel }
        return kept.isClosed
      }
      guard !isClosed else {
        channel.close(promise: nil)
        return .failed("the client was shut down")
      }
      return await post(body, over: channel)
    } catch {
      return .failed("no connection to \(address.socket ?? address.authority): \(error)")
    }
  }

  /// What is under way ends without an answer.
  func close() {
    let channel = kept.withLockedValue { kept in
      kept.isClosed = true
      return kept.channel
    }
    channel?.close(promise: nil)
  }

  private func post(_ body: [UInt8], over channel: any Channel) async -> IngestAnswer {
    let answer = channel.eventLoop.makePromise(of: IngestAnswer.self)
    let alarm = channel.eventLoop.scheduleTask(in: TimeAmount(options.timeout)) { channel.close(promise: nil) }
    channel.writeAndFlush(PostCall(body: body, answer: answer)).whenFailure { error in
      // A connection that is closed already tells nobody else.
      answer.succeed(.failed("\(error)"))
      channel.close(promise: nil)
    }
    let result = try? await answer.futureResult.get()
    alarm.cancel()
    return result ?? .failed("it closed the connection")
  }

  private func connect() async throws -> any Channel {
    let head = head
    let bootstrap = ClientBootstrap(group: group).connectTimeout(TimeAmount(options.connectTimeout))
      .channelInitializer { [tls, address] channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let tls { try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: address.nameForTLS)) }
          try pipeline.addHTTPClientHandlers()
          try pipeline.addHandler(AnswerCollector(head))
        }
      }
    if let socket = address.socket { return try await bootstrap.connect(unixDomainSocketPath: socket).get() }
    return try await bootstrap.connect(host: address.host, port: address.port).get()
  }

  private var head: HTTPRequestHead {
    var headers = HTTPHeaders([("host", address.authority), ("content-type", "application/x-ndjson"), ("user-agent", "bellhop-client")])
    if let token { headers.add(name: "authorization", value: "Bearer \(token)") }
    return HTTPRequestHead(version: .http1_1, method: .POST, uri: address.path, headers: headers)
  }
}

extension ClientAddress {
  /// The name that a certificate is asked for and must be for; nil for a number, for which it must be too.
  /// https://www.rfc-editor.org/rfc/rfc6066#section-3
  fileprivate var nameForTLS: String? { (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil }
}
