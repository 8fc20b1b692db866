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
      let thread = place.target["thread_by"]?.string.map { $0.split(separator: ".").map(String.init) }
      route = ResolvedRoute(lane: lane(for: place, way), destination: destination, place: place, thread: thread)
    case .failure:
      let lane = lanesByName[""] ?? makeLane("", transport: "", way: nil)
      route = ResolvedRoute(
        lane: lane, destination: destination, place: Place(transport: destination.transport, target: destination.target))
    }
    if let rest = rests[route.place], let way = route.lane.way, rest.kind ?? way.kind == way.kind { route.lane.extend(rest) }
    routes[id] = route
    route.lane.destinations.insert(id)
    return route
  }

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
        if highest == 0 { for lane in lanes.values where lane.drop?.through == .max { lane.drop?.through = delivery.id - 1 } }
        highest = delivery.id
      }
      if let due = delivery.due {
        nextAlarm = min(nextAlarm ?? due, due)
      } else {
        enter(Parcel(delivery), now)
      }
    }
  }

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
    lined += 1
    lane.cursor = max(lane.cursor, parcel.id)
    if lane.line.count > window, let last = lane.line.popLast() {
      lined -= 1
      lane.hasMore = true
      lane.cursor = last.id - 1
    }
  }

  var window: Int { lined + asked >= limits.inMemory ? limits.crowdedWindow : limits.window }

  mutating func remove(from lane: Lane, at index: Int) -> Parcel {
    lined -= 1
    return index == 0 ? lane.line.removeFirst() : lane.line.remove(at: index)
  }

  /// Somebody ended them; perhaps we did, and then they are in flight. An attempt under way ends by itself, and its settlement changes nothing.
  mutating func forget(_ ids: Set<Int64>) {
    for id in ids { flights[id]?.isForgotten = true }
    let gone = ids.filter { flights[$0] == nil }
    guard !gone.isEmpty else { return }
    for lane in lanes.values {
      let before = lane.line.count
      lane.line.removeAll { gone.contains($0.id) }
      lined -= before - lane.line.count
    }
    if !readings.isEmpty { for id in gone { left[id] = nextReading } }
  }

  // MARK: Reading on

  mutating func refill(_ lane: Lane, _ now: StepTime) {
    guard lane.hasMore, lane.reading == nil, lane.line.count <= window / 4 else { return }
    guard lane.readNotBefore <= now.ticks else {
      arm(lane, at: lane.readNotBefore)
      return
    }
    nextReading += 1
    let limit = min(window - lane.line.count, max(limits.crowdedWindow, limits.inMemory - lined - asked))
    asked += limit
    lane.reading = Lane.PageRead(number: nextReading, after: lane.cursor, limit: limit)
    readings.insert(nextReading)
    effects.append(
      .read(lane: lane.id, reading: nextReading, destinations: lane.destinations.sorted(), after: lane.cursor, limit: limit))
  }

  mutating func turn(_ page: [Delivery]?, lane id: Int, reading number: Int, _ now: StepTime) {
    readings.remove(number)
    defer { forgetLeft() }
    guard let lane = lanes[id], let reading = lane.reading, reading.number == number, draining == nil else { return }
    lane.reading = nil
    asked -= reading.limit
    touch(lane)
    guard let page else {
      lane.readNotBefore = now.ticks + .seconds(1)
      return
    }
    // The window has shrunk since: this page starts too far on.
    guard lane.cursor == reading.after else { return }
    let fresh = page.filter { flights[$0.id] == nil && left[$0.id, default: 0] < number }
    let last = page.last?.id ?? lane.cursor
    if reading.missed.contains(where: { $0 <= last }) {
      // Most are in the page; one that came back into line behind its back is not, and must not be skipped.
      let ids = Set(fresh.map(\.id))
      if reading.missed.contains(where: { $0 <= last && !ids.contains($0) }) { return }
    }
    lane.cursor = last
    lane.hasMore = page.count >= reading.limit || reading.missed.contains { $0 > last }
    for delivery in fresh {
      let parcel = Parcel(delivery)
      if delivery.started {
        interrupted(parcel, lane, now)
      } else {
        lane.line.append(parcel)
        lined += 1
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
