import Bellhop
import Logging
import Routing
import ServiceLifecycle
import Settings
import Upstream

/// Takes the messages of another gateway as the configuration in force says; a reload that changes it connects anew.
final class UpstreamService: Service {
  private let intake: RemoteIntake
  private let metrics: Metrics
  private let logger: Logger
  private let wanted: AsyncStream<UpstreamSettings?>
  private let pen: AsyncStream<UpstreamSettings?>.Continuation

  init(_ settings: UpstreamSettings?, intake: RemoteIntake, metrics: Metrics, logger: Logger) {
    self.intake = intake
    self.metrics = metrics
    self.logger = logger
    (wanted, pen) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    pen.yield(settings)
  }

  func adopt(_ settings: UpstreamSettings?) { pen.yield(settings) }

  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      var current: UpstreamSettings?
      var running: Task<Void, Never>?
      for await settings in wanted where settings != current {
        running?.cancel()
        await running?.value
        current = settings
        metrics.forgetUpstreams()
        running = settings.map { settings in Task { await take(settings) } }
      }
      running?.cancel()
      await running?.value
    }
  }

  private func take(_ settings: UpstreamSettings) async {
    await withDiscardingTaskGroup { group in
      for take in settings.take {
        let source = Source(url: settings.url, name: take.remote, secret: settings.secret, caFile: settings.ca)
        let upstream = Upstream(source, engine: Gateway.engine) { [intake] in
          intake.keep($0, for: take.local)
        } report: { [metrics, logger] report in
          let name: Logger.Metadata = ["upstream": .string(take.remote)]
          switch report {
          case .connected:
            metrics.upstream(take.remote, isConnected: true)
            logger.notice("connected to the gateway upstream", metadata: name)
          case .lost(let fault, let again):
            metrics.upstream(take.remote, isConnected: false)
            let more: Logger.Metadata = ["fault": .string(fault.description), "again_in": .string(again.short)]
            logger.warning("the gateway upstream is out of reach", metadata: name.merging(more) { first, _ in first })
          }
        }
        group.addTask { await upstream.run() }
      }
    }
  }
}
