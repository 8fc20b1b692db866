import Bellhop

/// Writes each message as whole lines.
struct StdoutTransport: Transport {
  let sink: Sink
  let format: StdoutKind.Format
  let coloured: Bool

  func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome {
    let bytes =
      switch format {
      case .lines: Array(Printer(coloured: coloured).lines(message).utf8)
      case .json: Printer.json(message, attempt: attempt.number)
      }
    switch await sink.write(bytes, within: attempt.timeout) {
    case .written: return .delivered(Receipt(note: "\(bytes.count) bytes"))
    case .stuck(begun: false): return .postponed(Fault(.unavailable, "standard output takes no more: nobody reads the pipe behind it"))
    case .stuck(begun: true): return .unclear(Fault(.timeout, "standard output took half a message: nobody reads the pipe behind it"))
    case .failed(let reason, begun: false): return .postponed(Fault(.unreachable, "standard output: \(reason)"))
    case .failed(let reason, begun: true): return .unclear(Fault(.dropped, "standard output took half a message: \(reason)"))
    }
  }
}
