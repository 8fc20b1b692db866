import Bellhop
import TestSupport

/// A month in the life of a small company that sells software: what its apps and monitors say, and what really happened.
struct Saas {
  /// What people should hear of, and by when.
  struct Incident {
    var name: String
    var from: Timestamp
    var to: Timestamp
  }

  struct Happening {
    var at: Timestamp
    var event: Event
  }

  /// A Monday.
  static let start = Timestamp(rfc3339: "2026-11-02T00:00:00-07:00") ?? Timestamp(seconds: 0)

  let days: Int
  private(set) var happenings: [Happening] = []
  private(set) var incidents: [Incident] = []
  private var dice: Seeded
  private var count = 0

  init(days: Int, seed: UInt64) {
    self.days = days
    dice = Seeded(seed)
    for day in 0..<days { live(day) }
    // Three outages in a month, at any hour.
    for number in 0..<max(1, days / 10) {
      breakDown(day: min(days - 1, number * 10 + Int.random(in: 1...5, using: &dice)), ["db", "network", "queue"][number % 3])
    }
    happenings.sort { $0.at < $1.at }
  }

  private mutating func say(
    _ at: Timestamp, _ type: String, _ subject: String, _ severity: Severity = .info, _ data: JSON.Object = [:], by sender: String = "shop"
  ) {
    count += 1
    happenings.append(
      Happening(
        at: at,
        event: Event(
          id: "s\(count)", sender: sender, source: "/\(sender)", type: type, subject: subject, severity: severity, time: at,
          text: "\(type) \(subject)", data: data)))
  }

  /// Most of it by day.
  private mutating func moment(_ day: Int) -> Timestamp {
    let hour = dice.chance(85) ? Double.random(in: 7...21, using: &dice) : Double.random(in: 0...24, using: &dice)
    return Self.start + .seconds(day * 86_400) + .milliseconds(Int64(hour * 3_600_000))
  }

  private mutating func customer() -> String { "user\(Int.random(in: 1...200, using: &dice))@example.com" }

  private mutating func endpoint() -> String {
    "/api/\(dice.pick(["carts", "orders", "users", "files", "domains"]))/\(dice.pick(["list", "add"]))"
  }

  private mutating func live(_ day: Int) {
    for _ in 0..<3_600 { say(moment(day), "page.viewed", customer(), .info, ["page": .string(endpoint())], by: "website") }
    for _ in 0..<900 { say(moment(day), dice.pick(["user.login", "user.login", "user.domain_added", "user.file_shared"]), customer()) }
    for _ in 0..<20 { say(moment(day), "user.registered", customer()) }
    for _ in 0..<160 {
      let amount = dice.chance(10) ? Int.random(in: 100...900, using: &dice) : Int.random(in: 5...99, using: &dice)
      say(moment(day), dice.chance(95) ? "payment.received" : "payment.failed", customer(), .info, ["amount": .int(Int64(amount))])
    }
    for _ in 0..<120 {
      say(moment(day), dice.pick(["server.slow", "server.error"]), "web\(dice.pick([1, 2, 3]))", .error, ["endpoint": .string(endpoint())])
    }
    for _ in 0..<8 { say(moment(day), "ticket.opened", customer(), .notice) }
    for job in 0..<48 {
      let at = Self.start + .seconds(day * 86_400 + job * 1_800)
      let fails = dice.chance(2)
      say(at, fails ? "job.failed" : "job.succeeded", "job\(job % 6)", fails ? .error : .info, by: "cron")
      if fails { say(at + .seconds(600), "job.succeeded", "job\(job % 6)", .info, by: "cron") }
    }
    // A deploy a day: some errors, and a monitor that blinks.
    let deploy = Self.start + .seconds(day * 86_400 + 15 * 3_600)
    say(deploy, "deploy.started", "web", .notice, by: "ci")
    say(deploy + .seconds(240), "deploy.finished", "web", .notice, by: "ci")
    for _ in 0..<20 {
      say(deploy + .seconds(Int.random(in: 0...300, using: &dice)), "server.error", "web1", .error, ["endpoint": .string(endpoint())])
    }
    for _ in 0..<6 {
      let at = moment(day)
      let name = dice.pick(["db", "queue", "cdn"])
      // Blinks: it heals by itself before anybody could look.
      say(at, "outage.\(name).firing", "\(name)-blink", .critical, by: "metrics")
      say(at + .seconds(Int.random(in: 3...25, using: &dice)), "outage.\(name).resolved", "\(name)-blink", .info, by: "metrics")
    }
  }

  private mutating func breakDown(day: Int, _ name: String) {
    let from = moment(day)
    let to = from + .seconds(Int.random(in: 900...2_700, using: &dice))
    incidents.append(Incident(name: name, from: from, to: to))
    say(from, "outage.\(name).firing", name, .critical, by: "metrics")
    var at = from + .seconds(2)
    while at < to {
      say(at, "server.error", "web\(dice.pick([1, 2, 3]))", .critical, ["endpoint": .string(endpoint())])
      if dice.chance(2) { say(at, "outage.\(name).firing", name, .critical, by: "metrics") }
      at = at + .seconds(Int.random(in: 1...6, using: &dice))
    }
    say(to, "outage.\(name).resolved", name, .info, by: "metrics")
  }
}
