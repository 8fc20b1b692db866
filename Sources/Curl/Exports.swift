// Whoever imports the engine has the requests it takes and the answers it gives.
@_exported import HTTPContract
