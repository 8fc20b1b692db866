/// Who wants to be looked at when: a binary heap, earliest first.
struct Timers: Sendable {
  struct Timer: Sendable, Hashable {
    var at: Duration
    var lane: Int
  }

  private var heap: [Timer] = []

  var first: Timer? { heap.first }

  mutating func add(_ entry: Timer) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].at < heap[parent].at else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// The earliest entry, if its time has come.
  mutating func pop(dueBy ticks: Duration) -> Timer? {
    guard let first = heap.first, first.at <= ticks else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].at < heap[least].at { least = child }
      if least == parent { return first }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
