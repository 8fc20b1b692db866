import Bellhop
import Store

/// Events a minute by severity, one bar for each minute.
struct EventChart {
  private static let height = 160.0
  private static let width = 600.0
  let minutes: [ActivityFigures.EventMinute]

  init(_ minutes: [ActivityFigures.EventMinute]) { self.minutes = minutes }

  private var total: Int { minutes.reduce(0) { $0 + $1.counts.reduce(0, +) } }
  private var most: Int { minutes.map { $0.counts.reduce(0, +) }.max() ?? 0 }

  var content: SafeHTML {
    if total == 0 { return "<h2>Events a minute, by severity</h2>\(SafeHTML.empty("No event came in the last hour."))" }
    let said = "\(total) events in the last \(minutes.count) minutes; \(most) in the fullest minute."
    return .chart(
      "events-chart", "Events a minute, by severity", said, width: 640, height: 190, bars,
      legend: .legend(Severity.allCases.map { ("s-\($0.word)", $0.word) }), table: table)
  }

  private var bars: SafeHTML {
    let step = Self.width / Double(max(minutes.count, 1))
    var shapes: [SafeHTML] = [
      "<line class=\"grid\" x1=\"0\" x2=\"600\" y1=\"160\" y2=\"160\"/>", .label("\(most)", x: 604, y: 12),
      .label("0", x: 604, y: Self.height),
    ]
    for (index, minute) in minutes.enumerated() {
      var top = Self.height
      for (severity, count) in zip(Severity.allCases, minute.counts) where count > 0 {
        let height = Double(count) / Double(max(most, 1)) * Self.height
        top -= height
        shapes.append(
          .bar(
            "s-\(severity.word)", x: Double(index) * step, y: top, width: step * 0.85, height: height,
            "\(minute.start.clock) UTC: \(count) \(severity.word)"))
      }
      if index % 15 == 0 { shapes.append(.label("\(minute.start.clock) UTC", x: Double(index) * step, y: 180)) }
    }
    return shapes.joined()
  }

  private var table: SafeHTML {
    let rows = minutes.filter { $0.counts.contains { $0 > 0 } }.map { minute in
      let counts = minute.counts.map { "<td class=\"number\">\($0)</td>" as SafeHTML }.joined()
      return "<tr><th scope=\"row\">\(SafeHTML.time(minute.start))</th>\(counts)</tr>\n" as SafeHTML
    }
    return .table("Events a minute, by severity: the figures", ["Minute"] + Severity.allCases.map(\.word), rows)
  }
}

/// What became of each role's deliveries, one bar for each role.
struct FateChart {
  private static let width = 440.0
  private static let states: [DeliveryState] = [.delivered, .folded, .silenced, .unclear, .dead]
  let fates: [ActivityFigures.RoleFates]

  init(_ fates: [ActivityFigures.RoleFates]) { self.fates = fates }

  var content: SafeHTML {
    if fates.isEmpty { return "<h2>What became of deliveries, by role</h2>\(SafeHTML.empty("No delivery ended in the last 24 hours."))" }
    let total = fates.reduce(0) { $0 + $1.total }
    let dead = fates.reduce(0) { $0 + $1[.dead] }
    // More of them no drawing shows well; the table has all.
    let shown = Array(fates.sorted { $0.total > $1.total }.prefix(20))
    return .chart(
      "fates-chart", "What became of deliveries, by role", "\(total) deliveries ended in the last 24 hours; \(dead) of them are dead.",
      width: 640, height: shown.count * 28 + 4, bars(shown), legend: .legend(Self.states.map { ("f-\($0.word)", $0.word) }), table: table)
  }

  private func bars(_ shown: [ActivityFigures.RoleFates]) -> SafeHTML {
    let most = Double(max(shown.map(\.total).max() ?? 1, 1))
    return shown.enumerated().map { index, fate in
      let top = Double(index) * 28 + 4
      var left = 140.0
      var shapes: [SafeHTML] = [.label(Self.name(fate.role).shortened(to: 18), x: 0, y: top + 15)]
      for state in Self.states where fate[state] > 0 {
        let width = Double(fate[state]) / most * Self.width
        let words = "\(Self.name(fate.role)): \(fate[state]) \(state.word)"
        shapes.append(.bar("f-\(state.word)", x: left, y: top, width: width, height: 20, words))
        left += width
      }
      shapes.append(.label("\(fate.total)", x: left + 6, y: top + 15))
      return shapes.joined()
    }.joined()
  }

