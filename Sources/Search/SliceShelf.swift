import Bellhop
import GRDB
import Glibc

/// The slices of a folder, opened when they are asked for.
final class SliceShelf: Sendable {
  let folder: String
  let epoch: String
  /// Sequences of a slice.
  let size: Int64
  private let slices = Guarded<[Int64: Slice]>([:])

  /// - Parameter size: with another size than before all files are made anew.
  init(folder: String, epoch: String, size: Int64) {
    self.folder = folder
    self.epoch = epoch
    self.size = size
  }

  func number(of sequence: Int64) -> Int64 { sequence / size }

  func range(of number: Int64) -> ClosedRange<Int64> { number * size...number * size + size - 1 }

  private func path(of number: Int64) -> String { "\(folder)/\(number).sqlite" }

  /// The slice of that number where it has a file; nil where it has none, or none that can be used.
  func slice(_ number: Int64) -> Slice? {
    if let slice = slices.withLock({ $0[number] }) { return slice }
    guard access(path(of: number), F_OK) == 0 else { return nil }
    return try? open(number)
  }

  /// The slice of that number; made where there is none.
  func make(_ number: Int64) throws -> Slice {
    if let slice = slices.withLock({ $0[number] }) { return slice }
    mkdir(folder, 0o700)
    return try open(number)
  }

  private func open(_ number: Int64) throws -> Slice {
    // Under the lock, as two must not make one file.
    try slices.withLock { slices in
      if let slice = slices[number] { return slice }
      let slice = try Slice(number: number, range: range(of: number), path: path(of: number), epoch: epoch)
      slices[number] = slice
      return slice
    }
  }

  /// Takes a slice and its files away; answers whether they are gone.
  @discardableResult func drop(_ number: Int64) -> Bool {
    let slice = slices.withLock { $0.removeValue(forKey: number) }
    if let slice { slice.remove() } else { Slice.remove(path(of: number)) }
    return ["", "-wal"].allSatisfy { access(path(of: number) + $0, F_OK) != 0 }
  }

  /// Takes a slice and its files away, unless another has taken its place.
  func drop(_ slice: Slice) {
    let isHere = slices.withLock { slices in
      guard slices[slice.number] === slice else { return false }
      slices[slice.number] = nil
      return true
    }
    if isHere { slice.remove() }
  }

  /// Takes away all that stands in the folder under a name of a slice's, but those of these numbers; answers whether there was something.
  @discardableResult func drop(allBut kept: ClosedRange<Int64>?) -> Bool {
    let others = numbers().filter { kept?.contains($0) != true }
    for number in others { drop(number) }
    return !others.isEmpty
  }

  /// Of the files that there are.
  func numbers() -> [Int64] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var found: Set<Int64> = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if let dot = name.firstIndex(of: "."), name[dot...].hasPrefix(".sqlite"), let number = Int64(name[..<dot]) { found.insert(number) }
    }
    return found.sorted()
  }

  // MARK: The mark of forgetting

  private var marker: String { folder + "/forgetting" }

  /// Somebody is being forgotten: whoever finds the mark at a start does not know what the files hold.
  func mark() {
    guard access(folder, F_OK) == 0 else { return }
    let file = Glibc.open(marker, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    fsync(file)
    Glibc.close(file)
    // Its name, too, must outlast a power cut. https://man7.org/linux/man-pages/man2/fsync.2.html
    let directory = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return }
    fsync(directory)
    Glibc.close(directory)
  }

  func unmark() { unlink(marker) }

  var isMarked: Bool { access(marker, F_OK) == 0 }

  func close() {
    let all = slices.withLock { slices in
      defer { slices = [:] }
      return Array(slices.values)
    }
    for slice in all { slice.close() }
  }
}
