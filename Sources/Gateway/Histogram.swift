import Bellhop

/// A Prometheus histogram. https://prometheus.io/docs/instrumenting/exposition_formats/#histograms-and-summaries
struct Histogram: Sendable {
  /// Upper bounds in seconds: from a webhook on loopback to a lane that was down over night.
  static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600, 86_400]

  private var buckets = [Int](repeating: 0, count: bounds.count + 1)
  private var sum = 0.0

  mutating func observe(_ duration: Duration) {
    let seconds = max(0, Double(duration.microseconds) / 1_000_000)
    sum += seconds
    buckets[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
  }

  /// The sample lines; `labels` without braces.
  func lines(_ name: String, _ labels: String) -> String {
    var out = ""
    var total = 0
    let comma = labels.isEmpty ? "" : ","
    for (bound, count) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], buckets) {
      total += count
      out += "\(name)_bucket{\(labels)\(comma)le=\"\(bound)\"} \(total)\n"
    }
    out += "\(name)_sum{\(labels)} \(sum)\n\(name)_count{\(labels)} \(total)\n"
    return out
  }
}
