import Bellhop
import Store

/// The page of three charts: what happens, what becomes of it, and how long that takes.
public struct ChartsPage: Sendable {
  /// What they show.
  public var figures: ActivityFigures
  /// Who looks sees all roles; else what is not told apart by role is left out.
  public var isWhole: Bool

  /// A page of figures.
  public init(figures: ActivityFigures, isWhole: Bool = true) {
    self.figures = figures
    self.isWhole = isWhole
  }

  /// What stands below its heading.
  public var content: SafeHTML {
    let since = figures.since.map { time in
      "<p class=\"soft\">Counted since \(SafeHTML.time(time)): what came before lies too far back.</p>" as SafeHTML
    }
    let fates = FateChart(figures.fates).content
    guard isWhole else {
      return "<p class=\"soft\">Events a minute and latency concern all roles, and you see some of them.</p>\(since)\(fates)"
    }
    return "\(since)\(EventChart(figures.events).content)\(fates)\(LatencyChart(figures.latencies).content)"
  }
}

extension SafeHTML {
  /// A drawing, with its words and its figures for who does not see it.
  static func chart(
    _ id: String, _ title: String, _ said: String, width: Int, height: Int, _ shapes: SafeHTML, legend: SafeHTML = .none, table: SafeHTML
  ) -> SafeHTML {
    """
    <section aria-labelledby="\(id)"><h2 id="\(id)">\(title)</h2>\(legend)
    <div class="scroll" role="region" aria-label="\(title): the drawing" tabindex="0"><svg class="chart" viewBox="0 0 \(width) \(height)" role="img" \
    aria-labelledby="\(id)-title \(id)-said"><title id="\(id)-title">\(title)</title><desc id="\(id)-said">\(said)</desc>\(shapes)</svg></div>
    <details><summary>As a table</summary>\(table)</details></section>

    """
  }

  /// What the colours of a drawing mean.
  static func legend(_ entries: [(kind: String, word: String)]) -> SafeHTML {
    let items = entries.map { entry in
      """
      <li><svg class="key" viewBox="0 0 10 10" aria-hidden="true"><rect class="\(entry.kind)" width="10" height="10"/></svg> \(entry.word)</li>
      """ as SafeHTML
    }
    return "<ul class=\"legend\">\(items.joined())</ul>"
  }

  /// A rectangle of a drawing. Everything about how it looks is its class's.
  static func bar(_ kind: String, x: Double, y: Double, width: Double, height: Double, _ words: String) -> SafeHTML {
    """
    <rect class="\(kind)" x="\(Self.short(x))" y="\(Self.short(y))" width="\(Self.short(width))" height="\(Self.short(height))">\
    <title>\(words)</title></rect>
    """
  }

  /// Words of a drawing.
  static func label(_ words: String, x: Double, y: Double, _ kind: String = "label") -> SafeHTML {
    "<text class=\"\(kind)\" x=\"\(Self.short(x))\" y=\"\(Self.short(y))\">\(words)</text>"
  }

  /// With two digits, which is finer than a screen.
  private static func short(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded())
    let rest = abs(hundredths % 100)
    let sign = hundredths < 0 && hundredths > -100 ? "-" : ""
    return rest == 0 ? "\(sign)\(hundredths / 100)" : "\(sign)\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}

extension Timestamp {
  /// Hour and minute in UTC.
  var clock: String {
    let civil = civil
    return "\(civil.hour < 10 ? "0" : "")\(civil.hour):\(civil.minute < 10 ? "0" : "")\(civil.minute)"
  }
}
