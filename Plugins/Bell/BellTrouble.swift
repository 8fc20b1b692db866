import Bellhop
import Glibc

/// Why a line cannot be had, with what to do about it.
enum BellTrouble {
  /// - Parameter code: errno of the call that failed.
  static func fault(_ code: Int32, at path: String, line: Int, chip: Chip?) -> Fault {
    switch code {
    case EACCES, EPERM:
      Fault(.unauthorized, "no permission for \(path): add the user to the group gpio (usermod -aG gpio USER) and start Bellhop anew")
    case EROFS:
      Fault(
        .unauthorized, "\(path) is read-only here: in the systemd unit write ReadWritePaths=/sys/class/gpio /sys/devices, or backend: cdev")
    case EBUSY:
      Fault(
        .unavailable,
        "line \(line) of \(chip?.label ?? "the chip") is in use by another program or driver: see /sys/kernel/debug/gpio, or gpioinfo")
    case EINVAL, ENXIO, ERANGE:
      Fault(.misconfigured, "\(chip?.label ?? "the chip") refuses line \(line)\(chip.map { ": it has lines 0 to \($0.lines - 1)" } ?? "")")
    case ENOENT, ENODEV:
      Fault(.misconfigured, "\(path) is not there: does this kernel have GPIO? `bellhop ring` tells what there is")
    default:
      Fault(.unavailable, "\(path): \(String(cString: strerror(code)))")
    }
  }

  static func noChip(_ label: String?, among chips: [Chip]) -> Fault {
    let known = chips.isEmpty ? "there are none" : "there are " + chips.map(\.label).joined(separator: ", ")
    let wanted = label.map { "there is no chip whose label begins with \($0)" } ?? "there is no chip of a Raspberry Pi: write chip:"
    return Fault(.misconfigured, "\(wanted); \(known)")
  }
}
