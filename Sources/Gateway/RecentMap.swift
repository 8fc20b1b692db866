/// Values by key, for keys of which few come again and again: those that came last are compared before anything is hashed.
struct RecentMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private(set) var entries: [(key: Key, value: Value)] = []
  private var places: [Key: Int] = [:]
  /// Of the keys that came last.
  private var recent: [Int] = []
  private var next = 0
  private static var remembered: Int { 4 }

  /// Changes the value of a key; a new one begins with `initial`.
  mutating func change(_ key: Key, from initial: @autoclosure () -> Value, _ change: (inout Value) -> Void) {
    for place in recent where entries[place].key == key { return change(&entries[place].value) }
    let place = places[key] ?? add(key, initial())
    remember(place)
    change(&entries[place].value)
  }

  private mutating func add(_ key: Key, _ value: Value) -> Int {
    entries.append((key, value))
    places[key] = entries.count - 1
    return entries.count - 1
  }

  private mutating func remember(_ place: Int) {
    if recent.count < Self.remembered { return recent.append(place) }
    recent[next] = place
    next = (next + 1) % Self.remembered
  }
}
