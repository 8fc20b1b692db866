import Bellhop

/// What goes to the command and what comes back from it.
struct Printer {
  /// The documented JSON of `webhook`, and a line feed: programs that read a line get the whole.
  static func input(_ message: Message, to target: Target, _ attempt: Attempt) -> [UInt8] {
    var object = message.json(attempt: attempt.number)
    object["target"] = .object(target.values)
    return JSON.object(object).bytes + [UInt8(ascii: "\n")]
  }

  /// The last line that a command said, fit for the history: without control characters and without its own secrets.
  static func lastLine(of output: [UInt8], hiding secrets: [Secret]) -> String? {
    let text = String(decoding: output, as: UTF8.self)
    guard var line = text.split(whereSeparator: \.isNewline).last(where: { !$0.allSatisfy(\.isWhitespace) }).map(String.init) else {
      return nil
    }
    for secret in secrets where secret.reveal().count >= 4 { line = line.replacing(secret.reveal(), with: Secret.mask) }
    let clean = line.readableLine
    return clean.count > 200 ? String(clean.prefix(199)) + "…" : clean
  }
}
