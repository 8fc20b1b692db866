import Bellhop
import Curl

/// Sends each message as the page of its vendor says, and reads the answer as the page says.
struct CatalogueTransport: RequestTransport {
  private(set) var composer: Composer
  let carrier: any Carrier
  /// What no fault may show, even where the vendor repeats it.
  private var hidden: [Secret]

  init(page: Page, values: Values, carrier: any Carrier) {
    composer = Composer(page: page, values: values)
    self.carrier = carrier
    hidden = values.entries.values.flatMap(Self.secrets)
  }

  /// From now on requests carry this token, and no fault shows it.
  mutating func use(_ token: Secret) {
    composer.token = token
    hidden.append(token)
  }

  func request(_ message: Message, to target: Target, _ attempt: Attempt) -> Result<Request, Fault> {
    composer.request(message, to: target, attempt)
  }

  func outcome(of answer: Answer, to target: Target, _ attempt: Attempt) -> Outcome {
    composer.page.answer.outcome(of: answer, secrets: hidden.map { $0.reveal() }, at: attempt.at)
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
