import Bellhop

/// Where a destination leads under the configuration in force: found once, passed by reference.
final class ResolvedRoute {
  let lane: Lane
  let destination: Destination
  let target: Target
  /// The name of the place, which is its lane's where it has one of its own.
  let place: String
  /// The path of the value that makes a thread, where the target threads.
  let thread: String?
  /// The path of the value whose messages stand in for one another, where the target updates.
  let update: String?

  init(lane: Lane, destination: Destination, place: Place, changes: Bool = false) {
    self.lane = lane
    self.destination = destination
    target = place.target
    self.place = place.lane
    thread = place.target["thread_by"]?.string
    update = changes ? place.target["update_by"]?.string : nil
  }
}
