import Bellhop
import Glibc

/// Rings the bell once for each message.
actor BellTransport: Transport {
  private let order: Line.Order
  private let pattern: RingPattern?
  private let pause: Duration
  private var line: Line?
  /// The line as it was asked for at the start; nil once it is in use or given back.
  private var first: Task<Result<Line, Fault>, Never>?
  private var isClosed = false
  private var lastRing: ContinuousClock.Instant?

  init(_ values: Values, places: Places) {
    order = Line.Order(
      places: places, chip: values.string("chip"), line: values.int("line") ?? 0, isActiveLow: values.bool("active_low") ?? false,
      mostOn: BellKind.mostOn(values), backend: values.string("backend") ?? "auto")
    pattern = RingPattern(BellKind.durations(values.list("ring"))) ?? RingPattern([.milliseconds(80)])
    pause = values.duration("pause") ?? .seconds(1)
    // At once, and not with the first ring: a line that was left on by a crash or a power cut must come to rest now.
    first = Task { [order] in await Holder.shared.take(order) }
  }

  func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome {
    guard let pattern = RingPattern(BellKind.durations(target["ring"])) ?? pattern else {
      return .refused(Fault(.misconfigured, "there is no pattern to ring"))
    }
    if let problem = pattern.problem(mostOn: order.mostOn) {
      return .refused(Fault(.misconfigured, "ring \(problem.text): \(problem.hint)"))
    }
    guard let phases = Printer.phases(message, pattern) else { return .delivered(Receipt(note: "quiet: not rung")) }
    let line: Line
    switch await open() {
    case .success(let found): line = found
    case .failure(let fault): return fault.kind == .misconfigured ? .refused(fault) : .postponed(fault)
    }
    if let lastRing {
      do { try await Task.sleep(until: lastRing + pause, clock: .continuous) } catch {
        return .postponed(Fault(.interrupted, "ended in the pause before the ring"))
      }
    }
    var code = await line.ring(phases)
    if code < 0 {
      // Another hand gave the line back: that of the transport before a reload, or somebody's. Nothing rang; it is asked for once more.
      await forget()
      guard case .success(let again) = await open() else { return .postponed(fault(-code, line)) }
      code = await again.ring(phases)
    }
    lastRing = .now
    switch code {
    case 0: return .delivered(Receipt(note: Printer.note(phases)))
    case ..<0: return .postponed(fault(-code, line))
    case ECANCELED: return .unclear(Fault(.interrupted, "ended in the middle of the ring; the line is at rest"))
    case EPIPE:
      await forget()
      return .unclear(Fault(.internal, "the bell's process ended in the middle of the ring; the line was brought to rest"))
    default: return .unclear(fault(code, line))
    }
  }

  private func fault(_ code: Int32, _ line: Line) -> Fault {
    BellTrouble.fault(code, at: line.chip.path, line: order.line, chip: line.chip)
  }

  private func forget() async {
    line = nil
    await Holder.shared.forget(order)
  }

  private func open() async -> Result<Line, Fault> {
    if let line { return .success(line) }
    let early = first
    first = nil
    let result = if let early { await early.value } else { await Holder.shared.take(order) }
    guard case .success(let found) = result else { return result }
    if isClosed {
      await Holder.shared.give(order)
      return .failure(Fault(.interrupted, "closed before the ring"))
    }
    // Two at a time: one of them has it.
    if line != nil { await Holder.shared.give(order) } else { line = found }
    return result
  }

  /// Gives the line back, also one that is still being opened.
  func close() async {
    isClosed = true
    if let early = first {
      first = nil
      if case .success = await early.value { await Holder.shared.give(order) }
    }
    guard line != nil else { return }
    line = nil
    await Holder.shared.give(order)
  }

  /// What there is of GPIO here, for people who look for the reason of a failure.
  func examine() async -> [String] { Examination.lines(order) }
}
