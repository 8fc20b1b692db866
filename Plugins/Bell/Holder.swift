import Bellhop
import Dispatch

/// Who holds which line in this process: a reload makes new transports before the old ones are closed, and both may mean one line.
actor Holder {
  static let shared = Holder()

  private struct Held {
    var line: Task<Result<Line, Fault>, Never>
    var users: Int
  }

  private var held: [Line.Order: Held] = [:]

  /// How many have taken it.
  func users(of order: Line.Order) -> Int { held[order]?.users ?? 0 }
  /// How many lines are held or being opened there.
  func count(in places: Places) -> Int { held.keys.count { $0.places == places } }

  /// The line, opened for the first of its users. A line that could not be had is tried anew each time.
  func take(_ order: Line.Order) async -> Result<Line, Fault> {
    if let task = held[order]?.line {
      held[order]?.users += 1
      return await task.value
    }
    let task = Task.detached { await Self.open(order) }
    held[order] = Held(line: task, users: 1)
    let result = await task.value
    if case .failure = result { held[order] = nil }
    return result
  }

  /// On a thread that may wait: opening takes as long as udev does, and on a small machine the pool for tasks is one thread for all.
  private static func open(_ order: Line.Order) async -> Result<Line, Fault> {
    await withCheckedContinuation { continuation in
      opening.async { continuation.resume(returning: Line.open(order)) }
    }
  }

  private static let opening = DispatchQueue(label: "bell.open", attributes: .concurrent)

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
