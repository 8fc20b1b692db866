import Bellhop

/// One libcurl on one thread, for all HTTP that leaves the house. https://curl.se/libcurl/c/libcurl-multi.html
public final class Engine: Sendable {
  /// - Parameters:
  ///   - userAgent: for requests that bring none of their own.
  ///   - maximumConnections: requests under way at a time, over all hosts; more wait their turn, uncounted.
  public init(userAgent: String = "bellhop/0.1", maximumConnections: Int = 1024) {
  }

  /// Sends one request. Comes back within milliseconds of its task being cancelled.
  public func send(_ request: Request) async -> Answer { .failed(Fault(.internal, "the engine is closed"), sent: false) }

  /// Cancels what is under way, answers everybody and closes every connection. Later requests are answered at once.
  public func close() async {}
}
