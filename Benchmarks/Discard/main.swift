// The baseline of `accept`: the same server, reading a body and throwing it away.
import Bellhop
import Logging
import Store
import Web

let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8490
let nothing = Nothing()
var logger = Logger(label: "discard")
logger.logLevel = .error
try await Site(
  settings: SiteSettings(port: port), acceptor: nothing, insight: nothing, hands: nothing, visits: nothing, logger: logger,
  now: Nothing.clock, discards: true
).run()
