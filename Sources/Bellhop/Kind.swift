/// A kind of transport as a value: what it is called, what it may be told, and how to make one.
public struct Kind: Sendable {
  /// The word behind `use:`.
  public var name: String
  /// One line for `bellhop transports`.
  public var doc: String
  /// More lines for its manual: where the vendor documents it, what an alert changes.
  public var notes: [String]
  /// The keys beside `use:`, in the order of the manual.
  public var settings: [Field]
  /// The keys of a target of this kind, in the order of the manual; empty where a transport is one place.
  public var target: [Field]
  /// Whether a message can be changed where it stands: such kinds have the target's key `update_by`.
  public var updates: MessageUpdates
  /// What holds where the YAML says nothing.
  public var defaults: Defaults
  /// Mistakes and doubts that no single field can show: exactly one of, ignored beside, too long for this vendor.
  public var check: @Sendable (Values) -> [SettingMistake]
  /// The same for a target, beside the settings of its transport.
  public var checkTarget: @Sendable (Target, Values) -> [SettingMistake]
  /// Tells two pages of one name apart, so that a reload sees a changed one; 0 for kinds that come with Bellhop.
  public var version: UInt64 = 0
  /// Makes a transport of settings that `check` found nothing wrong with.
  public var make: @Sendable (Values) -> any Transport

  /// What a lane in front of this kind does where the YAML says nothing.
  public struct Defaults: Sendable, Hashable {
    /// Nil is as fast as it goes.
    public var rate: Rate?
    /// Attempts under way at once in a lane, 1 or more; only 1 keeps the order.
    public var concurrency: Int
    /// Attempts under way at once over all lanes of a transport, or `concurrency` where that is more: so that one whose vendor hangs
    /// does not take the connections, threads and processes of all.
    public var parallel: Int
    /// How long an attempt may take in all.
    public var timeout: Duration
    /// Whether an attempt that ended ``Outcome/unclear(_:)`` is made again.
    public var `repeat`: Bool
    /// Messages older than this are folded instead of sent; nil is never.
    public var stale: Duration?
    /// How long a message is tried before it is dead.
    public var tryFor: Duration

    /// One at a time, as fast as it goes, 15 s an attempt and repeated when unclear: right for chat.
    public init(
      rate: Rate? = nil, concurrency: Int = 1, parallel: Int = 64, timeout: Duration = .seconds(15), repeat: Bool = true,
      stale: Duration? = nil, tryFor: Duration = .seconds(86_400)
    ) {
      self.rate = rate
      self.concurrency = concurrency
      self.parallel = parallel
      self.timeout = timeout
      self.repeat = `repeat`
      self.stale = stale
      self.tryFor = tryFor
    }
  }

  /// A kind without mistakes of its own, unless told otherwise.
  public init(
    name: String, doc: String, notes: [String] = [], settings: [Field], target: [Field], updates: MessageUpdates = .never,
    defaults: Defaults = Defaults(),
    check: @escaping @Sendable (Values) -> [SettingMistake] = { _ in [] },
    checkTarget: @escaping @Sendable (Target, Values) -> [SettingMistake] = { _, _ in [] },
    make: @escaping @Sendable (Values) -> any Transport
  ) {
    self.name = name
    self.doc = doc
    self.notes = notes
    self.settings = settings
    self.target = target + (updates == .never ? [] : [.updateBy])
    self.updates = updates
    self.defaults = defaults
    self.check = check
    self.checkTarget = checkTarget
    self.make = make
  }
}
