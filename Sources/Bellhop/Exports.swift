// Whoever imports the words has the values they hold and the lock that guards them: `Event.data` is JSON.
@_exported import JSONTree
@_exported import Locks
