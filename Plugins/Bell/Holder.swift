import Bellhop

/// Who holds which line in this process: a reload makes new transports before the old ones are closed, and both may mean one line.
actor Holder {
  static let shared = Holder()

  private struct Held {
    var line: Task<Result<Line, Fault>, Never>
    var users: Int
  }

  private var held: [Line.Order: Held] = [:]

  /// The line, opened for the first of its users. A line that could not be had is tried anew each time.
  func take(_ order: Line.Order) async -> Result<Line, Fault> {
    if let task = held[order]?.line {
      held[order]?.users += 1
      return await task.value
    }
    let task = Task.detached { Line.open(order) }
    held[order] = Held(line: task, users: 1)
    let result = await task.value
    if case .failure = result { held[order] = nil }
    return result
  }

  /// The last user's word closes it.
  func give(_ order: Line.Order) async {
    guard let holding = held[order] else { return }
    if holding.users > 1 {
      held[order]?.users -= 1
      return
    }
    held[order] = nil
    if case .success(let line) = await holding.line.value { await line.close() }
  }

  /// Drops a line whose ringer is gone, so that the next ring takes it anew.
  func forget(_ order: Line.Order) async {
    guard let holding = held.removeValue(forKey: order) else { return }
    if case .success(let line) = await holding.line.value { await line.close() }
  }
}
