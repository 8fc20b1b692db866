import Foundation
import Settings
import Testing

@Suite struct EnvironmentFileTests {
  /// As systemd reads it.
  @Test func readsAsSystemdDoes() {
    let text = """
      # a comment
      ; another \\
      that goes on

      A=1
        B = two words  \u{20}
      C="quoted \\"x\\" \\n $D"
      D='single "x" \\ '
      E=a\\ b\\
      c
      F="over
      two lines"
      not an assignment
      G=
      H=x y # no comment
      A=3
      I="a"'b'c
      J=last
      """
    let values = EnvironmentFile(parsing: Array(text.utf8)).values
    #expect(
      values == [
        "A": "3", "B": "two words", "C": "quoted \"x\" \\n $D", "D": "single \"x\" \\ ", "E": "a bc", "F": "over\ntwo lines", "G": "",
        "H": "x y # no comment", "I": "abc", "J": "last",
      ])
    #expect(EnvironmentFile(parsing: Array("\u{FEFF}A=1\r\nB=2\r\n".utf8)).values == ["A": "1", "B": "2"])
  }
}

@Suite struct FilesTests {
  /// A pipe that nobody writes to would keep its reader for ever.
  @Test func onlyFilesAreRead() throws {
    let path = NSTemporaryDirectory() + "bellhop-fifo-\(UInt32.random(in: 0...UInt32.max))"
    #expect(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    #expect(throws: FileError("it is a pipe or a device, and no file")) { try Files.read(path) }
    #expect(throws: FileError("it is a pipe or a device, and no file")) { try Files.read("/dev/null") }
  }
}
