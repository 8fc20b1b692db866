import Bellhop
import Store

// Lanes, and the window of each on what the spool keeps in line.
extension CourierCore {
  // MARK: Routes

  mutating func route(of delivery: Delivery) -> ResolvedRoute {
    if let route = routes[delivery.destinationID] { return route }
    return learn(delivery.destinationID, delivery.destination)
  }

  /// Resolves a destination and joins it to its lane.
  @discardableResult
  mutating func learn(_ id: Int64, _ destination: Destination) -> ResolvedRoute {
    if let route = routes[id] { return route }
    let route: ResolvedRoute
    switch roster.route(of: destination) {
    case .success(let (place, way)):
      route = ResolvedRoute(lane: lane(for: place, way), destination: destination, place: place, changes: way.changes)
    case .failure:
      let lane = lanesByName[""] ?? makeLane("", transport: "", way: nil)
      route = ResolvedRoute(
        lane: lane, destination: destination, place: Place(transport: destination.transport, target: destination.target))
    }
    if let rest = rests[route.place], isWord(rest, of: route.lane) { route.lane.extend(rest) }
    routes[id] = route
    route.lane.destinations.insert(id)
    return route
  }

  /// Whether a rest is the word of the vendor behind a lane.
  func isWord(_ rest: Lane.Rest, of lane: Lane) -> Bool { lane.way.map { rest.kind ?? $0.kind == $0.kind } ?? false }

  private mutating func lane(for place: Place, _ way: ConfiguredTransport) -> Lane {
    let name = place.lane
    if let lane = lanesByName[name] { return lane }
    if ownLanes[place.transport, default: 0] < limits.lanes {
      ownLanes[place.transport, default: 0] += 1
      return makeLane(name, transport: place.transport, way: way)
    }
    // The share must be the same after a restart: pauses are kept by name.
    let shared = "\(place.transport) (shared \(fingerprint(name) % UInt64(limits.sharedLanes) + 1))"
    return lanesByName[shared] ?? makeLane(shared, transport: place.transport, way: way)
  }

  private mutating func makeLane(_ name: String, transport: String, way: ConfiguredTransport?) -> Lane {
    nextLane += 1
    let lane = Lane(id: nextLane, name: name, transport: transport, way: way, slots: slots(of: transport))
    lanes[lane.id] = lane
    lanesByName[name] = lane
    return lane
  }

  mutating func removeLane(_ lane: Lane) {
    for id in lane.destinations { routes[id] = nil }
    lanes[lane.id] = nil
    if lanesByName[lane.name] === lane { lanesByName[lane.name] = nil }
    if lane.way != nil, !isShared(lane) { ownLanes[lane.transport, default: 1] -= 1 }
  }

  private func isShared(_ lane: Lane) -> Bool { lane.name.hasPrefix("\(lane.transport) (shared ") }

  /// Idle lanes go. Looked for only while there are any.
  mutating func tidy(_ now: StepTime) {
    guard let tidyAt, now.ticks >= tidyAt else { return }
    self.tidyAt = nil
    for lane in Array(lanes.values) {
      if lane.canGo(at: now.ticks) {
        removeLane(lane)
      } else if lane.line.isEmpty, !lane.hasMore, lane.breaker.state == .closed {
        self.tidyAt = now.ticks + Self.tidyEvery
      }
    }
  }

  // MARK: Into line

  mutating func arrive(_ deliveries: [Delivery], _ now: StepTime) {
    guard draining == nil else { return }
    for delivery in deliveries {
      if delivery.id <= highest || highest == 0 { flights[delivery.id]?.needsReread = true }
      if delivery.id > highest {
        // Before the first arrival nobody knew where a drop had to stop.
        if highest == 0 {
          for lane in lanes.values {
            if lane.drop?.through == .max { lane.drop?.through = delivery.id - 1 }
            lane.outage?.bound(by: delivery.id - 1)
          }
        }
        highest = delivery.id
      }
      if let due = delivery.due {
        nextAlarm = min(nextAlarm ?? due, due)
      } else {
        // Put back by hand: its budget is fresh, so is what the lane's outage takes of it.
        if delivery.id < highest, delivery.attempts > 0 { routes[delivery.destinationID]?.lane.outage = nil }
        enter(parcel(delivery), now)
      }
    }
  }

  /// A delivery as it waits here: what is heavy leaves its words on disk.
  func parcel(_ delivery: Delivery) -> Parcel { Parcel(delivery.waiting(upTo: limits.whole)) }

  /// A delivery that stands in line on disk now.
  mutating func enter(_ parcel: Parcel, _ now: StepTime) {
    guard draining == nil, flights[parcel.id] == nil else { return }
    let lane = route(of: parcel.delivery).lane
    if parcel.delivery.started {
      interrupted(parcel, lane, now)
      return
    }
    if lane.hasMore, parcel.id > lane.cursor {
      // It will be read when its turn comes.
      lane.reading?.missed.append(parcel.id)
      return
    }
    insert(parcel, lane)
    touch(lane)
  }

