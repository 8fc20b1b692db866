import Foundation
import Glibc

@testable import Bell

/// A folder that plays sysfs: exports lines when their number is written, and notes every level that a line has had.
final class PretendKernel: Sendable {
  let root: String
  private let running = Flag()

  final class Flag: @unchecked Sendable {
    // Guarded by its own lock.
    private let lock = NSLock()
    private var value = true
    private var seen: [String: [String]] = [:]
    var isSet: Bool { lock.withLock { value } }
    func clear() { lock.withLock { value = false } }
    func note(_ line: String, _ level: String) {
      lock.withLock { if seen[line]?.last != level { seen[line, default: []].append(level) } }
    }
    func levels(_ line: String) -> [String] { lock.withLock { seen[line] ?? [] } }
  }

  var places: Places { Places(root: root) }
  var sysfs: String { "\(root)/sys/class/gpio" }

  init() throws {
    root = NSTemporaryDirectory() + "bellhop-bell-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: "\(root)/sys/class/gpio", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: "\(root)/dev", withIntermediateDirectories: true)
  }

  deinit {
    running.clear()
    try? FileManager.default.removeItem(atPath: root)
  }

  func write(_ text: String, _ path: String) { try? text.write(toFile: "\(sysfs)/\(path)", atomically: false, encoding: .utf8) }
  func read(_ path: String) -> String? { places.read("\(sysfs)/\(path)") }

  func chip(_ name: String, label: String, base: Int? = nil, lines: Int = 54) throws {
    try FileManager.default.createDirectory(atPath: "\(sysfs)/\(name)", withIntermediateDirectories: true)
    write("\(label)\n", "\(name)/label")
    write("\(lines)\n", "\(name)/ngpio")
    if let base { write("\(base)\n", "\(name)/base") }
  }

  /// Plays in a folder with `export` and `unexport` from now on. `late`: `value` comes that much later, as udev's permissions do. `spoilt`:
  /// how many times an exported line can be opened and takes no level, like one that was unexported since.
  func play(in folder: String = ".", activeLow: Bool = true, late: TimeInterval = 0, spoilt: Int = 0) {
    for file in ["export", "unexport"] { write("", "\(folder)/\(file)") }
    let sysfs = sysfs
    let running = running
    Thread.detachNewThread {
      let base = "\(sysfs)/\(folder)"
      let places = Places(root: "")
      // As the kernel does, a line that was given back is gone before another export comes about.
      let door = Lease("\(base)/export")
      func take(_ file: String) -> String? {
        guard let text = places.read("\(base)/\(file)"), !text.isEmpty else { return nil }
        if file == "export" { door.open() }
        truncate("\(base)/\(file)", 0)
        return text
      }
      var spoilt = spoilt
      func export(_ number: String) {
        let line = "\(base)/gpio\(number)"
        running.note("exports", number)
        mkdir(line, 0o755)
        _ = FileManager.default.createFile(atPath: "\(line)/direction", contents: Data("in\n".utf8))
        if activeLow { _ = FileManager.default.createFile(atPath: "\(line)/active_low", contents: Data("0\n".utf8)) }
        if late > 0 { Thread.sleep(forTimeInterval: late) }
        if spoilt > 0 {
          spoilt -= 1
          symlink("/dev/full", "\(line)/value")
        } else {
          _ = FileManager.default.createFile(atPath: "\(line)/value", contents: Data("0\n".utf8))
        }
      }
      func unexport(_ number: String) { try? FileManager.default.removeItem(atPath: "\(base)/gpio\(number)") }
      while running.isSet {
        if door.isAsked {
          if let number = take("unexport") { unexport(number) }
          door.open()
        }
        let wanted = take("export")
        // Taken before the levels are noted, done afterwards: so the last level is never missed.
        let gone = take("unexport")
        for name in places.names(in: base) where name.hasPrefix("gpio") && !name.hasPrefix("gpiochip") {
          guard (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(base)/\(name)/value")) == nil else { continue }
          if let level = places.read("\(base)/\(name)/value")?.prefix(1), !level.isEmpty { running.note(name, String(level)) }
        }
        // Of two that came together, a line that is there goes before it comes again; one that is not comes first.
        let goesFirst = gone.map { places.exists("\(base)/gpio\($0)") } ?? false
        if goesFirst, let gone { unexport(gone) }
        if let wanted { export(wanted) }
        if !goesFirst, let gone { unexport(gone) }
        door.shut()
        usleep(1_000)
      }
    }
  }

  /// The numbers of lines that have been exported, there still or not.
  var exports: [String] { running.levels("exports") }

  /// The levels that a line has had, one after the other.
  func levels(_ line: String) -> [String] { running.levels(line) }
}

/// Holds up whoever opens a file for writing until it is opened for them. https://man7.org/linux/man-pages/man2/F_GETLEASE.2const.html
/// Where the file system has no leases nobody is held up.
private final class Lease {
  // Of <linux/fcntl.h>.
  private static let (set, get): (Int32, Int32) = (1_024, 1_025)

  private let file: Int32
  private var isHeld = false

  init(_ path: String) {
    file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    // It would end the process; it is asked for instead.
    _ = signal(SIGIO, SIG_IGN)
    shut()
  }

  deinit { close(file) }

  var isAsked: Bool { isHeld && fcntl(file, Self.get) == F_UNLCK }

  func open() {
    _ = fcntl(file, Self.set, F_UNLCK)
    isHeld = false
  }

  func shut() {
    if !isHeld { isHeld = fcntl(file, Self.set, F_RDLCK) == 0 }
  }
}

/// Looks again and again until it is so; the limit only ends a test that has failed.
func eventually(within limit: Duration = .seconds(20), _ isSo: () -> Bool) async -> Bool {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if isSo() { return true }
    try? await Task.sleep(for: .milliseconds(2))
  }
  return isSo()
}
