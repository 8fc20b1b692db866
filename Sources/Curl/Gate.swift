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
    let host: String
    var active = 0
    /// It stands in `ready`, once.
    var listed = false
    /// Who waits and has not withdrawn.
    private(set) var waiting = 0
    /// The waiting in their order, with gaps where somebody withdrew; those before `head` have gone.
    private var line: [(item: Item, limit: Int)?] = []
    private var head = 0
    /// How many have been taken off the beginning of the line: numbers go on.
    private var passed = 0

    init(host: String) { self.host = host }

    /// The number of who has lined up.
    func append(_ item: Item, limit: Int) -> Int {
      line.append((item, limit))
      waiting += 1
      return passed + line.count - 1
    }

    func remove(_ number: Int) {
      let index = number - passed
      guard index >= head, index < line.count, line[index] != nil else { return }
      line[index] = nil
      waiting -= 1
      while head < line.count, line[head] == nil { head += 1 }
      guard head == line.count || head > 1_024 else { return }
      passed += head
      line.removeFirst(head)
      head = 0
    }

    /// Takes the first out of the line and gives it a place.
    func popFirst() -> Item? {
      guard waiting > 0, let first = line[head] else { return nil }
      remove(passed + head)
      active += 1
      return first.item
    }

    var mayGo: Bool {
      guard waiting > 0, let first = line[head] else { return false }
      return active < first.limit
    }
  }

  private let maximum: Int
  private var active = 0
  private var queues: [String: Queue] = [:]
  /// Hosts whose first in line may go as far as the host is concerned. Those before `turn` have had theirs.
  private var ready: [Queue] = []
  private var turn = 0

  init(maximum: Int) { self.maximum = max(1, maximum) }

  /// Lines up. Ask ``next()`` who goes.
  /// - Parameter limit: places at the host, those taken by others included; at least 1.
  mutating func enter(_ item: Item, host: String, limit: Int) -> Ticket {
    let queue: Queue
    if let known = queues[host] {
      queue = known
    } else {
      queue = Queue(host: host)
      queues[host] = queue
    }
    let ticket = Ticket(host: host, number: queue.append(item, limit: max(1, limit)))
    review(queue)
    return ticket
  }

  /// Steps out of line. Does nothing for who has gone already.
  mutating func withdraw(_ ticket: Ticket) {
    guard let queue = queues[ticket.host] else { return }
    queue.remove(ticket.number)
    review(queue)
  }

  /// Gives a place back.
  mutating func leave(host: String) {
    guard let queue = queues[host] else { return }
    active -= 1
    queue.active -= 1
    review(queue)
  }

  /// The next one that may go now; it holds a place until it leaves.
  mutating func next() -> Item? {
    while active < maximum, turn < ready.count {
      let queue = ready[turn]
      turn += 1
      if turn == ready.count || turn > 1024 {
        ready.removeFirst(turn)
        turn = 0
      }
      queue.listed = false
      // It may have withdrawn since, or have been overtaken by one with a smaller limit.
      let item = queue.mayGo ? queue.popFirst() : nil
      if item != nil { active += 1 }
      review(queue)
      if let item { return item }
    }
    return nil
  }

  /// How many wait, and how many have a place.
  var counts: (waiting: Int, active: Int) { (queues.values.reduce(0) { $0 + $1.waiting }, active) }

  /// Lists a host whose first may go; forgets one where nobody is. A listed one stays, so that it is never listed twice.
  private mutating func review(_ queue: Queue) {
    if !queue.listed, queue.mayGo {
      queue.listed = true
      ready.append(queue)
    }
    if !queue.listed, queue.active == 0, queue.waiting == 0 { queues[queue.host] = nil }
  }
}
