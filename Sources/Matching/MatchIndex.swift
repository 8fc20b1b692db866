import Bellhop

/// Finds the matches that may take an event without looking at the others: of rows, of watches. Each is filed under the keys that fewest share;
/// those without any key are looked at for every event.
package struct MatchIndex: Sendable {
  private typealias Shelf = [String: [Int32]]
  private var types: Shelf = [:]
  private var prefixes: Shelf = [:]
  private var sources: Shelf = [:]
  private var senders: Shelf = [:]
  private var subjects: Shelf = [:]
  private var data: [[String]: [MatchKey.MatchFact: [Int32]]] = [:]
  private var rest: [Int32] = []

  /// They are numbered as they stand here.
  package init(_ matches: [Match]) {
    let ways = matches.map(\.ways)
    var sharers: [MatchKey: Int] = [:]
    for way in ways.joined() { for key in way { sharers[key, default: 0] += 1 } }
    for (number, ways) in ways.enumerated() {
      let costs = ways.map { way in way.reduce(0) { $0 + (sharers[$1] ?? 0) } }
      guard let best = ways.indices.min(by: { costs[$0] < costs[$1] }) else {
        rest.append(Int32(number))
        continue
      }
      for key in Set(ways[best]) { file(Int32(number), under: key) }
    }
  }

  private mutating func file(_ number: Int32, under key: MatchKey) {
    switch key {
    case .type(let type): types[type, default: []].append(number)
    case .prefix(let prefix): prefixes[prefix, default: []].append(number)
    case .source(let source): sources[source, default: []].append(number)
    case .sender(let sender): senders[sender, default: []].append(number)
    case .subject(let subject): subjects[subject, default: []].append(number)
    case .data(let path, let fact): data[path, default: [:]][fact, default: []].append(number)
    }
  }

  /// All that can match the event, and some that cannot.
  package func candidates(for event: Event) -> Candidates {
    var candidates = Candidates()
    candidates.add(rest)
    if !types.isEmpty { candidates.add(types[event.type]) }
    if !prefixes.isEmpty { for prefix in MatchKey.prefixes(of: event.type) { candidates.add(prefixes[prefix]) } }
    if !sources.isEmpty { candidates.add(sources[event.source]) }
    if !senders.isEmpty { candidates.add(senders[event.sender]) }
    if !subjects.isEmpty { candidates.add(event.subject.flatMap { subjects[$0] }) }
    if !data.isEmpty {
      let root = JSON.object(event.data)
      for (path, facts) in data {
        _ = root.value(at: path[...])?.anySide { side in
          candidates.add(facts[MatchKey.MatchFact(side)])
          return false
        }
      }
    }
    return candidates
  }

  /// Those that may match everything `match` does: filed under a key that all its events have, or under none.
  package func candidates(covering match: Match) -> Candidates {
    var candidates = Candidates()
    candidates.add(rest)
    for key in match.example.ways.compactMap(\.first) {
      switch key {
      case .type(let type):
        candidates.add(types[type])
        for prefix in MatchKey.prefixes(of: type) { candidates.add(prefixes[prefix]) }
      case .prefix(let prefix):
        for shorter in MatchKey.prefixes(of: prefix + ".") { candidates.add(prefixes[shorter]) }
      case .source(let source): candidates.add(sources[source])
      case .sender(let sender): candidates.add(senders[sender])
      case .subject(let subject): candidates.add(subjects[subject])
      case .data(let path, let fact): candidates.add(data[path]?[fact])
      }
    }
    return candidates
  }
}

extension Match {
  /// One of its branches, without alternatives.
  fileprivate var example: Match {
    switch self {
    case .all(let parts): .all(parts.map(\.example))
    case .any(let parts): parts.first?.example ?? self
    default: self
    }
  }
}

/// Merges ascending lists of numbers.
package struct Candidates {
  private var lists: [(numbers: [Int32], cursor: Int)] = []

  fileprivate mutating func add(_ numbers: [Int32]?) { if let numbers, !numbers.isEmpty { lists.append((numbers, 0)) } }

  /// The lowest number that is not below `minimum`. Minimums must not fall.
  package mutating func next(from minimum: Int) -> Int? {
    let minimum = Int32(minimum)
    var found: Int32?
    for index in lists.indices {
      var (list, cursor) = lists[index]
      if cursor < list.count, list[cursor] < minimum {
        cursor = Self.position(of: minimum, in: list, from: cursor)
        lists[index].cursor = cursor
      }
      if cursor < list.count, list[cursor] < found ?? .max { found = list[cursor] }
    }
    return found.map(Int.init)
  }

  private static func position(of minimum: Int32, in list: [Int32], from start: Int) -> Int {
    var (low, high) = (start, list.count)
    while low < high {
      let middle = (low + high) / 2
      if list[middle] < minimum { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
