import Bellhop
import Store
import TestSupport
import Testing

@testable import Streaming

/// Readers over a store in memory, where each step is the test's.
private struct Stage {
  let spool = MemorySpool(epoch: "e", now: { noon })
  let heard = Guarded<[Committed]>([])
  var fanout: StreamFanout
  var limits: StreamLimits
  /// Errands that were read, and not brought back.
  var read: [(StreamFanout.StreamErrand, HistoryStretch?, [HistoryEvent])] = []

  init(_ limits: StreamLimits = StreamLimits()) {
    self.limits = limits
    fanout = StreamFanout(epoch: "e", head: 0, limits: limits)
    spool.onCommit { [heard] committed in heard.withLock { $0.append(committed) } }
  }

  func keep(_ arrivals: Arrival...) async throws { _ = try await spool.commit(Batch(arrivals: arrivals)) }

  func settle(_ delivery: Int64, of event: Int64, _ state: DeliveryState = .delivered) async throws {
    _ = try await spool.commit(Batch(settlements: [Settlement(delivery: delivery, event: event, state: state)]))
  }

  mutating func hear() {
    for committed in heard.withLock({
      let all = $0; $0 = []; return all
    }) { fanout.note(committed, at: noon) }
  }

  /// Reads what is asked for now; it is brought back later.
  mutating func look() async throws {
    for errand in fanout.errands() {
      switch errand {
      case .page(_, let after):
        read.append((errand, try await spool.stretch(after: after, limit: limits.pageEvents, bytes: limits.pageBytes), []))
      case .lookUp(let sequences): read.append((errand, nil, try await spool.events(at: sequences)))
      }
    }
  }

  mutating func bringBack(_ index: Int = 0) {
    let (errand, stretch, events) = read.remove(at: index)
    if case .page(let id, _) = errand { fanout.page(id, stretch) } else { fanout.lookedUp(events) }
  }

  mutating func finish() async throws {
    while true {
      hear()
      try await look()
      if read.isEmpty { return }
      bringBack()
    }
  }
}

@Suite struct FanoutTests {
  private let everything: StreamSight

  init() throws { everything = try StreamSight() }

