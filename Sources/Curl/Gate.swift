/// Who may go, who waits: so many per host, so many in all, first come first served within a host, hosts taking turns when the whole
/// is full. Pure. libcurl's own limits would count the waiting as part of a request's time, hence this.
struct Gate<Item>: ~Copyable {
  /// Somebody waiting, to be withdrawn by it.
  struct Ticket: Hashable {
    fileprivate var host: String
    fileprivate var number: Int
  }

  /// One host. A class, as a struct inside a dictionary would be copied with all its waiting at each change.
  private final class Queue {
    var active = 0
    /// Its name stands in `ready`, once.
    var listed = false
    /// The waiting by their numbers, with gaps where somebody withdrew; `head` is at or before the first.
    var waiting: [Int: (item: Item, limit: Int)] = [:]
    var head = 0
    var tail = 0

    var first: (item: Item, limit: Int)? {
      guard !waiting.isEmpty else { return nil }
      while head < tail {
        if let first = waiting[head] { return first }
        head += 1
      }
      return nil
    }

    var mayGo: Bool { first.map { active < $0.limit } ?? false }
  }

  private let maximum: Int
  private var active = 0
  private var queues: [String: Queue] = [:]
  /// Hosts whose first in line may go as far as the host is concerned. Those before `turn` have had theirs.
  private var ready: [String] = []
  private var turn = 0

  init(maximum: Int) { self.maximum = max(1, maximum) }

  /// Lines up. Ask ``next()`` who goes.
  /// - Parameter limit: places at the host, those taken by others included; at least 1.
  mutating func enter(_ item: Item, host: String, limit: Int) -> Ticket {
    let queue = queues[host] ?? Queue()
    queues[host] = queue
    let ticket = Ticket(host: host, number: queue.tail)
    queue.waiting[queue.tail] = (item, max(1, limit))
    queue.tail += 1
    review(queue, host)
    return ticket
  }

  /// Steps out of line. Does nothing for who has gone already.
  mutating func withdraw(_ ticket: Ticket) {
    guard let queue = queues[ticket.host] else { return }
    queue.waiting[ticket.number] = nil
    review(queue, ticket.host)
  }

  /// Gives a place back.
  mutating func leave(host: String) {
    guard let queue = queues[host] else { return }
    active -= 1
    queue.active -= 1
    review(queue, host)
  }

  /// The next one that may go now; it holds a place until it leaves.
  mutating func next() -> Item? {
    while active < maximum, turn < ready.count {
      let host = ready[turn]
      turn += 1
      if turn == ready.count || turn > 1024 {
        ready.removeFirst(turn)
        turn = 0
      }
      guard let queue = queues[host] else { continue }
      queue.listed = false
      // It may have withdrawn since, or have been overtaken by one with a smaller limit.
      let item = queue.mayGo ? queue.first?.item : nil
      if item != nil {
        queue.waiting[queue.head] = nil
        queue.active += 1
        active += 1
      }
      review(queue, host)
      if let item { return item }
    }
    return nil
  }

  /// How many wait, and how many have a place.
  var counts: (waiting: Int, active: Int) { (queues.values.reduce(0) { $0 + $1.waiting.count }, active) }

  /// Lists a host whose first may go; forgets one where nobody is. A listed one stays, so that it is never listed twice.
  private mutating func review(_ queue: Queue, _ host: String) {
    if !queue.listed, queue.mayGo {
      queue.listed = true
      ready.append(host)
    }
    if !queue.listed, queue.active == 0, queue.waiting.isEmpty { queues[host] = nil }
  }
}
