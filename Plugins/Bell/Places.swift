import Glibc

/// Where Linux shows GPIO: files below `/sys/class/gpio` and devices below `/dev`.
/// https://docs.kernel.org/admin-guide/gpio/sysfs.html
struct Places: Sendable, Hashable {
  /// Empty, or another folder in which everything stands.
  let root: String

  var sysfs: String { "\(root)/sys/class/gpio" }
  var devices: String { "\(root)/dev" }

  /// The labels of the chips behind a Raspberry Pi's pins: of the 5, of the 4, and of all before.
  static let labels = ["pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"]

  /// The names in a folder, sorted; none where there is no such folder.
  func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// A short file without its line end; nil where it cannot be read.
  func read(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = Glibc.read(file, &bytes, bytes.count)
    guard count >= 0 else { return nil }
    var text = String(decoding: bytes.prefix(count), as: UTF8.self)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }

  /// Writes to a file of sysfs in one call, as it wants it: 0, or errno.
  func write(_ text: String, to path: String) -> Int32 {
    let file = open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return errno }
    defer { close(file) }
    var text = text
    return text.withUTF8 { Glibc.write(file, $0.baseAddress, $0.count) } < 0 ? errno : 0
  }

  func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
  func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }
}
