import Testing

@testable import CLI

@Suite struct LinesTests {
  @Test func cutsAtEventsAndKeepsTheFilesLineNumbers() {
    let pieces = LinePiece.pieces(of: Array("{1}\n\n{2}\r\n{3}\n  \n{4}".utf8), events: 2)
    #expect(pieces.map(\.numbers) == [[1, 3], [4, 6]])
    #expect(pieces.map(\.first) == [1, 4])
    #expect(String(decoding: pieces[0].bytes, as: UTF8.self) == "{1}\n\n{2}\r\n")
    #expect(pieces[1].place(index: 1, line: nil) == "line 6")
    #expect(pieces[1].place(index: nil, line: 2) == "line 5")
    #expect(pieces[1].place(index: 2, line: nil) == nil)
  }

  @Test func cutsAtBytes() {
    #expect(LinePiece.pieces(of: Array("aaaa\nbbbb\ncccccccccccc\nd".utf8), bytes: 10).map(\.numbers) == [[1, 2], [3], [4]])
  }

  @Test func emptyFilesHoldNothing() { #expect(LinePiece.pieces(of: Array(" \n\n".utf8)).isEmpty) }
}
