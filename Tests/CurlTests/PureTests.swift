import Bellhop
import Testing

@testable import Curl

@Suite struct AddressTests {
  @Test(arguments: [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::7f00:1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1",
    "ff02::1",
    "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001::1", "2001:db8::1", "100::1", "3fff::1", "5f00::1",
    "", "localhost", "1.2.3", "example.com", "::zz",
  ])
  func isPrivate(_ text: String) { #expect(NetworkAddress.isPrivate(text)) }

  @Test(arguments: [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.1.1",
    "172.15.0.1", "172.32.0.1", "192.167.1.1", "192.169.1.1", "198.17.0.1", "198.20.0.1", "223.255.255.255",
    "2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "2003::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
  ])
  func isPublic(_ text: String) { #expect(!NetworkAddress.isPrivate(text)) }

  @Test func printsItself() {
    #expect(NetworkAddress("10.0.0.255")?.text == "10.0.0.255")
    #expect(NetworkAddress("FE80:0:0::1%eth0")?.text == "fe80::1")
  }

  @Test func networks() throws {
    let address = try #require(NetworkAddress("10.1.2.3"))
    #expect(address.isIn("10.0.0.0/8") && address.isIn("10.1.2.3") && address.isIn("0.0.0.0/0") && address.isIn("10.1.2.2/31"))
    #expect(!address.isIn("10.0.0.0/16") && !address.isIn("10.1.2.4") && !address.isIn("10.0.0.0/x") && !address.isIn("10.0.0.0/33"))
    #expect(!address.isIn("::/0") && !address.isIn("example.com"))
    #expect(try #require(NetworkAddress("fd00::1")).isIn("fd00::/8"))
  }
}

@Suite struct OriginTests {
  @Test func cutsWhatMatters() throws {
    let origin = try #require(Origin("HTTPS://user:pass@Example.COM:8443/path?query#part"))
    #expect(origin.scheme == "https" && origin.host == "example.com" && origin.port == 8443)
    #expect(origin.label == "example.com:8443")
    #expect(Origin("http://h")?.port == 80)
    #expect(Origin("https://h/x")?.port == 443)
    #expect(Origin("http://[::1]:81/")?.label == "[::1]:81")
    #expect(Origin("http://2130706433/")?.host == "127.0.0.1")
    #expect(Origin("http://0x7f.1/")?.host == "127.0.0.1")
    #expect(Origin("http://a.example@b.example/")?.host == "b.example")
  }

  @Test(arguments: [
    "", "/path", "example.com", "ftp://h/", "file:///etc/passwd", "http://", "http://h/a b", "http://h/\r\nX: y",
    "http://h:99999/",
    "http://h/\u{0}", "gopher://h/", "http://h\n",
  ])
  func refuses(_ url: String) { #expect(Origin(url) == nil) }
}

@Suite struct ProxiesTests {
  private func proxy(_ url: String, _ environment: [String: String]) throws -> String? {
    Proxies(environment).proxy(for: try #require(Origin(url)))
  }

  @Test func bySchemeAndOrder() throws {
    let all = ["http_proxy": "h", "HTTP_PROXY": "no", "https_proxy": "s", "HTTPS_PROXY": "S", "all_proxy": "a"]
    #expect(try proxy("http://x/", all) == "h")
    #expect(try proxy("https://x/", all) == "s")
    #expect(try proxy("https://x/", ["HTTPS_PROXY": "S"]) == "S")
    #expect(try proxy("http://x/", ["HTTP_PROXY": "cgi"]) == nil)
    #expect(try proxy("http://x/", ["ALL_PROXY": "A"]) == "A")
    #expect(try proxy("http://x/", ["http_proxy": ""]) == nil)
    #expect(try proxy("http://x/", [:]) == nil)
  }

  @Test(arguments: ["*", "example.com", ".example.com", "other, example.com", "other example.com.", "EXAMPLE.com", "a.example.com"])
  func exceptedName(_ list: String) throws {
    #expect(try proxy("http://a.example.com/", ["http_proxy": "h", "no_proxy": list]) == nil)
    #expect(try proxy("http://a.example.com/", ["http_proxy": "h", "NO_PROXY": list]) == nil)
  }

  @Test(arguments: ["ample.com", "b.example.com", "example", "", ".", "x*"])
  func otherNames(_ list: String) throws {
    #expect(try proxy("http://a.example.com/", ["http_proxy": "h", "no_proxy": list]) == "h")
  }

  @Test func exceptedAddresses() throws {
    let environment = ["http_proxy": "h", "no_proxy": "10.0.0.0/8,127.0.0.1,[::1],fd00::/8"]
    for url in ["http://10.2.3.4/", "http://127.0.0.1:8080/", "http://[::1]/", "http://[fd00::7]/"] {
      #expect(try proxy(url, environment) == nil)
    }
    for url in ["http://11.2.3.4/", "http://127.0.0.2/", "http://[::2]/"] { #expect(try proxy(url, environment) == "h") }
  }

  /// As Go's and Python's clients read it.
  @Test func exceptedForAPort() throws {
    let environment = [
      "http_proxy": "h", "https_proxy": "h", "no_proxy": "example.com:8080,10.0.0.0/8:81,[::1]:82,.other.example:443,bücher.example:80",
    ]
    for url in [
      "http://example.com:8080/", "http://a.example.com:8080/", "http://10.2.3.4:81/", "http://[::1]:82/", "https://x.other.example/",
      "http://xn--bcher-kva.example/",
    ] { #expect(try proxy(url, environment) == nil, "\(url)") }
    for url in ["http://example.com/", "http://10.2.3.4/", "http://[::1]/", "http://x.other.example/", "http://bücher.example:81/"] {
      #expect(try proxy(url, environment) == "h", "\(url)")
    }
  }
}

@Suite struct EventBellTests {
  /// Nobody reads what a ring leaves behind: it ends one sleep, and never the one after it.
  @Test(.timeLimit(.minutes(1))) func eachRingEndsOneSleep() throws {
    let multi = try #require(Multi())
    defer { multi.close() }
    let watch = SocketWatch(multi)
    let clock = ContinuousClock()
    for rings in 1...4 {
      for _ in 0..<rings { multi.bell.ring() }
      #expect(clock.measure { watch.wait(atMost: 120_000) } < .seconds(30))
      watch.drive()
      #expect(clock.measure { watch.wait(atMost: 20) } >= .milliseconds(20), "\(rings)")
    }
  }
}

@Suite struct GateTests {
  @Test func firstComeFirstServed() {
    var gate = Gate<Int>(maximum: 10)
    for item in 1...5 { _ = gate.enter(item, host: "a", limit: 2) }
    #expect(gate.next() == 1)
    #expect(gate.next() == 2)
    #expect(gate.next() == nil)
    gate.leave(host: "a")
    #expect(gate.next() == 3)
    #expect(gate.next() == nil)
    #expect(gate.counts == (2, 2))
  }

  @Test func hostsTakeTurns() {
    var gate = Gate<String>(maximum: 1)
    for item in ["a1", "a2", "a3"] { _ = gate.enter(item, host: "a", limit: 9) }
    for item in ["b1", "b2"] { _ = gate.enter(item, host: "b", limit: 9) }
    var order: [String] = []
    while let item = gate.next() {
      order.append(item)
      gate.leave(host: String(item.prefix(1)))
    }
    #expect(order == ["a1", "b1", "a2", "b2", "a3"])
  }

  @Test func whoWithdrawsIsPassedOver() {
    var gate = Gate<Int>(maximum: 10)
    let tickets = (1...4).map { gate.enter($0, host: "a", limit: 1) }
    #expect(gate.next() == 1)
    gate.withdraw(tickets[0])
    gate.withdraw(tickets[1])
    gate.withdraw(tickets[2])
    gate.leave(host: "a")
    #expect(gate.next() == 4)
    gate.leave(host: "a")
    #expect(gate.next() == nil)
    #expect(gate.counts == (0, 0))
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func holdsItsLimits(_ seed: UInt64) {
    var luck = Luck(state: seed)
    var gate = Gate<(host: String, number: Int)>(maximum: 7)
    var waiting: [String: [(number: Int, ticket: Gate<(host: String, number: Int)>.Ticket)]] = [:]
    var active: [String: Int] = [:]
    var made = 0
    var gone = 0
    for step in 0..<400 {
      let host = "h\(luck.next() % 5)"
      switch step < 300 ? luck.next() % 4 : 3 {
      case 0, 1:
        made += 1
        waiting[host, default: []].append((made, gate.enter((host, made), host: host, limit: 3)))
      case 2:
        if let index = waiting[host]?.indices.randomElement(using: &luck), let one = waiting[host]?.remove(at: index) {
          gate.withdraw(one.ticket)
          gone += 1
        }
      default:
        if active[host, default: 0] > 0 {
          active[host, default: 0] -= 1
          gate.leave(host: host)
        }
      }
      while let item = gate.next() {
        let first = waiting[item.host]?.removeFirst()
        #expect(first?.number == item.number)
        active[item.host, default: 0] += 1
        gone += 1
      }
      #expect(active.values.allSatisfy { $0 <= 3 } && active.values.reduce(0, +) <= 7)
      let total = active.values.reduce(0, +)
      // Nobody waits who could go.
      for (host, queue) in waiting where !queue.isEmpty { #expect(total == 7 || active[host] == 3) }
    }
    while let host = active.first(where: { $0.value > 0 })?.key {
      active[host, default: 0] -= 1
      gate.leave(host: host)
      while let item = gate.next() {
        active[item.host, default: 0] += 1
        gone += 1
      }
    }
    #expect(gone == made)
    #expect(gate.counts == (0, 0))
  }
}

/// SplitMix64, so that a seed is a story.
private struct Luck: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// `Retry-After` as servers really write it.
@Suite struct RetryAfterTests {
  private let now = Timestamp(seconds: 1_795_700_000)

  @Test func secondsAreSeconds() {
    for seconds in [1, 60, 86_400, 90_000, 31_536_000] as [Int64] { #expect(RetryAfter.length(seconds, now: now) == .seconds(seconds)) }
  }

  /// A moment where a length belongs: it is not decades.
  @Test func aMomentIsUntilThen() {
    #expect(RetryAfter.length(1_795_700_030, now: now) == .seconds(30))
    #expect(RetryAfter.length(1_795_700_000 + 86_400, now: now) == .seconds(86_400))
    #expect(RetryAfter.length(1_795_699_000, now: now) == .zero, "over already")
    #expect(RetryAfter.length(.max, now: now) == .seconds(Int64.max))
  }

  @Test(arguments: [("0", true), ("000", true), ("Wed, 21 Oct 2015 07:28:00 GMT", true), ("5", false), ("soon", false), ("", false)])
  func nowIsToldInSeveralWays(_ word: String, _ isNow: Bool) {
    let head = Array("HTTP/1.1 429 Slow\r\nX-Other: 1\r\nretry-AFTER:  \(word)\r\nServer: s\r\n\r\n".utf8)
    #expect(RetryAfter.isNow(head) == isNow)
  }
}
