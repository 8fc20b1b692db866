import Bellhop

/// The lanes with what waits in them, and the transports and channels behind them.
public struct LanesPage: Sendable {
  private let lanes: [JSON]
  private let outlets: JSON
  private let now: Timestamp
  private let mayChange: Bool
  private let note: PageNote

  /// Lanes and outlets as the API shows them. Who may change nothing sees no buttons.
  public init(lanes: JSON, outlets: JSON, at now: Timestamp, mayChange: Bool, _ note: PageNote = PageNote()) {
    self.lanes = lanes["lanes"]?.array ?? []
    self.outlets = outlets
    self.now = now
    self.mayChange = mayChange
    self.note = note
  }

  /// What stands below its heading.
  public var content: SafeHTML { "\(note.shown)\(queues)\(transports)\(channels)" }

  private var queues: SafeHTML {
    if lanes.isEmpty { return .empty("No lanes. They appear when there is something to deliver, and go when it is delivered.") }
    let heads = ["Lane", "State", "Waiting", "In flight", "Oldest waits", "Rate", "Last fault"] + (mayChange ? ["Do"] : [])
    return .table("Lanes", heads, lanes.map(row))
  }

  private func row(_ lane: JSON) -> SafeHTML {
    let name = lane["lane"]?.string ?? ""
    let cells: [SafeHTML] = [
      "\(name)", state(lane), "\(SafeHTML.grouped(lane["waiting"]?.int ?? 0))", "\(lane["in_flight"]?.int ?? 0)", age(lane),
      "\(lane["rate"]?.string ?? "none")", "\(lane["last_fault"]?.string ?? "")",
    ]
    return .cells(mayChange ? cells + [buttons(name, isPaused: lane["state"]?.string != "open")] : cells)
  }

  private func state(_ lane: JSON) -> SafeHTML {
    let breaker = lane["breaker"]?.string ?? "closed"
    switch lane["state"]?.string {
    case "paused":
      let until = lane["until"]?.string.flatMap { Timestamp(rfc3339: $0) }.map { "until \(SafeHTML.time($0))" as SafeHTML }
      return "<span class=\"wait\">paused</span> \(until ?? "until it is resumed")<br>\(lane["why"]?.string ?? "")"
    case "broken":
      return "<span class=\"bad\">broken</span>\(breaker == "probing" ? ", trying one message" : ", waits before it tries again")"
    default: return "<span class=\"good\">sends</span>"
    }
  }

  private func age(_ lane: JSON) -> SafeHTML {
    guard let oldest = lane["oldest"]?.string.flatMap({ Timestamp(rfc3339: $0) }) else { return .none }
    return "<span title=\"\(oldest.rfc3339)\">\((now - oldest).rough)</span>"
  }

  private func buttons(_ name: String, isPaused: Bool) -> SafeHTML {
    let path = DashboardView.lanes.path
    let resume = isPaused ? SafeHTML.button("Resume", about: name, post: path, [("do", "resume"), ("lane", name)]) : .none
    return "<span class=\"actions\">\(resume) \(link("Pause", name, .pauseLane)) · \(link("Drop", name, .dropLane))</span>"
  }

  private func link(_ words: String, _ lane: String, _ step: DashboardStep) -> SafeHTML {
    "<a href=\"\(step.path)?lane=\(lane.percentEncoded())\" aria-label=\"\(words) \(lane)\">\(words)</a>"
  }

  private var transports: SafeHTML {
    let rows = (outlets["transports"]?.array ?? []).map { one -> SafeHTML in
      let name = one["name"]?.string ?? ""
      let cells: [SafeHTML] = [
        "\(name)", "\(one["kind"]?.string ?? "")", "\(one["rate"]?.string ?? "none")", "\(one["concurrency"]?.int ?? 1)",
      ]
      let buttons: SafeHTML = "<span class=\"actions\">\(test(name)) \(link("Pause all", name, .pauseLane))</span>"
      return .cells(mayChange ? cells + [buttons] : cells)
    }
    if rows.isEmpty { return .empty("No transports. <code>bellhop transports</code> lists the kinds that there are.") }
    return
      "<h2>Transports</h2>\(SafeHTML.table("Transports", ["Name", "Kind", "Rate of a lane", "At once"] + (mayChange ? ["Do"] : []), rows))"
  }

  private var channels: SafeHTML {
    let rows = (outlets["channels"]?.array ?? []).map { one -> SafeHTML in
      let name = one["name"]?.string ?? ""
      let places = (one["places"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
      return .cells(mayChange ? ["\(name)", "\(places)", test(name)] : ["\(name)", "\(places)"])
    }
    if rows.isEmpty { return .none }
    return "<h2>Channels</h2>\(SafeHTML.table("Channels", ["Name", "Goes to"] + (mayChange ? ["Test"] : []), rows))"
  }

  private func test(_ name: String) -> SafeHTML {
    .button("Test", about: name, post: DashboardView.lanes.path, [("do", "ring"), ("name", name)])
  }
}
