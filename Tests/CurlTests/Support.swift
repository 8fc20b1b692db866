import Bellhop
import Loopback
import Testing

@testable import Curl

/// Everything that talks over sockets, one after another: latencies are measured, and two cores do not measure well when fought over.
@Suite(.serialized) enum Wire {}

extension Engine {
  /// An engine that knows no proxy, whatever the environment says, and closes afterwards.
  static func with<T>(
    maximumConnections: Int = 1024, proxies: [String: String] = [:],
    isPrivate: @escaping @Sendable (NetworkAddress) -> Bool = { $0.isPrivate }, _ use: (Engine) async throws -> T
  ) async throws -> T {
    let engine = Engine(maximumConnections: maximumConnections, proxies: Proxies(proxies), isPrivate: isPrivate)
    do {
      let result = try await use(engine)
      await engine.close()
      return result
    } catch {
      await engine.close()
      throw error
    }
  }
}

extension Answer {
  var response: Response? { if case .response(let response) = self { response } else { nil } }
  var fault: Fault? { if case .failed(let fault, _) = self { fault } else { nil } }
  var sent: Bool? { if case .failed(_, let sent) = self { sent } else { nil } }
}

/// Runs it and says how long it took.
func timed<T>(_ work: () async throws -> T) async rethrows -> (T, Duration) {
  let start = ContinuousClock.now
  let result = try await work()
  return (result, ContinuousClock.now - start)
}
