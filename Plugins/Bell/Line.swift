import Bellhop
import CRinger
import Glibc

/// A line that is ours: at rest, and with a ringer that will see to it that it comes to rest again.
final class Line: Sendable {
  /// Which line, and how it is to be driven.
  struct Order: Sendable, Hashable {
    var places: Places
    var chip: String?
    var line: Int
    var isActiveLow: Bool
    var mostOn: Int
    var backend: String
  }

  let chip: Chip
  private let ringer: Ringer
  /// What gives the line back to sysfs; nil where somebody else had exported it, and with the character device.
  private let unexport: (path: String, number: Int)?
  private let places: Places

  private init(_ chip: Chip, _ ringer: Ringer, _ places: Places, unexport: (path: String, number: Int)?) {
    self.chip = chip
    self.ringer = ringer
    self.places = places
    self.unexport = unexport
  }

  /// Rings, and comes back when the line is at rest again: 0, or errno, negative where nothing rang.
  func ring(_ phases: [Int]) async -> Int32 { await ringer.ring(phases) }

  /// Lets the ringer bring the line to rest and end, and gives the line back.
  func close() async {
    await ringer.close()
    if let unexport { _ = places.write(String(unexport.number), to: unexport.path) }
  }

  /// Takes the line at rest, by the first way that works. Blocks for as long as udev takes, 2 s at most.
  static func open(_ order: Order) -> Result<Line, Fault> {
    switch order.backend {
    case "sysfs": return sysfs(order)
    case "cdev": return device(order)
    default:
      let first = sysfs(order)
      guard case .failure(let fault) = first else { return first }
      let second = device(order)
      // What sysfs said is the better word where the device has nothing to say.
      if case .failure(let other) = second, order.places.sysfsChips.isEmpty { return .failure(other) }
      if case .success = second { return second }
      return .failure(fault)
    }
  }

  // MARK: sysfs

  private static func sysfs(_ order: Order) -> Result<Line, Fault> {
    let places = order.places
    let chips = places.sysfsChips
    guard let chip = Places.choose(order.chip, among: chips) else { return .failure(BellTrouble.noChip(order.chip, among: chips)) }
    guard order.line < chip.lines else { return .failure(BellTrouble.fault(EINVAL, at: chip.path, line: order.line, chip: chip)) }
    let (folder, number): (String, Int) =
      if case .numbered(let base) = chip.way { (places.sysfs, base + order.line) } else { (chip.path, order.line) }
    let gpio = "\(folder)/gpio\(number)"
    let code = places.write(String(number), to: "\(folder)/export")
    // Busy and there: exported already, by an earlier Bellhop that died or by somebody else. It stays exported when we go.
    let isOurs = code == 0
    guard isOurs || (code == EBUSY && places.exists(gpio)) else {
      return .failure(BellTrouble.fault(code, at: "\(folder)/export", line: order.line, chip: chip))
    }
    func give(_ fault: Fault) -> Result<Line, Fault> {
      if isOurs { _ = places.write(String(number), to: "\(folder)/unexport") }
      return .failure(fault)
    }
    if let fault = ready(gpio, places, order, chip) { return give(fault) }
    if places.read("\(gpio)/active_low") == "1" {
      // `value` would be turned round, `direction` not.
      let code = places.write("0", to: "\(gpio)/active_low")
      if code != 0 { return give(BellTrouble.fault(code, at: "\(gpio)/active_low", line: order.line, chip: chip)) }
    }
    // Direction and level at once: with `out` the line would be low for a moment, which may be active.
    let direction = places.write(order.isActiveLow ? "high" : "low", to: "\(gpio)/direction")
    if direction != 0 { return give(BellTrouble.fault(direction, at: "\(gpio)/direction", line: order.line, chip: chip)) }
    let value = Glibc.open("\(gpio)/value", O_RDWR | O_CLOEXEC)
    guard value >= 0 else { return give(BellTrouble.fault(errno, at: "\(gpio)/value", line: order.line, chip: chip)) }
    defer { Glibc.close(value) }
    switch Ringer.start(value, BH_SYSFS, isActiveLow: order.isActiveLow, mostOn: order.mostOn) {
    case .failure(let fault): return give(fault)
    case .success(let ringer):
      return .success(Line(chip, ringer, places, unexport: isOurs ? ("\(folder)/unexport", number) : nil))
    }
  }

  /// udev changes the group and the mode of each file some 100 to 200 ms after the export. Waits for both, with a deadline.
  private static func ready(_ gpio: String, _ places: Places, _ order: Order, _ chip: Chip) -> Fault? {
    let files = ["\(gpio)/direction", "\(gpio)/value"]
    let deadline = ContinuousClock.now + .seconds(2)
    while true {
      guard let missing = files.first(where: { !places.isWritable($0) }) else { return nil }
      if ContinuousClock.now > deadline {
        return BellTrouble.fault(places.exists(missing) ? EACCES : ENOENT, at: missing, line: order.line, chip: chip)
      }
      usleep(10_000)
    }
  }

  // MARK: The character device

  private static func device(_ order: Order) -> Result<Line, Fault> {
    let places = order.places
    let chips = places.deviceChips
    guard let chip = Places.choose(order.chip, among: chips) else {
      // A device that may not be opened shows no label.
      let closed = places.names(in: places.devices).first { $0.hasPrefix("gpiochip") && !places.isWritable("\(places.devices)/\($0)") }
      if let closed { return .failure(BellTrouble.fault(EACCES, at: "\(places.devices)/\(closed)", line: order.line, chip: nil)) }
      return .failure(BellTrouble.noChip(order.chip, among: chips))
    }
    let device = Glibc.open(chip.path, O_RDWR | O_CLOEXEC)
    guard device >= 0 else { return .failure(BellTrouble.fault(errno, at: chip.path, line: order.line, chip: chip)) }
    defer { Glibc.close(device) }
    let line = bh_line_request(device, UInt32(order.line), order.isActiveLow ? 1 : 0)
    guard line >= 0 else { return .failure(BellTrouble.fault(errno, at: chip.path, line: order.line, chip: chip)) }
    // The kernel gives the line back when its last holder ends: that is the ringer.
    defer { Glibc.close(line) }
    return Ringer.start(line, BH_CDEV, isActiveLow: order.isActiveLow, mostOn: order.mostOn).map { Line(chip, $0, places, unexport: nil) }
  }
}
