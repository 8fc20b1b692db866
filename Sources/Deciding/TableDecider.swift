import Bellhop
import Routing
import Store

/// Decides by the tables in force: when holds end, and what was wished under tables that are no longer.
public struct TableDecider: Decider {
  private let router: Router
  /// Of the configuration that `router` was made of.
  public let generation: Int

  /// The decider of one configuration.
  public init(_ router: Router, generation: Int) {
    self.router = router
    self.generation = generation
  }

  /// What the tables make of an event now: to be handed to the store with it.
  public func wish(_ event: Event, at time: Timestamp) -> Wish { Wish(plan: router.wish(event, at: time), generation: generation) }

  /// The wish with the ends of its holds, made anew where a reload came between.
  public func decide(_ arrival: Arrival, in turn: StoreTurn, _ states: any StateReading) -> Decision {
    let isStale = arrival.wish.generation.map { $0 != generation } ?? false
    let wish = isStale ? router.wish(arrival.event, at: turn.received) : arrival.wish.plan
    return Decision(plan: router.held(wish, at: turn.received))
  }
}
