import Bellhop
import Settings
import Testing

/// What is not set here is unknown, and no mistake, to who only looks; everything else is told as ever.
@Suite struct UnknownTests {
  private func look(_ yaml: String, environment: [String: String] = [:]) throws(Mistakes) -> Configuration {
    let read = { (path: String) throws(FileError) -> [UInt8] in
      if path == "b.yaml" { return Array(yaml.utf8) }
      throw FileError("Permission denied")
    }
    return try Configuration.load(
      path: "b.yaml", kinds: Lookalikes.kinds, environment: { environment[$0] }, readFile: read, unset: .unknown)
  }

  /// One of every shape, none of them set.
  private static let yaml = """
    server: { listen: "${LISTEN}", public_url: "${PUBLIC}", log: "${LOG}", limits: { body: "${BODY}", batch: "${BATCH}" } }
    store: { path: "${STORE}", keep: "${KEEP}" }
    senders: { shop: { secret: ["${SHOP}", "${file:/run/secrets/shop}"], rate: "${RATE}" }, cart: { secret: "${CART}" } }
    readers: "${READER}"
    transports:
      chat: { use: slack, token: "${TOKEN}", api: "${API}", rate: "${RATE}", timeout: "${TIME}", repeat: "${REPEAT}" }
      hook: { use: webhook, url: "${HOOK}", headers: { X-Key: "${KEY}" }, method: "${METHOD}", http2: "${NEW}" }
      mail: { use: email, from: "${FROM}", port: "${PORT}", password: "${PASSWORD}", idle: "${IDLE}", quota: "${QUOTA}" }
    channels: { money: { chat: { channel: "${CHANNEL}" } }, people: { mail: { to: ["${WHO}"], importance: "${HOW}" } } }
    unrouted: "${REST}"
    calendars: { office: { days: "${DAYS}", hours: "${HOURS}", zone: "${ZONE}" } }
    roles:
      ops:
        - match: { type: "${TYPE}", severity: "${LEVEL}", data.a: "${A}", data.b: { ">=": "${B}", regex: "${C}" }, during: office }
          to: [money, hook]
          text: "${GREETING} {{subject}}"
          alert: "${ALERT}"
    upstream: { url: "${HUB}", secret: "${HUB_SECRET}", take: { bell: hook } }
    """

  @Test func everyShapeMayBeUnknown() throws {
    let configuration = try look(Self.yaml)
    #expect(configuration.unknown.count == 41 && configuration.unknown.contains("/run/secrets/shop"), "\(configuration.unknown)")
    #expect(configuration.unknown.filter { $0 == "RATE" }.count == 1 && configuration.tables[0].rows[0].to.count == 2)
    #expect(configuration.warnings.allSatisfy { $0.problem.contains("nothing goes t") }, "\(configuration.warnings)")
    // To who is going to send with it, each is a mistake.
    guard case .failure(let mistakes) = load(Self.yaml) else { return #expect(Bool(false)) }
    #expect(mistakes.all.count { $0.problem.contains("the environment has no") } > 35)
  }

  /// A target that is unknown fits wherever it is looked up.
  @Test func unknownTargetsFit() throws {
    let configuration = try look(Self.yaml)
    let target = try #require(configuration.directory.channels["money"]?.first?.place.target)
    #expect(configuration.directory.misfit("chat", target) == nil)
  }

  @Test func whatIsKnownIsCheckedAsEver() {
    func mistakes(_ yaml: String) -> [String] {
      do throws(Mistakes) { return try look(yaml).warnings.map(\.problem) } catch { return error.all.map(\.problem) }
    }
    let rest = "\nunrouted: { chat: { channel: \"#a\" } }"
    #expect(
      mistakes("transports: { chat: { use: slack, token: \"${T}\", url: \"${U}\" } }\(rest)") == [
        "exactly one of token and url must be there"
      ])
    #expect(mistakes("transports: { chat: { use: slack, token: \"${T}\", rate: often } }\(rest)") == ["\"often\" is not a rate"])
    #expect(
      mistakes("transports: { chat: { use: slack, token: \"${T}\" } }\nunrouted: { chat: { channel: money } }") == [
        "a channel starts with #"
      ])
    #expect(mistakes("transports: { chat: { use: slack, token: \"${T-x}\" } }\(rest)") == ["${T-x} is not a name"])
  }
}

