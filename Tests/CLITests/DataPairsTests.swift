import Bellhop
import Testing

@testable import CLI

@Suite struct DataPairsTests {
  @Test func nestsDottedKeysAndReadsJSON() throws {
    let pairs = ["plan=pro", "user.id=7", "user.vip=true", "amount=2.5", "note=", "quoted=\"7\"", "list=[1,2]", "url=a=b"]
    #expect(
      try DataPairs.object(pairs) == [
        "plan": "pro", "user": ["id": 7, "vip": true], "amount": 2.5, "note": "", "quoted": "7", "list": [1, 2], "url": "a=b",
      ])
  }

  @Test(arguments: ["007", "12:30", "+49301234", "12345678901234567890", " 7", "truely", "[x"])
  func keepsWhatOnlyResemblesJSON(text: String) { #expect(DataPairs.value(text) == .string(text)) }

  @Test func addsToWhatIsThere() throws {
    #expect(
      try DataPairs.object(["user.id=8", "b=2"], into: ["user": ["id": 7, "name": "ada"]]) == ["user": ["id": 8, "name": "ada"], "b": 2])
  }

  @Test(arguments: [["plan"], ["=x"], ["a..b=1"], [".a=1"], ["a=1", "a=2"], ["a=1", "a.b=2"]])
  func refusesWhatCannotBeMeant(pairs: [String]) {
    #expect { try DataPairs.object(pairs) } throws: { ($0 as? CommandEnd)?.code == 2 }
  }
}
