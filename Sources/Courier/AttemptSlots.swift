import DequeModule

/// The attempts of one transport over all its lanes, and the lanes that wait for a place among them, first come first served.
final class AttemptSlots {
  /// Attempts whose end is not yet on disk.
  private(set) var underWay = 0
  /// Heavy ones among them.
  var heavy = 0
  private var waiting: Deque<Int> = []

  func enter() { underWay += 1 }

  func leave() { underWay -= 1 }

  /// - Parameter first: it had its turn, but somebody else was quicker.
  func wait(_ lane: Int, first: Bool) { if first { waiting.prepend(lane) } else { waiting.append(lane) } }

  /// Whose turn it is; nil where nobody waits.
  func next() -> Int? { waiting.popFirst() }

  var isAwaited: Bool { !waiting.isEmpty }

  func forgetWaiting() { waiting = [] }
}

extension CourierCore {
  mutating func slots(of transport: String) -> AttemptSlots {
    if let known = slotsByTransport[transport] { return known }
    let slots = AttemptSlots()
    slotsByTransport[transport] = slots
    return slots
  }

  /// True when the lane's transport has a place for one more attempt. Else the lane is invited when there is one.
  mutating func hasPlace(_ lane: Lane, _ way: ConfiguredTransport, for parcel: Parcel) -> Bool {
    if lane.slots.underWay < max(way.policy.parallel, way.policy.concurrency), hasRoom(for: parcel, lane.slots) { return true }
    lacksPlace = true
    if !lane.awaitsPlace {
      lane.awaitsPlace = true
      lane.slots.wait(lane.id, first: lane.isInvited)
      // There is nothing to pass on.
      lane.isInvited = false
    }
    return false
  }

  /// Heavy ones may be in the air as far as memory goes. The first of a transport always may: no destination delays another.
  private func hasRoom(for parcel: Parcel, _ slots: AttemptSlots) -> Bool {
    !parcel.isHeavy || slots.heavy == 0 || airborne + parcel.delivery.weight <= limits.airborne
  }

  /// Counts a heavy one that is to be sent, with what it weighs as far as that is known.
  mutating func reckon(_ flight: Flight, _ bytes: Int) {
    if flight.bytes == 0 { flight.slots?.heavy += 1 }
    airborne += bytes - flight.bytes
    flight.bytes = bytes
    if bytes == 0 { flight.slots?.heavy -= 1 }
  }

  /// Lets the next lane that waits for a place of this transport have a look.
  mutating func invite(_ slots: AttemptSlots) {
    while let id = slots.next() {
      guard let lane = lanes[id], lane.awaitsPlace else { continue }
      lane.awaitsPlace = false
      lane.isInvited = true
      touch(lane)
      return
    }
  }
}
