import Bellhop
import Settings
import Testing

@Suite struct LongNumberTests {
  /// A number in the YAML that neither 64 bits nor a double hold is met by that number only.
  @Test func aRowMatchesALongNumberByItsDigits() throws {
    let configuration = try load(
      """
      transports: { log: { use: stdout } }
      roles:
        ops:
          - { match: { data.order: 18446744073709551615 }, to: log }
      tests:
        - { event: { type: a, data: { order: 18446744073709551615 } }, expect: { ops: [log] } }
        - { event: { type: bellhop.store.low, source: bellhop }, expect: {} }
      """
    ).get()
    #expect(configuration.tests.map { $0.event.data["order"]?.plain } == ["18446744073709551615", nil])
    #expect(configuration.tests.map(\.event.sender) == ["local", "bellhop"])
  }
}
