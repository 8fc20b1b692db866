import Testing

/// Arrows point one way. This table is the plan of the house: a module may import what stands behind it, and nothing else of ours.
private let plan: [String: Set<String>] = [
  "Locks": [],
  "JSONTree": ["CSimdJSON", "Locks"],
  "Bellhop": ["JSONTree", "Locks"],
  "Store": ["Bellhop", "Crypto"],
  "GatewayWire": ["Bellhop"],
  "YAML": ["CYAML"],
  "HTTPContract": ["Bellhop"],
  "Curl": ["Bellhop", "CCurl", "HTTPContract"],
  "Templates": ["Bellhop"],
  "Senders": ["Bellhop", "Templates", "Crypto"],
  "Matching": ["Bellhop"],
  "Routing": ["Bellhop", "Matching", "Store", "Templates"],
  "Streaming": ["Bellhop", "Matching", "Store"],
  "Pacing": ["Bellhop", "Matching", "Store"],
  "Watching": ["Bellhop", "Matching", "Store", "Templates"],
  "Deciding": ["Bellhop", "Matching", "Pacing", "Routing", "Store", "Watching"],
  "Ledger": ["Bellhop", "CWriteAhead", "Store", "GRDB", "GRDBSQLite", "Crypto", "DequeModule"],
  "Search": ["Bellhop", "Matching", "Store", "GRDB", "GRDBSQLite"],
  "Courier": ["Bellhop", "HTTPContract", "Store", "DequeModule"],
  "Upstream": ["Bellhop", "Curl", "GatewayWire"],
  "Settings": ["Bellhop", "YAML", "Templates", "Matching", "Pacing", "Routing", "Senders", "Watching"],
  "Dashboard": ["Bellhop", "CDashboard", "Matching", "Store"],
  "Web": [
    "Bellhop", "COpenAPI", "CPageScript", "Dashboard", "Matching", "Senders", "Store", "Streaming", "Logging", "NIOCore", "NIOHTTP1",
    "NIOPosix", "NIOSSL", "ServiceLifecycle",
  ],
  "Gateway": [
    "Bellhop", "Curl", "GatewayWire", "HTTPContract", "Store", "Templates", "Senders", "Deciding", "Matching", "Pacing",
    "Routing", "Ledger", "Courier", "Search", "Settings", "Streaming", "Upstream", "Watching", "Web", "Logging", "ServiceLifecycle",
    "Stdout", "Webhook", "Slack", "Email", "MQTT", "Bell", "Exec", "Remote", "Catalogue", "CExample", "UnixSignals",
  ],
  // For apps: whoever uses it builds nothing else of ours.
  "BellhopClient": ["Logging", "NIOConcurrencyHelpers", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL"],
  "CLI": ["Bellhop", "CMalloc", "Curl", "Gateway", "Store", "ArgumentParser"],
]

/// A plugin may use these; it never imports another plugin.
private let pluginTools: Set<String> = [
  "Bellhop", "Curl", "GatewayWire", "Templates", "YAML", "Crypto", "CPages", "CRinger", "Subprocess", "SystemPackage",
]

/// The language's own.
private let everywhere: Set<String> = ["Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Synchronization", "Dispatch"]

@Suite struct ImportTests {
  @Test func everyModuleIsInThePlan() throws {
    let rooms = try House.folders(in: "Sources").filter { try !House.files(in: "Sources/\($0)", ending: ".swift").isEmpty }
    #expect(Set(rooms) == Set(plan.keys))
  }

  @Test func importsFollowThePlan() throws {
    for (room, allowed) in plan {
      for file in try House.files(in: "Sources/\(room)", ending: ".swift") {
        let foreign = try House.imports(of: file).subtracting(allowed).subtracting(everywhere)
        #expect(foreign.isEmpty, "\(file) imports \(foreign.sorted().joined(separator: ", ")), which the plan does not allow")
      }
    }
  }

  @Test func pluginsImportOnlyTheirTools() throws {
    for file in try House.files(in: "Plugins", ending: ".swift") {
      let foreign = try House.imports(of: file).subtracting(pluginTools).subtracting(everywhere)
      #expect(foreign.isEmpty, "\(file) imports \(foreign.sorted().joined(separator: ", ")); a plugin has \(pluginTools.sorted())")
    }
  }

  @Test func thePlanHasNoCycle() {
    for start in plan.keys {
      var reached: Set<String> = []
      var open = plan[start] ?? []
      while let next = open.popFirst() {
        if reached.insert(next).inserted { open.formUnion(plan[next] ?? []) }
      }
      #expect(!reached.contains(start), "\(start) imports itself in the end")
    }
  }
}