  private var table: SafeHTML {
    let rows = fates.map { fate in
      let counts = Self.states.map { "<td class=\"number\">\(fate[$0])</td>" as SafeHTML }.joined()
      return "<tr><th scope=\"row\">\(Self.name(fate.role))</th>\(counts)</tr>\n" as SafeHTML
    }
    return .table("What became of deliveries, by role: the figures", ["Role"] + Self.states.map(\.word), rows)
  }

  private static func name(_ role: String) -> String { role.isEmpty ? "unrouted" : role }
}

/// How long deliveries took, half of them and 95 of 100, every five minutes; on a scale where each line is ten times the one below.
struct LatencyChart {
  private static let height = 160.0
  private static let width = 540.0
  let spans: [ActivityFigures.LatencySpan]

  init(_ spans: [ActivityFigures.LatencySpan]) { self.spans = spans }

  var content: SafeHTML {
    let title = "How long deliveries took"
    guard let worst = spans.compactMap(\.high).max() else {
      return "<h2>\(title)</h2>\(SafeHTML.empty("Nothing was delivered in the last hour."))"
    }
    let total = spans.reduce(0) { $0 + $1.count }
    return .chart(
      "latency-chart", title,
      "\(total) were delivered in the last hour. In the worst five minutes 95 of 100 took at most about \(worst.asRead).", width: 640,
      height: 190, bars, legend: .legend([("p50", "half took no longer"), ("p95", "95 of 100 took no longer")]), table: table)
  }

  /// Powers of ten of a millisecond that the scale reaches to.
  private var decades: Int {
    var count = 1
    var limit: Int64 = 10_000
    let worst = spans.compactMap(\.high).max()?.microseconds ?? 1
    while limit < worst, count < 9 {
      limit *= 10
      count += 1
    }
    return count
  }

  /// How high a length stands, from a millisecond on.
  private func height(of length: Duration) -> Double {
    var rest = Double(max(length.microseconds, 1_000)) / 1_000
    var whole = 0.0
    while rest >= 10 {
      rest /= 10
      whole += 1
    }
    // Between two powers of ten, straight instead of curved: nobody reads more from it.
    return min(1, (whole + (rest - 1) / 9) / Double(decades)) * (Self.height - 12) + 2
  }

  private var bars: SafeHTML {
    let step = Self.width / Double(max(spans.count, 1))
    var shapes: [SafeHTML] = []
    var line: Int64 = 1
    for decade in 0...decades {
      let y = Self.height - Double(decade) / Double(decades) * (Self.height - 12) - 2
      shapes.append("<line class=\"grid\" x1=\"60\" x2=\"600\" y1=\"\(Int(y))\" y2=\"\(Int(y))\"/>")
      shapes.append(.label(Duration.milliseconds(line).asRead, x: 0, y: y + 4))
      line *= 10
    }
    for (index, span) in spans.enumerated() {
      let left = 60 + Double(index) * step
      if let median = span.median, let high = span.high {
        for (kind, length, part) in [("p95", high, 0.7), ("p50", median, 0.35)] {
          let height = height(of: length)
          shapes.append(
            .bar(
              kind, x: left, y: Self.height - height, width: step * part, height: height,
              "\(span.start.clock) UTC: \(kind == "p50" ? "half" : "95 of 100") took at most about \(length.asRead)"))
        }
      }
      if index % 3 == 0 { shapes.append(.label("\(span.start.clock) UTC", x: left, y: 180)) }
    }
    return shapes.joined()
  }

  private var table: SafeHTML {
    let rows = spans.filter { $0.count > 0 }.map { span in
      SafeHTML.row(.time(span.start), "\(span.count)", "\(span.median?.asRead ?? "")", "\(span.high?.asRead ?? "")")
    }
    return .table(
      "How long deliveries took: the figures", ["Five minutes from", "Delivered", "Half took at most", "95 of 100 took at most"], rows)
  }
}