  @Test func whatComesIsTold() async throws {
    var stage = Stage()
    try await stage.keep(arrival("before"))
    stage.hear()
    let box = mailbox()
    var told = Understood()
    stage.fanout.open(1, everything, box, from: .now, head: 1)
    try await stage.keep(arrival("1"), arrival("2", roles: []))
    try await stage.settle(2, of: 2)
    try await stage.settle(1, of: 1, .dead)
    try await stage.finish()
    _ = box.drain(into: &told)
    #expect(told.sequences == [2, 3] && told.events.first?.id == "e-2" && told.lastID == "e-3")
    let event = told.named("event")[0]
    #expect(event["id"]?.string == "1" && event["fate"]?.string == "planned")
    let planned = event["deliveries"]?.array?.first
    #expect(
      planned?["role"]?.string == "ops" && planned?["row"]?.string == "row of ops" && planned?["destination"]?.string == "c"
        && planned?["alert"]?.string == "normal" && planned?["state"]?.string == "waiting" && planned?["id"]?.int == 2)
    let fates = told.named("delivery")
    #expect(fates.map { $0["event"]?.int } == [2, 1], "the one whose event came before the reader is looked up")
    #expect(
      fates.map { $0["state"]?.string } == ["delivered", "dead"] && fates.allSatisfy { $0["role"]?.string == "ops" && $0["when"] != nil })
    #expect(told.events.filter { $0.name == "delivery" }.allSatisfy { $0.id == nil })
  }

  /// A fate that cannot be looked up is not passed over: who followed comes again, and asks for what is.
  @Test func whatCannotBeLookedUpSendsEverybodyAway() async throws {
    var stage = Stage()
    try await stage.keep(arrival("before"))
    // It came before anybody followed.
    stage.heard.withLock { $0 = [] }
    let box = mailbox()
    var told = Understood()
    stage.fanout.open(1, everything, box, from: .now, head: 1)
    try await stage.settle(1, of: 1, .dead)
    stage.hear()
    try await stage.look()
    #expect(stage.read.count == 1)
    stage.fanout.lookedUp(nil)
    _ = box.drain(into: &told)
    #expect(told.named("dropped").first?["reason"]?.string == "busy" && told.named("delivery").isEmpty)
  }

  /// A try that will be repeated and the start of one are no news; a retry by hand is.
  @Test func onlyChangesAreTold() async throws {
    var stage = Stage()
    let box = mailbox()
    var told = Understood()
    stage.fanout.open(1, everything, box, from: .now, head: 0)
    try await stage.keep(arrival("1"))
    try await stage.settle(1, of: 1, .waiting)
    try await stage.settle(1, of: 1, .dead)
    _ = try await stage.spool.retry([1])
    try await stage.finish()
    _ = box.drain(into: &told)
    #expect(told.named("delivery").map { $0["state"]?.string } == ["dead", "waiting"])
  }

  /// A fallback is news of its event, and what becomes of it too.
  @Test func fallbacksAreTold() async throws {
    var stage = Stage()
    let box = mailbox()
    var told = Understood()
    stage.fanout.open(1, everything, box, from: .now, head: 0)
    try await stage.keep(arrival("1"))
    let mail = PlannedDelivery(destination: Destination(transport: "mail"), role: "ops")
    _ = try await stage.spool.commit(Batch(settlements: [Settlement(delivery: 1, event: 1, state: .dead, note: "no", followUps: [mail])]))
    try await stage.settle(2, of: 1)
    try await stage.finish()
    _ = box.drain(into: &told)
    let fates = told.named("delivery")
    #expect(fates.map { $0["state"]?.string } == ["dead", "waiting", "delivered"] && fates.map { $0["id"]?.int } == [1, 2, 2])
    #expect(fates.map { $0["destination"]?.string } == ["c", "mail", "mail"] && fates[0]["note"]?.string == "no")
  }

  /// Who asks for what `keep` has removed is told so; who wished to begin a while ago is not.
  @Test func theRemovedAreAGapForWhoHadAnID() {
    for (start, isTold) in [(StreamStart.behind("e-0"), true), (.place(0), false)] {
      var fanout = StreamFanout(epoch: "e", head: 9)
      let box = mailbox()
      var told = Understood()
      fanout.open(1, everything, box, from: start, head: 9)
      #expect(fanout.errands() == [.page(1, after: 0)] && fanout.errands().isEmpty)
      fanout.page(1, HistoryStretch(events: [], end: 9, isEnd: true, missing: 1...4))
      _ = box.drain(into: &told)
      let gap = told.named("gap").first
      #expect((gap != nil) == isTold && gap?["from"]?.string == (isTold ? "e-0" : nil) && gap?["to"]?.string == (isTold ? "e-4" : nil))
      #expect(gap?["reason"]?.string == (isTold ? "swept" : nil))
    }
  }

  @Test func readersOfARoleSeeNothingElse() async throws {
    var stage = Stage()
    let (box, whole) = (mailbox(), mailbox())
    var (told, all) = (Understood(), Understood())
    stage.fanout.open(1, try StreamSight(only: ["finance"]), box, from: .now, head: 0)
    stage.fanout.open(2, everything, whole, from: .now, head: 0)
    try await stage.keep(arrival("1", roles: ["ops"]), arrival("2", roles: ["ops", "finance"]))
    for delivery in 1...3 { try await stage.settle(Int64(delivery), of: delivery == 1 ? 1 : 2) }
    try await stage.finish()
    _ = box.drain(into: &told)
    _ = whole.drain(into: &all)
    #expect(told.sequences == [2] && told.named("event")[0]["deliveries"]?.array?.count == 1)
    #expect(told.named("delivery").map { $0["id"]?.int } == [3])
    #expect(all.sequences == [1, 2] && all.named("delivery").count == 3)
    // And of the past.
    let late = mailbox()
    stage.fanout.open(3, try StreamSight(only: ["finance"]), late, from: .behind("e-0"), head: 2)
    try await stage.finish()
    var past = Understood()
    _ = late.drain(into: &past)
    #expect(past.sequences == [2] && past.states == [3: "delivered"])
  }

  /// Each is put into words once, however many see the same of it.
  @Test func wordsAreMadeOnce() throws {
    let event = Committed.Kept(sequence: 1, received: noon, event: arrival("1").event, plan: Plan(), firstDelivery: 1).told
    var news = StreamNews([.event(event)], in: "e")
    let one = news.pieces(for: everything)[0].bytes
    let other = news.pieces(for: try StreamSight("type:a.*"))[0].bytes
    #expect(one.withUnsafeBufferPointer { $0.baseAddress } == other.withUnsafeBufferPointer { $0.baseAddress })
  }

  @Test func gapsAreHonest() async throws {
    var limits = StreamLimits()
    limits.farthest = 3
    var stage = Stage(limits)
    for index in 1...5 { try await stage.keep(arrival("\(index)")) }
    stage.hear()
    for (id, (start, reason, to, sequences))
      in ([
        ("other-2", "epoch", "e-5", []), ("nonsense", "epoch", "e-5", []), ("e-9", "future", "e-5", []), ("e-1", "far", "e-2", [3, 4, 5]),
        ("e-2", nil, nil, [3, 4, 5]), ("e-5", nil, nil, []),
      ] as [(String, String?, String?, [Int64])]).enumerated()
    {
      let box = mailbox()
      var told = Understood()
      stage.fanout.open(id, everything, box, from: .behind(start), head: 5)
      try await stage.finish()
      _ = box.drain(into: &told)
      let gap = told.named("gap").first
      #expect(gap?["reason"]?.string == reason && gap?["to"]?.string == to && told.sequences == sequences, "\(start): \(told.events)")
      #expect(gap == nil || gap?["from"]?.string == start && gap?["why"] != nil)
      #expect(told.lastID == "e-5")
    }
  }

  /// Who does not take what waits reads on from the history once it does, without a hole.
  @Test func whoIsFullReadsOnLater() async throws {
    var limits = StreamLimits()
    limits.waiting = 2_000
    limits.pageEvents = 3
    var stage = Stage(limits)
    let rooms = Guarded(0)
    let box = StreamMailbox(limits, epoch: "e", told: { 0 }, onRoom: { rooms.withLock { $0 += 1 } }, onEnd: { _ in })
    stage.fanout.open(1, everything, box, from: .now, head: 0)
    for index in 1...30 { try await stage.keep(arrival("\(index)")) }
    try await stage.settle(1, of: 1)
    try await stage.settle(30, of: 30, .dead)
    try await stage.finish()
    #expect(box.weight < 4_000, "what waits has an end")
    var told = Understood()
    var rounds = 0
    while told.sequences.count < 30, rounds < 100 {
      rounds += 1
      _ = box.drain(into: &told)
      if rooms.withLock({
        let has = $0 > 0; $0 = 0; return has
      }) {
        stage.fanout.hasRoom(1)
      }
      try await stage.finish()
    }
    _ = box.drain(into: &told)
    #expect(told.sequences == Array(1...30) && told.states[1] == "delivered" && told.states[30] == "dead")
  }

  /// Commits, pages, look-ups, comings, goings and slow readers in any order: nobody misses anything, or hears anything twice, and all know in
  /// the end what became of each delivery.
  @Test(arguments: 0..<150) func noSeam(seed: UInt64) async throws {
    var luck = Seeded(seed)
    var limits = StreamLimits()
    limits.waiting = 3_000
    limits.pageEvents = 1 + Int(luck.next() % 4)
    limits.pageBytes = 200
    var stage = Stage(limits)
    struct Listener {
      var box: StreamMailbox
      var told = Understood()
      var id: Int
      var start: Int64
      var rooms: Guarded<Int>
    }
    var listeners: [Listener] = []
    var ids = 0
    var kept: Int64 = 0
    var deliveries: [(id: Int64, event: Int64)] = []
    func again(_ index: Int) {
      let (box, rooms, id) = open(.behind(listeners[index].told.lastID ?? ""))
      (listeners[index].box, listeners[index].rooms, listeners[index].id) = (box, rooms, id)
      // What became of deliveries meanwhile is not told to who is away.
      listeners[index].told.states = [:]
    }
    func take(_ index: Int) {
      let isOver = listeners[index].box.drain(into: &listeners[index].told)
      if listeners[index].rooms.withLock({
        let has = $0 > 0; $0 = 0; return has
      }) {
        stage.fanout.hasRoom(listeners[index].id)
      }
      if isOver { again(index) }
    }
    func open(_ start: StreamStart) -> (StreamMailbox, Guarded<Int>, Int) {
      ids += 1
      let rooms = Guarded(0)
      let box = StreamMailbox(limits, epoch: "e", told: { 0 }, onRoom: { rooms.withLock { $0 += 1 } }, onEnd: { _ in })
      stage.fanout.open(ids, everything, box, from: start, head: kept)
      return (box, rooms, ids)
    }
    for _ in 0..<200 {
      switch luck.next() % 10 {
      case 0, 1, 2:
        let count = Int64(1 + luck.next() % 3)
        var batch = Batch()
        for offset in 1...count { batch.arrivals.append(arrival("\(kept + offset)")) }
        _ = try await stage.spool.commit(batch)
        for offset in 1...count { deliveries.append((kept + offset, kept + offset)) }
        kept += count
      case 3:
        guard let one = deliveries.randomElement(using: &luck) else { continue }
        try await stage.settle(one.id, of: one.event, luck.next() % 2 == 0 ? .dead : .delivered)
      case 4:
        if let one = deliveries.randomElement(using: &luck) { _ = try await stage.spool.retry([one.id]) }
      case 5:
        // All that was committed is put in before who comes: the hub's inbox sees to that.
        stage.hear()
        if listeners.count < 4 {
          let (box, rooms, id) = open(luck.next() % 2 == 0 ? .now : .behind("e-0"))
          var listener = Listener(box: box, id: id, start: 0, rooms: rooms)
          _ = box.drain(into: &listener.told)
          listener.start = listener.told.lastID.flatMap(StreamPlace.init)?.sequence ?? 0
          listeners.append(listener)
        }
      case 6:
        // Somebody goes, and comes back with what it had.
        guard let index = listeners.indices.randomElement(using: &luck) else { continue }
        stage.hear()
        listeners[index].box.finish()
        stage.fanout.close(listeners[index].id)
        again(index)
      case 7: stage.hear()
      case 8:
        try await stage.look()
        if !stage.read.isEmpty, luck.next() % 2 == 0 { stage.bringBack(Int(luck.next() % UInt64(stage.read.count))) }
      default:
        guard let index = listeners.indices.randomElement(using: &luck) else { continue }
        stage.hear()
        take(index)
      }
    }
    for _ in 0..<500 {
      while !stage.read.isEmpty { stage.bringBack() }
      try await stage.finish()
      for index in listeners.indices { take(index) }
    }
    for listener in listeners {
      let expected = listener.start < kept ? Array(listener.start + 1...kept) : []
      #expect(listener.told.sequences == expected, "seed \(seed)")
      for (id, state) in listener.told.states {
        #expect(try await stage.spool.delivery(id: id)?.state.word == state, "seed \(seed), delivery \(id)")
      }
    }
  }
}
