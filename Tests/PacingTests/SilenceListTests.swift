import Bellhop
import Store
import TestSupport
import Testing

@testable import Pacing

@Suite struct SilenceListTests {
  static let now = Timestamp(seconds: 1_800_000_000)

  static func wish(_ filter: String = "type:a.*", for length: Duration = .seconds(3_600)) -> SilenceWish {
    SilenceWish(filter: filter, length: length, who: "jane", why: "a deploy")
  }

  private func fault(_ wish: SilenceWish, editing: Bool = false) -> SilenceFault? {
    var list = SilenceList()
    do throws(SilenceFault) {
      if editing {
        let silence = try list.add(Self.wish(), at: Self.now)
        _ = try list.edit(silence.id, wish, at: Self.now)
      } else {
        _ = try list.add(wish, at: Self.now)
      }
      return nil
    } catch { return error }
  }

  @Test func aSilenceIsMade() throws {
    var list = SilenceList()
    let first = try list.add(Self.wish(), at: Self.now)
    #expect(
      first
        == Silence(
          id: 1, filter: "type:a.*", from: Self.now, until: Self.now + .seconds(3_600), who: "jane", why: "a deploy", made: Self.now))
    var later = Self.wish("role:devops")
    later.length = nil
    later.from = Self.now + .seconds(60)
    later.until = Self.now + .seconds(120)
    later.row = "x y"
    let second = try list.add(later, at: Self.now)
    #expect(second.id == 2 && second.phase(at: Self.now) == .coming && second.row == "x y")
    #expect(second.phase(at: Self.now + .seconds(60)) == .active && second.phase(at: Self.now + .seconds(120)) == .ended)
    #expect(first.note == "silenced by jane until 2027-01-15T09:00:00.000Z: a deploy (silence 1)")
  }

  @Test func whatIsWrongIsTold() throws {
    func fault(_ change: (inout SilenceWish) -> Void) -> (String?, String)? {
      var wish = Self.wish()
      change(&wish)
      return self.fault(wish).map { ($0.field, $0.description) }
    }
    #expect(fault { $0.who = " " }?.0 == "who" && fault { $0.who = nil }?.0 == "who")
    #expect(fault { $0.why = "" }?.0 == "why" && fault { $0.why = String(repeating: "x", count: 1_001) }?.0 == "why")
    #expect(fault { $0.length = nil }?.0 == "until" && fault { $0.until = Self.now + .seconds(1) }?.0 == "until")
    #expect(fault { $0.length = .zero }?.0 == "for" && fault { $0.length = .seconds(367 * 86_400) }?.0 == "for")
    #expect(fault { ($0.length, $0.until) = (nil, Self.now) }?.1 == "it would end before it begins")
    #expect(
      fault { ($0.length, $0.from, $0.until) = (nil, Self.now - .seconds(9), Self.now - .seconds(1)) }?.1 == "it would have ended already")
    #expect(fault { $0.from = Self.now + .seconds(367 * 86_400) }?.1.contains("366 days") == true)
    #expect(fault { $0.filter = "" }?.1 == "this would silence every event: say which, or all: true")
    #expect(
      fault { ($0.filter, $0.role) = ("severity:debug+", "ops") }?.1 == "this would silence every event for ops: say which, or all: true")
    #expect(fault { ($0.filter, $0.all) = (nil, true) } == nil && fault { ($0.filter, $0.row) = ("", "x") } == nil)
    #expect(fault { $0.filter = "row:x" } == nil && fault { $0.filter = "role:x" }?.0 == "filter")
    #expect(fault { ($0.filter, $0.role) = ("a role:x", "y") }?.0 == "role" && fault { ($0.filter, $0.row) = ("a row:x", "y") }?.0 == "row")
    #expect(fault { $0.filter = "a since:2h" }?.1.hasPrefix("since cannot be asked here") == true)
    #expect(fault { $0.role = String(repeating: "x", count: 201) }?.0 == "role")
    let mistake = try #require(self.fault(Self.wish("type:a tpye:b")))
    #expect(mistake.field == "filter" && mistake.offset == 7 && mistake.caret == "type:a tpye:b\n       ^^^^")
    #expect(mistake.description.hasPrefix("there is no key tpye; did you mean type?"))
  }

  @Test func changesNameWhatTheyChange() throws {
    var list = SilenceList()
    let made = try list.add(Self.wish(), at: Self.now)
    let later = Self.now + .seconds(600)
    var expected = made
    expected.until = made.until + .seconds(60)
    #expect(try list.edit(1, SilenceWish(extend: .seconds(60)), at: later) == expected)
    expected.until = later + .seconds(60)
    #expect(try list.edit(1, SilenceWish(length: .seconds(60)), at: later) == expected)
    expected.role = "ops"
    expected.why = "more"
    #expect(try list.edit(1, SilenceWish(role: "ops", why: "more"), at: later) == expected)
    expected.filter = ""
    #expect(throws: SilenceFault.self) { try list.edit(1, SilenceWish(filter: ""), at: later) }
    #expect(try list.edit(1, SilenceWish(filter: "", all: true), at: later) == expected)
    // What was allowed stays allowed; but that it is for one role was a part of it.
    #expect(try list.edit(1, SilenceWish(why: "yet more"), at: later).why == "yet more")
    #expect(throws: SilenceFault.self) { try list.edit(1, SilenceWish(role: ""), at: later) }
    #expect(fault(SilenceWish(until: Self.now), editing: true)?.field == "until")
    #expect(fault(SilenceWish(from: Self.now + .seconds(3_600)), editing: true)?.field == "from")
    #expect(fault(SilenceWish(extend: .seconds(366 * 86_400)), editing: true)?.field == "extend")
    #expect(list.silence(1)?.made == Self.now && list.silence(2) == nil)
  }

  @Test func anEnd() throws {
    var list = SilenceList()
    _ = try list.add(Self.wish(), at: Self.now)
    var coming = Self.wish()
    coming.from = Self.now + .seconds(60)
    _ = try list.add(coming, at: Self.now)
    let later = Self.now + .seconds(10)
    #expect(try list.end(1, at: later).until == later)
    let never = try list.end(2, at: later)
    #expect(never.phase(at: later) == .ended && !(never.from..<never.until).contains(later))
    #expect(try list.end(1, at: later + .seconds(5)).until == later)
    do throws(SilenceFault) {
      _ = try list.edit(1, SilenceWish(extend: .seconds(60)), at: later)
      Issue.record("one that has ended was changed")
    } catch { #expect(error.kind == .conflict && error.description.contains("make a new one")) }
    do throws(SilenceFault) {
      _ = try list.end(9, at: later)
      Issue.record("one that is not there was ended")
    } catch { #expect(error.kind == .unknown) }
  }

  @Test func limits() throws {
    var list = SilenceList()
    for _ in 0..<SilenceList.maximum { _ = try list.add(Self.wish(), at: Self.now) }
    #expect(list.tidy(at: Self.now).isEmpty)
    #expect(throws: SilenceFault.self) { try list.add(Self.wish(), at: Self.now) }
    // One that has ended makes room.
    _ = try list.end(7, at: Self.now + .seconds(1))
    #expect(list.tidy(at: Self.now + .seconds(1)) == [7])
    #expect(try list.add(Self.wish(), at: Self.now + .seconds(1)).id == 1_001)
    // All others a month after their end, and not before.
    let month = Self.now + .seconds(3_600) + SilenceList.kept
    #expect(list.tidy(at: month - .seconds(1)) == [1])
    #expect(list.tidy(at: month + .seconds(1)).count == SilenceList.maximum - 1 && list.silences.isEmpty)
  }

  @Test func whatIsWrittenIsRead() throws {
    var luck = Seeded(12)
    let letters = Array("aB \"\\\n\u{0}\u{7F}ü🎉\u{202E}/'{}[]:,").map(String.init)
    func word() -> String { (0..<Int.random(in: 1...20, using: &luck)).map { _ in luck.pick(letters) }.joined() + "x" }
    for _ in 0..<200 {
      var list = SilenceList()
      for _ in 0..<Int.random(in: 0...8, using: &luck) {
        let from = Self.now + .microseconds(Int64.random(in: 0...9_999_999_999, using: &luck))
        _ = try list.add(
          SilenceWish(
            filter: "type:" + "\"\(word().replacing("\\", with: "").replacing("\"", with: ""))\"", role: luck.chance(50) ? word() : nil,
            row: luck.chance(50) ? word() : nil, from: from, length: .microseconds(Int64.random(in: 1...9_999_999_999, using: &luck)),
            who: word(), why: word()), at: Self.now)
      }
      #expect(try SilenceList(list.bytes) == list)
      for silence in list.silences {
        #expect(Silence(view: silence.view(SilenceHits(), at: Self.now)) == silence)
        let lines = silence.note.split(whereSeparator: \.isNewline)
        #expect(lines.count == 1)
      }
    }
    #expect(try SilenceList(nil) == SilenceList())
  }

  @Test func whoIsForgottenIsNamedNoMore() throws {
    var list = SilenceList()
    for filter in [
      "type:a subject:ada@example.com", "-subject:ada@example.com type:a", "type:a \"of ADA@example.com\"", "data.user:ada@example.com",
      "type:a subject:bob@example.com", "subject:*@example.com type:a",
    ] { _ = try list.add(Self.wish(filter), at: Self.now) }
    var wish = Self.wish("type:b")
    wish.why = "ada@example.com tries things"
    _ = try list.add(wish, at: Self.now)
    let later = Self.now + .seconds(5)
    let changed = list.forget("ada@example.com", at: later)
    #expect(changed)
    #expect(list.silences.filter { $0.phase(at: later) == .ended }.map(\.id) == [1, 2, 3, 4])
    #expect(!String(decoding: list.bytes, as: UTF8.self).lowercased().contains("ada@"))
    #expect(list.silences[6].why == "••• tries things" && list.silences[6].phase(at: later) == .active)
    let again = [list.forget("ada@example.com", at: later), list.forget("a", at: later)]
    #expect(again == [false, false])
    #expect(try SilenceList(list.bytes) == list)
  }

  /// What a newer one wrote is not written over.
  @Test(arguments: ["", "{", "{}", #"{"form":2,"next":1,"silences":[]}"#, "[]"]) func anotherForm(text: String) {
    #expect(throws: SilenceFault.self) { try SilenceList(Array(text.utf8)) }
    #expect(SilenceBook(Array(text.utf8)).isEmpty)
  }
}
