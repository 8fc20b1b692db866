import Bellhop
import Senders
import Testing

@testable import Web

/// Who guesses waits; whoever is right never does.
@Suite struct WrongProofTests {
  private static let allowed = Rate(20, per: .seconds(60))
  private static func address(_ number: Int) -> PeerAddress { PeerAddress(ipv4: UInt32(0x0A00_0000 + number)) }

  @Test func aFewAreNotSlowed() {
    var table = WrongProofs(allowed: Self.allowed)
    for second in 0..<20 { #expect(table.note(from: Self.address(1), at: .seconds(second) / 10) == nil) }
    #expect(table.wait(of: Self.address(1), at: .seconds(2)) == nil)
    #expect(table.note(from: Self.address(1), at: .seconds(2)) == .seconds(1))
    #expect(table.wait(of: Self.address(1), at: .milliseconds(2_500)) == .milliseconds(500))
    #expect(table.note(from: Self.address(1), at: .milliseconds(2_500)) == .milliseconds(500), "it makes the wait no longer")
    #expect(table.note(from: Self.address(2), at: .seconds(2)) == nil && table.wait(of: Self.address(2), at: .seconds(2)) == nil)
  }

  @Test func aWrongConfigurationThatTriesNowAndThenIsNotSlowed() {
    var table = WrongProofs(allowed: Self.allowed)
    for second in stride(from: 0, to: 7_200, by: 4) { #expect(table.note(from: Self.address(1), at: .seconds(second)) == nil) }
  }

  /// Each wait is twice the one before, to a bound; after ten good minutes all is forgotten.
  @Test func waitsGrow() {
    var table = WrongProofs(allowed: Self.allowed)
    var now = Duration.zero
    for _ in 0..<20 { _ = table.note(from: Self.address(1), at: now) }
    var waits: [Duration] = []
    for _ in 0..<12 {
      guard let wait = table.note(from: Self.address(1), at: now) else { break }
      waits.append(wait)
      now += wait
    }
    #expect(waits == ([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300] as [Int]).map { .seconds($0) })
    #expect(table.note(from: Self.address(1), at: now + WrongProofs.memory - .seconds(1)) == .seconds(300))
    #expect(table.note(from: Self.address(1), at: now + .seconds(899) + WrongProofs.memory) == nil)
  }

  @Test func aNetworkOfIPv6IsOneAddress() {
    var table = WrongProofs(allowed: Self.allowed)
    for number in 0..<20 { _ = table.note(from: PeerAddress(high: 1, low: UInt64(number)), at: .zero) }
    #expect(table.wait(of: PeerAddress(high: 1, low: 99), at: .zero) == nil)
    #expect(table.note(from: PeerAddress(high: 1, low: 99), at: .zero) != nil)
    #expect(
      table.wait(of: PeerAddress(high: 1, low: 7), at: .zero) != nil && table.wait(of: PeerAddress(high: 2, low: 7), at: .zero) == nil)
  }

  /// Whatever comes in whatever order: memory is bounded, waits are, and nobody waits who brought no more than is allowed in a minute.
  @Test(arguments: 1...20) func whateverComes(seed: UInt64) {
    var luck = Lottery(seed: seed)
    var table = WrongProofs(allowed: Self.allowed)
    var log = WrongProofLog()
    var now = Duration.zero
    var history: [PeerAddress: [Duration]] = [:]
    var lines: [PeerAddress?: [Duration]] = [:]
    var told = 0
    var noted = 0
    for _ in 0..<4_000 {
      now += .milliseconds(Int.random(in: 0...(Int.random(in: 0..<50, using: &luck) == 0 ? 90_000 : 300), using: &luck))
      let address = Self.address(Int.random(in: 0..<(seed.isMultiple(of: 2) ? 4 : 400), using: &luck))
      for entry in log.due(at: now) {
        told += entry.count
        lines[entry.address, default: []].append(now)
      }
      if Int.random(in: 0..<5, using: &luck) == 0 {
        if let wait = table.wait(of: address, at: now) { #expect(wait > .zero && wait <= WrongProofs.longest) }
        continue
      }
      noted += 1
      history[address, default: []].append(now)
      if let wait = table.note(from: address, at: now) {
        #expect(wait > .zero && wait <= WrongProofs.longest)
        #expect((history[address] ?? []).count > 20, "he has done nothing")
      } else {
        #expect(table.wait(of: address, at: now) == nil)
      }
      if let entry = log.note(from: address, at: now) {
        told += entry.count
        lines[entry.address, default: []].append(now)
      }
    }
    told += log.due(at: now + .seconds(60)).reduce(0) { $0 + $1.count }
    #expect(told == noted, "every one is told of")
    for times in lines.values { #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= WrongProofLog.pace }) }
    #expect(log.due(at: now + .seconds(180)).isEmpty)
  }

  @Test func thousandsTakeNoMoreRoom() {
    var table = WrongProofs(allowed: Self.allowed)
    var log = WrongProofLog()
    var lines = 0
    for number in 0..<50_000 {
      _ = table.note(from: Self.address(number), at: .zero)
      if log.note(from: Self.address(number), at: .zero) != nil { lines += 1 }
    }
    #expect(table.count <= 2 * WrongProofs.half)
    #expect(lines == WrongProofLog.most + 1)
    #expect(log.due(at: .seconds(60)) == [.init(address: nil, count: 50_000 - WrongProofLog.most - 1)])
  }
}

/// A generator that a seed repeats: SplitMix64. https://prng.di.unimi.it/splitmix64.c
private struct Lottery: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
