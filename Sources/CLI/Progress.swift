/// One line on the terminal while long work goes on, written over as it gets on, and gone at its end. Nothing where nobody watches.
enum Progress {
  static func show(_ text: String) {
    guard Terminal.isWatched else { return }
    FileAccess.write(Array("\r\u{1B}[K\(Output.printable(text))".utf8), to: 2)
  }

  static func clear() { if Terminal.isWatched { FileAccess.write(Array("\r\u{1B}[K".utf8), to: 2) } }

  /// Does `work` and meanwhile, every now and then, shows what `look` says.
  static func during<Value: Sendable>(
    _ look: @escaping @Sendable () async throws -> String?, _ work: () async throws -> Value
  ) async throws -> Value {
    guard Terminal.isWatched else { return try await work() }
    let watching = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: .milliseconds(250))
        if let text = try await look() { show(text) }
      }
    }
    let result: Result<Value, any Error>
    do { result = .success(try await work()) } catch { result = .failure(error) }
    watching.cancel()
    _ = await watching.result
    clear()
    return try result.get()
  }
}