  private mutating func insert(_ parcel: Parcel, _ lane: Lane) {
    let index = lane.index(of: parcel.id)
    if index < lane.line.count, lane.line[index].id == parcel.id { return }
    lane.line.insert(parcel, at: index)
    count(parcel, in: lane)
    lane.cursor = max(lane.cursor, parcel.id)
    while lane.line.count > 1, lane.load.exceeds(window), let last = lane.line.popLast() {
      uncount(last, in: lane)
      lane.hasMore = true
      lane.cursor = last.id - 1
    }
  }

  private mutating func count(_ parcel: Parcel, in lane: Lane) {
    lane.load += parcel.load
    lined += parcel.load
  }

  private mutating func uncount(_ parcel: Parcel, in lane: Lane) {
    lane.load -= parcel.load
    lined -= parcel.load
  }

  var window: Load { (lined + asked).reaches(limits.inMemory) ? limits.crowdedWindow : limits.window }

  mutating func remove(from lane: Lane, at index: Int) -> Parcel {
    let parcel = index == 0 ? lane.line.removeFirst() : lane.line.remove(at: index)
    uncount(parcel, in: lane)
    return parcel
  }

  /// Lets go of a lane's whole line; it is read again from disk.
  mutating func empty(_ lane: Lane) {
    lined -= lane.load
    lane.load = Load()
    lane.line.removeAll()
  }

  /// Somebody ended them; perhaps we did, and then they are in flight. An attempt under way ends by itself, and its settlement changes nothing.
  mutating func forget(_ ids: Set<Int64>) {
    for id in ids { flights[id]?.isForgotten = true }
    let gone = ids.filter { flights[$0] == nil }
    guard !gone.isEmpty else { return }
    for lane in lanes.values {
      lane.line.removeAll { parcel in
        guard gone.contains(parcel.id) else { return false }
        uncount(parcel, in: lane)
        return true
      }
    }
    if !readings.isEmpty { for id in gone { left[id] = nextReading } }
  }

  // MARK: Reading on

  mutating func refill(_ lane: Lane, _ now: StepTime) {
    let window = window
    guard lane.hasMore, lane.reading == nil, lane.load.count <= window.count / 4, lane.load.bytes <= window.bytes / 4 || lane.line.isEmpty
    else { return }
    guard lane.readNotBefore <= now.ticks else {
      arm(lane, at: lane.readNotBefore)
      return
    }
    nextReading += 1
    let held = lined + asked
    let limit = PageLimit(
      count: max(1, min(window.count - lane.load.count, max(limits.crowdedWindow.count, limits.inMemory.count - held.count))),
      bytes: max(1, min(window.bytes - lane.load.bytes, max(limits.crowdedWindow.bytes, limits.inMemory.bytes - held.bytes))),
      whole: limits.whole)
    asked += limit.load
    lane.reading = Lane.PageRead(number: nextReading, after: lane.cursor, limit: limit)
    readings.insert(nextReading)
    effects.append(
      .read(lane: lane.id, reading: nextReading, destinations: lane.destinations.sorted(), after: lane.cursor, limit: limit))
  }

  mutating func turn(_ page: DeliveryPage?, lane id: Int, reading number: Int, _ now: StepTime) {
    readings.remove(number)
    defer { forgetLeft() }
    guard let lane = lanes[id], let reading = lane.reading, reading.number == number, draining == nil else { return }
    lane.reading = nil
    asked -= reading.limit.load
    touch(lane)
    guard let page else {
      lane.readNotBefore = now.ticks + .seconds(1)
      return
    }
    // The window has shrunk since: this page starts too far on.
    guard lane.cursor == reading.after else { return }
    let fresh = page.deliveries.filter { flights[$0.id] == nil && left[$0.id, default: 0] < number }
    let last = page.deliveries.last?.id ?? lane.cursor
    if reading.missed.contains(where: { $0 <= last }) {
      // Most are in the page; one that came back into line behind its back is not, and must not be skipped.
      let ids = Set(fresh.map(\.id))
      if reading.missed.contains(where: { $0 <= last && !ids.contains($0) }) { return }
    }
    lane.cursor = last
    lane.hasMore = page.isCut || reading.missed.contains { $0 > last }
    for delivery in fresh {
      let parcel = parcel(delivery)
      if delivery.started {
        interrupted(parcel, lane, now)
      } else {
        lane.line.append(parcel)
        count(parcel, in: lane)
      }
    }
  }

  mutating func forgetLeft() {
    if readings.isEmpty {
      left.removeAll(keepingCapacity: true)
    } else if left.count > 8_192, let oldest = readings.min() {
      left = left.filter { $0.value >= oldest }
    }
  }
}

extension PageLimit {
  /// What a page within it may take up.
  var load: Load { Load(count: count, bytes: bytes) }
}
