import Bellhop
import Testing

@testable import Settings

@Suite struct SchemaTests {
  let schema = Schema.document(kinds: Lookalikes.kinds)

  /// What the readers take and what editors complete must not drift apart.
  @Test func itsKeysAreThoseOfTheReaders() {
    func expect(_ object: JSON.Object?, _ keys: [String]) { #expect(object.map { Set($0.keys) } == Set(keys)) }
    expect(schema["properties"]?.object, Configuration.sections)
    expect(Schema.server, ServerSection.keys)
    expect(Schema.server["limits"]?["properties"]?.object, ServerSection.limits)
    expect(Schema.server["tls"]?["properties"]?.object, ServerSection.tls)
    expect(Schema.store, StoreSection.keys)
    expect(Schema.reader, ReadersSection.keys)
    expect(Schema.login, ReadersSection.proxyKeys)
    expect(Schema.sender, SendersSection.common.filter { $0 != "use" })
    expect(Schema.policy, TransportsSection.policy.filter { $0 != "use" })
    expect(Schema.policy["retry"]?["properties"]?.object, TransportsSection.retry)
    expect(Schema.row, RowReader.keys)
    expect(Schema.match, MatchReader.keys.filter { $0 != "data.KEY" })
    expect(Schema.valueTest, ValueTestReader.keys)
    expect(Schema.calendar, CalendarsSection.keys)
    expect(Schema.watch, WatchesSection.keys)
    expect(Schema.watch["count"]?["properties"]?.object, MatchReader.keys.filter { $0 != "data.KEY" } + ["at_least"])
    expect(Schema.emission, WatchesSection.emission)
    expect(Schema.test, TestsSection.keys)
    expect(Schema.testStep, TestsSection.stepKeys)
    expect(Schema.event, TestsSection.eventKeys)
  }

  @Test func kindsBringTheirFields() throws {
    let kinds = try #require(schema["properties"]?["transports"]?["additionalProperties"]?["oneOf"]?.array)
    #expect(kinds.map { $0["properties"]?["use"]?["const"]?.string } == Lookalikes.kinds.map(\.name))
    #expect(kinds[1]["required"] == ["use", "url"])
    #expect(kinds[1]["properties"]?["method"]?["description"] == "How." && kinds[1]["properties"]?["method"]?["default"] == "POST")
    #expect(kinds[3]["properties"]?["idle"]?["default"] == "30s")
  }

  @Test func everyReferenceLeadsSomewhere() throws {
    let names = Set(try #require(schema["$defs"]?.object).keys)
    var found: Set<String> = []
    func walk(_ json: JSON) {
      json.array?.forEach(walk)
      for member in json.object?.members ?? [] {
        if member.key == "$ref", let name = member.value.string { found.insert(String(name.dropFirst("#/$defs/".count))) }
        walk(member.value)
      }
    }
    walk(schema)
    #expect(found == names)
  }
}
