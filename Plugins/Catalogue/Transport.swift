import Bellhop
import Curl

/// Sends each message as the page of its vendor says, and reads the answer as the page says.
struct CatalogueTransport: Transport {
  let composer: Composer
  let engine: Engine
  /// What no fault may show, even where the vendor repeats it.
  private let hidden: [Secret]

  init(page: Page, values: Values, engine: Engine) {
    composer = Composer(page: page, values: values)
    self.engine = engine
    hidden = values.entries.values.flatMap(Self.secrets)
  }

  func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome {
    switch composer.request(message, to: target, attempt) {
    case .failure(let fault): return .refused(fault)
    case .success(let request):
      return composer.page.answer.outcome(of: await engine.send(request), secrets: hidden.map { $0.reveal() })
    }
  }

  private static func secrets(in value: Value) -> [Secret] {
    switch value {
    case .secret(let secret): [secret]
    case .list(let values): values.flatMap(secrets)
    case .map(let entries): entries.flatMap { secrets(in: $0.value) }
    default: []
    }
  }
}