/// Mistakes come all in one round: one hides no other.
@Suite struct RoundTests {
  private func problems(_ yaml: String) -> [String] {
    switch load(yaml) {
    case .success(let configuration): configuration.warnings.map { "\($0.path): \($0.problem)" }
    case .failure(let mistakes): mistakes.all.map { "\($0.path): \($0.problem)" }
    }
  }

  @Test func aMistakeInARoleHidesNoRowOutOfReach() {
    let found = problems(
      """
      transports: { log: { use: stdout } }
      roles:
        ops:
          - { match: { type: a }, to: nowhere }
          - { match: { typ: a }, to: log }
          - { match: { type: b }, to: log }
          - { match: { type: b }, to: log }
      """)
    #expect(found.count == 3 && found.last?.hasPrefix("roles.ops[3]: no event reaches this row: the one on line 6") == true, "\(found)")
  }

  @Test func anUnknownKeyHidesNoCheckOfItsKind() {
    let found = problems(
      """
      transports: { chat: { use: slack, token: "${TOKEN}", url: "https://x.example.com", colour: red } }
      channels: { ops: { chat: { channel: ops, wide: yes } } }
      unrouted: ops
      """)
    #expect(
      found == [
        "transports.chat: exactly one of token and url must be there", "transports.chat.colour: unknown key",
        "channels.ops.chat.channel: a channel starts with #", "channels.ops.chat.wide: unknown key",
      ])
  }

  /// What is wrong is not missing as well.
  @Test func whatIsWrongIsNotMissing() {
    #expect(
      problems("transports: { hook: { use: webhook, ulr: \"https://x.example.com\" } }\nunrouted: hook") == [
        "transports.hook.ulr: unknown key"
      ])
    #expect(
      problems("transports: { chat: { use: slack, url: nonsense } }\nunrouted: { chat: { channel: \"#a\" } }") == [
        "transports.chat.url: this is not an address"
      ])
  }

  @Test func everyDayIsTold() {
    let found = problems(
      "transports: { log: { use: stdout } }\nunrouted: log\ncalendars: { o: { days: [mon, tues, thurs], zone: UTC } }")
    #expect(found.count == 2 && found[0].contains("\"tues\"") && found[1].contains("\"thurs\""), "\(found)")
  }

  @Test func underASecondKeyToo() {
    let found = problems(
      "transports: { log: { use: stdout } }\nroles: { a: [ { to: nope } ] }\nroles: { b: [ { to: nowhere } ] }")
    #expect(found.count == 4, "\(found)")
  }

  /// Keys that have slipped are sent back to where they belong.
  @Test func slippedKeysAreSentBack() {
    func hints(_ yaml: String) -> [String] {
      guard case .failure(let mistakes) = load(yaml) else { return [] }
      return mistakes.all.compactMap(\.hint)
    }
    #expect(
      hints("transports: { chat: { use: slack, token: x, channel: \"#a\" } }\nunrouted: { chat: { channel: \"#a\" } }") == [
        "it belongs to a target: channels: { NAME: { chat: { channel: … } } }"
      ])
    #expect(
      hints("transports: { log: { use: stdout } }\nroles: { a: [ { match: { type: a, to: log }, to: log } ] }") == [
        "it belongs to the row: beside match, not inside it"
      ])
  }

  @Test func extensionsAreFree() {
    #expect(problems("x-common: &c { use: stdout }\ntransports: { log: *c }\nunrouted: log") == [])
    #expect(problems("y-common: 1\ntransports: { log: { use: stdout } }\nunrouted: log").count == 1)
  }

  @Test func aHomeIsNoFolder() {
    #expect(
      problems("store: { path: ~/bellhop }\ntransports: { log: { use: stdout } }\nunrouted: log") == [
        "store.path: `~` is a folder of that name here"
      ])
  }

  @Test func aByteOrderMarkIsPassedOver() {
    #expect(problems("\u{FEFF}transports: { log: { use: stdout } }\nunrouted: log\nroles: { a: [ { to: log } ] }") == [])
  }
}
