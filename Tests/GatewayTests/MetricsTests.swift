import Bellhop
import Store
import Testing

@testable import Gateway

@Suite struct MetricsTests {
  /// https://prometheus.io/docs/instrumenting/exposition_formats/#comments-help-text-and-type-information
  @Test func aLabelEndsWhereItEnds() {
    #expect(Metrics.escape("a\\b\"\u{301}c\r\nd").utf8.elementsEqual("a\\\\b\\\"\u{301}c\r\\nd".utf8))
  }

  private func page(_ committed: Committed...) -> String {
    let metrics = Metrics()
    for one in committed { metrics.note(one) }
    return metrics.render(lanes: [], storeBytes: 7, ready: true, now: Timestamp(seconds: 0))
  }

  private func settlement(_ outcome: Outcome, state: DeliveryState) -> Settlement {
    let attempt = AttemptRecord(
      number: 1, at: Timestamp(seconds: 10), took: .milliseconds(20), lane: "out", kind: "webhook", outcome: outcome)
    return Settlement(delivery: 1, event: 1, role: "growth", received: Timestamp(seconds: 9), attempt: attempt, state: state)
  }

  /// A label's value may hold anything that a name in the YAML may. https://prometheus.io/docs/instrumenting/exposition_formats/
  @Test func namesAreEscaped() {
    let event = Event(id: "1", sender: "a\"b\\c\nd", source: "s", time: Timestamp(seconds: 0))
    let kept = Committed.Kept(sequence: 1, received: Timestamp(seconds: 0), event: event, plan: Plan(fate: .unrouted))
    #expect(page(Committed(arrivals: [kept, kept])).contains("bellhop_events_total{sender=\"a\\\"b\\\\c\\nd\",fate=\"unrouted\"} 2\n"))
  }

  @Test func whoFollowsIsCounted() {
    let text = Metrics().render(lanes: [], storeBytes: 7, following: (3, [.slow: 2]), ready: true, now: Timestamp(seconds: 0))
    #expect(text.contains("\nbellhop_stream_readers 3\n"))
    #expect(
      text.contains("\nbellhop_stream_dropped_total{why=\"slow\"} 2\n")
        && text.contains("\nbellhop_stream_dropped_total{why=\"busy\"} 0\n"))
  }

  @Test func attemptsAreCountedByKindAndOutcome() {
    let fault = Fault(.throttled, "slow down")
    let text = page(
      Committed(settlements: [settlement(.postponed(fault, retryAfter: nil), state: .waiting)]),
      Committed(settlements: [settlement(.delivered(Receipt()), state: .delivered)]))
    for line in [
      "bellhop_attempts_total{kind=\"webhook\",outcome=\"delivered\"} 1",
      "bellhop_attempts_total{kind=\"webhook\",outcome=\"postponed\"} 1",
      "bellhop_faults_total{kind=\"webhook\",fault=\"throttled\"} 1", "bellhop_deliveries_total{role=\"growth\",state=\"delivered\"} 1",
      "bellhop_attempt_seconds_count{kind=\"webhook\"} 2", "bellhop_delivery_seconds_sum{kind=\"webhook\"} 1.02",
      "bellhop_delivery_seconds_bucket{kind=\"webhook\",le=\"2.5\"} 1", "bellhop_delivery_seconds_bucket{kind=\"webhook\",le=\"1.0\"} 0",
      "bellhop_store_bytes 7", "bellhop_ready 1",
    ] { #expect(text.contains(line + "\n"), "\(line) is not in\n\(text)") }
  }

  @Test func closedKeysAreCountedByTheirRule() {
    var one = Committed()
    one.closed = [ClosedKeys(role: "dev\"ops", row: "outages", rule: "dedupe"): 2]
    var two = one
    two.closed[ClosedKeys(role: "office", row: "day", rule: "settle")] = 1
    let text = page(one, two)
    #expect(
      text.contains(
        """
        # TYPE bellhop_closed_keys_total counter
        bellhop_closed_keys_total{role="dev\\"ops",row="outages",rule="dedupe"} 4
        bellhop_closed_keys_total{role="office",row="day",rule="settle"} 1

        """), "\(text)")
  }

  @Test func refusedRequestsAreCounted() {
    let metrics = Metrics()
    for status in [401, 429, 429] { metrics.refused(route: "events", status: status) }
    let text = metrics.render(lanes: [], storeBytes: 0, ready: true, now: Timestamp(seconds: 0))
    #expect(text.contains("bellhop_refused_requests_total{route=\"events\",status=\"429\"} 2\n"), "\(text)")
    #expect(text.contains("bellhop_refused_requests_total{route=\"events\",status=\"401\"} 1\n"), "\(text)")
  }
}
