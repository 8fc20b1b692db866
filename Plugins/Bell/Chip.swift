import CRinger
import Glibc

/// A GPIO chip as one of the three ways shows it.
struct Chip: Sendable, Hashable {
  enum ChipWay: Sendable, Hashable {
    /// `gpiochipN` with its base, and one `export` for all: lines have numbers of the whole machine.
    case numbered(base: Int)
    /// `chipN` with an `export` of its own, since Linux 6.17: lines have their numbers on the chip.
    case own
    /// `/dev/gpiochipN`.
    case device
  }

  var path: String
  var label: String
  var lines: Int
  var way: ChipWay

  /// For people.
  var description: String {
    switch way {
    case .numbered(let base): "\(path): \(label), \(lines) lines from \(base)"
    case .own, .device: "\(path): \(label), \(lines) lines"
    }
  }
}

extension Places {
  /// The chips that sysfs shows, those with numbers of the whole machine first.
  var sysfsChips: [Chip] {
    let names = names(in: sysfs)
    let numbered = names.filter { $0.hasPrefix("gpiochip") }.compactMap { name -> Chip? in
      guard let base = read("\(sysfs)/\(name)/base").flatMap({ Int($0) }) else { return nil }
      return chip("\(sysfs)/\(name)", .numbered(base: base))
    }
    return numbered + names.filter { $0.hasPrefix("chip") }.compactMap { chip("\(sysfs)/\($0)", .own) }
  }

  private func chip(_ path: String, _ way: Chip.ChipWay) -> Chip? {
    guard let label = read("\(path)/label"), let lines = read("\(path)/ngpio").flatMap({ Int($0) }) else { return nil }
    return Chip(path: path, label: label, lines: lines, way: way)
  }

  /// The chips that the character devices show, as far as we may open them.
  var deviceChips: [Chip] {
    names(in: devices).filter { $0.hasPrefix("gpiochip") }.compactMap { name in
      let path = "\(devices)/\(name)"
      let file = open(path, O_RDWR | O_CLOEXEC)
      guard file >= 0 else { return nil }
      defer { close(file) }
      var label = [CChar](repeating: 0, count: 32)
      var lines: UInt32 = 0
      guard bh_chip_info(file, &label, &lines) == 0 else { return nil }
      let text = String(decoding: label.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return Chip(path: path, label: text, lines: Int(lines), way: .device)
    }
  }

  /// The chip of that label, or whose label begins so; without one a Raspberry Pi's.
  static func choose(_ label: String?, among chips: [Chip]) -> Chip? {
    guard let label else { return labels.lazy.compactMap { known in chips.first { $0.label == known } }.first }
    return chips.first { $0.label == label } ?? chips.first { $0.label.hasPrefix(label) }
  }
}
