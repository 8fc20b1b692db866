import Bellhop
import Curl
import Slack
import Stdout
import Webhook

/// THE list: every kind of transport this gateway knows. Adding one is an import above and a line here.
func allKinds(_ engine: Engine) -> [Kind] {
  [
    StdoutKind.kind(),
    WebhookKind.kind(engine),
    SlackKind.kind(engine),
  ]
}
