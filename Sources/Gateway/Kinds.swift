import Bell
import Bellhop
import Catalogue
import Curl
import Email
import Exec
import MQTT
import Remote
import Settings
import Slack
import Stdout
import Webhook

/// THE list: every kind of transport this gateway knows. Adding one is an import above and a line here.
func allKinds(_ engine: Engine) -> [Kind] {
  [
    StdoutKind.kind(),
    WebhookKind.kind(engine),
    SlackKind.kind(engine),
    EmailKind.kind(engine),
    MQTTKind.kind(engine),
    BellKind.kind(),
    ExecKind.kind(),
    RemoteKind.kind(),
  ] + Catalogue.kinds(engine)
}

/// A page that ops wrote, named in `vendors`.
func vendorPage(_ bytes: [UInt8]) -> VendorPage {
  let (name, kind, mistakes) = Catalogue.read(bytes, Gateway.engine)
  return VendorPage(
    name: name, kind: kind,
    mistakes: mistakes.map {
      Mistake(
        file: "", line: $0.line, column: $0.column, path: $0.path, problem: $0.problem, hint: $0.hint, isWarning: $0.isWarning)
    })
}
