import Bellhop
import Glibc

/// What a bell found when it failed: chips, labels, numbers, permissions.
enum Examination {
  static func lines(_ order: Line.Order) -> [String] {
    let places = order.places
    var lines = ["looked for line \(order.line) of \(order.chip ?? Places.labels.joined(separator: " or ")), backend \(order.backend)"]
    let sysfs = places.sysfsChips
    if !places.exists(places.sysfs) {
      lines.append("\(places.sysfs) is not there: this kernel has no GPIO in sysfs")
    } else if sysfs.isEmpty {
      lines.append("\(places.sysfs) shows no chips")
    }
    for chip in sysfs {
      var line = chip.description
      if case .numbered(let base) = chip.way, order.line < chip.lines { line += "; line \(order.line) is number \(base + order.line)" }
      lines.append(line)
    }
    for path in ["\(places.sysfs)/export"] + sysfs.filter({ $0.way == .own }).map({ "\($0.path)/export" }) where places.exists(path) {
      lines.append("\(path): \(permission(path))")
    }
    let devices = places.names(in: places.devices).filter { $0.hasPrefix("gpiochip") }
    if devices.isEmpty { lines.append("\(places.devices) has no gpiochip devices") }
    let open = Dictionary(places.deviceChips.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    for name in devices {
      let path = "\(places.devices)/\(name)"
      lines.append(open[path]?.description ?? "\(path): \(permission(path))")
    }
    lines.append("this process is \(identity)")
    return lines
  }

  private static func permission(_ path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return String(cString: strerror(errno)) }
    let mode = String(status.st_mode & 0o777, radix: 8)
    let group = getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) } ?? String(status.st_gid)
    return "mode \(mode), group \(group), \(access(path, W_OK) == 0 ? "writable" : "not writable for us")"
  }

  /// `user bellhop, groups bellhop, gpio`
  private static var identity: String {
    let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? String(geteuid())
    var groups = [gid_t](repeating: 0, count: 256)
    let count = getgroups(Int32(groups.count), &groups)
    let names = groups.prefix(max(0, Int(count))).map { group in
      getgrgid(group).map { String(cString: $0.pointee.gr_name) } ?? String(group)
    }
    return "user \(user), groups \(names.joined(separator: ", "))"
  }
}
