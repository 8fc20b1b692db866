// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// A module of ours. Its imports are held to the table in `Tests/HouseTests`.
func room(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil, exclude: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: strict)
}

/// One folder in `Plugins/` is one kind of transport.
func plugin(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  room(name, ["Bellhop"] + dependencies, path: "Plugins/\(name)", exclude: exclude)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

/// Kinds that the gateway knows: a line here and a line in `Sources/Gateway/Kinds.swift`.
let plugins: [Target] = [
  plugin("Stdout", []),
  plugin("Webhook", ["Curl", "Templates", .product(name: "Crypto", package: "swift-crypto")]),
  plugin("Slack", ["Curl"]),
  plugin("Email", ["Curl"]),
  plugin("MQTT", ["Curl", "Templates"]),
  plugin("Bell", ["CRinger"], exclude: ["Ringer"]),
  plugin("Remote", ["GatewayWire"]),
  plugin("Exec", [subprocess, .product(name: "SystemPackage", package: "swift-system")]),
  plugin(
    "Catalogue", ["CPages", "Curl", "Templates", "YAML", .product(name: "Crypto", package: "swift-crypto")], exclude: ["Pages"]),
]

/// What reads text from outside, under `Fuzz/Entries`: tests run it over a corpus, `make fuzz` under libFuzzer, which brings a main of its own.
let fuzzed: [Target.Dependency] = [
  "Bellhop", "Catalogue", "Curl", "Dashboard", "Gateway", "GatewayWire", "HTTPContract", "Matching", "Senders", "Settings", "Slack",
  "Templates",
  "Upstream",
  "Web",
  "YAML",
  .product(name: "NIOHTTP1", package: "swift-nio"),
]
let fuzz: Target =
  Context.environment["BELLHOP_FUZZ"] == nil
  ? .testTarget(
    name: "FuzzTests", dependencies: fuzzed, path: "Fuzz", exclude: ["Corpus", "Driver"], sources: ["Entries", "Tests"],
    swiftSettings: strict)
  : .executableTarget(
    name: "Fuzz", dependencies: fuzzed, path: "Fuzz", exclude: ["Corpus", "Tests"], sources: ["Entries", "Driver"],
    swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])

/// What the program needs not bring into memory: Swift's static library has the linker list every symbol, which nobody looks up, and an
/// address that only moves with the program takes 24 bytes where a bit does (`Benchmarks/run latency` prints the memory). lld comes with Swift;
/// glibc reads the short form from 2.36 on (Debian 12). https://maskray.me/blog/2021-10-31-relative-relocations-and-relr
let lean = ["-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"]

let package = Package(
  name: "bellhop",
  products: [
    .executable(name: "bellhop", targets: ["CLI"]),
    // For Swift apps that have something to tell.
    .library(name: "BellhopClient", targets: ["BellhopClient"]),
  ],
  dependencies: [
    // SQLite with statements, migrations and a pool of readers.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // The command line: help, completions, errors.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // HMAC for signatures, both ways; SHA-256 for idempotency keys.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    // The log interface.
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // Starts and stops the servers and the courier in order, and listens to signals.
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    // Deque for the lanes.
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    // Runs the commands of `exec`: process groups, time limits and pipes without a thread for each.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    // The paths that swift-subprocess takes.
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    // Event loops, sockets and the HTTP/1.1 parser under our own listeners.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    // TLS for the gateway's own listener, in the event loops that it has: with OpenSSL it would be a second loop. And for apps that use
    // BellhopClient: async-http-client would do its one POST too, and bring HTTP/2, SOCKS, tracing and six more packages
    // into every app; libcurl and simdjson, which the gateway stands on, would have to be installed wherever an app is built.
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
  ],
  targets: [
    // Doors to C. Debian: libcurl4-openssl-dev, libyaml-dev, libsimdjson-dev.
    .systemLibrary(name: "CCurl"),
    .systemLibrary(name: "CYAML"),
    .systemLibrary(name: "CMalloc"),
    .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
    // How SQLite writes its log. In C, because a VFS is a table of C functions that SQLite calls for every page.
    .target(name: "CWriteAhead", linkerSettings: [.linkedLibrary("sqlite3")]),
    // The example configuration inside the binary: embedding it as a resource would need a bundle beside the binary.
    .target(name: "CExample"),
    // What web pages load from the gateway, inside the binary too.
    .target(name: "CPageScript", sources: ["script.c"]),
    // What the dashboard's pages load.
    .target(name: "CDashboard", sources: ["dashboard.c"]),
    // The description of the HTTP API, which the gateway serves.
    .target(name: "COpenAPI", sources: ["openapi.c"]),
    // GPIO's character device, and the process that brings a bell's line to rest.
    .target(name: "CRinger", path: "Plugins/Bell/Ringer"),
    // The catalogue's pages inside the binary, for the same reason as the example.
    .target(name: "CPages", path: "Plugins/Catalogue/Pages", sources: ["pages.c"]),

    room("Locks", []),
    room("JSONTree", ["CSimdJSON", "Locks"]),
    room("Bellhop", ["JSONTree", "Locks"]),
    room("Store", ["Bellhop", .product(name: "Crypto", package: "swift-crypto")]),
    room("GatewayWire", ["Bellhop"]),
    room("YAML", ["CYAML"]),
    room("HTTPContract", ["Bellhop"]),
    room("Curl", ["Bellhop", "CCurl", "HTTPContract"]),
    room("Templates", ["Bellhop"]),
    room("Senders", ["Bellhop", "Templates", .product(name: "Crypto", package: "swift-crypto")]),
    room("Matching", ["Bellhop"]),
    room("Routing", ["Bellhop", "Matching", "Store", "Templates"]),
    room("Streaming", ["Bellhop", "Matching", "Store"]),
    room("Pacing", ["Bellhop", "Matching", "Store"]),
    room("Watching", ["Bellhop", "Matching", "Store", "Templates"]),
    room("Deciding", ["Bellhop", "Matching", "Pacing", "Routing", "Store", "Watching"]),
    room(
      "Ledger",
      [
        "Bellhop", "CWriteAhead", "Store", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "DequeModule", package: "swift-collections"),
      ]),
    room("Search", ["Bellhop", "Matching", "Store", .product(name: "GRDB", package: "GRDB.swift")]),
    room("Courier", ["Bellhop", "HTTPContract", "Store", .product(name: "DequeModule", package: "swift-collections")]),
    room("Upstream", ["Bellhop", "Curl", "GatewayWire"]),
    room("Settings", ["Bellhop", "YAML", "Templates", "Matching", "Pacing", "Routing", "Senders", "Watching"]),
    room("Dashboard", ["Bellhop", "CDashboard", "Matching", "Store"]),
    room(
      "Web",
      [
        "Bellhop", "COpenAPI", "CPageScript", "Dashboard", "Matching", "Senders", "Store", "Streaming",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    room(
      "Gateway",
      [
        "Bellhop", "CExample", "Curl", "GatewayWire", "HTTPContract", "Store", "Templates", "Senders", "Deciding", "Matching", "Pacing",
        "Routing",
        "Ledger",
        "Courier",
        "Search",
        "Settings", "Streaming",
        "Upstream", "Watching", "Web",
        .product(name: "Logging", package: "swift-log"), .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ] + plugins.map { .byName(name: $0.name) }),
    // For apps, not for the gateway: it knows no other module of ours.
    room(
      "BellhopClient",
      [
        .product(name: "Logging", package: "swift-log"), .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]),
    .executableTarget(
      name: "CLI",
      dependencies: [
        "Bellhop", "CMalloc", "Gateway", "Curl", "Store", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict,
      linkerSettings: [.unsafeFlags(lean, .when(platforms: [.linux]))]),

    // What tests stand on: a misbehaving server, a spool in memory.
    room("Loopback", ["Bellhop"], path: "Tests/Loopback"),
    room("TestSupport", ["Bellhop", "Store"], path: "Tests/TestSupport"),

    tests("BellhopTests", ["GatewayWire", "Bellhop"]),
    tests("YAMLTests", ["YAML"]),
    tests("TemplatesTests", ["Bellhop", "Templates", "TestSupport"]),
    tests("MatchingTests", ["Bellhop", "Matching", "TestSupport"]),
    tests("DecidingTests", ["Store", "Bellhop", "Deciding", "Matching", "Pacing", "Routing", "TestSupport", "Watching"]),
    tests("StoryTests", ["Store", "Bellhop", "Deciding", "Gateway", "Routing", "Settings", "TestSupport"]),
    tests("WatchingTests", ["Bellhop", "Matching", "Store", "Templates", "TestSupport", "Watching"]),
    tests("PacingTests", ["Bellhop", "Matching", "Pacing", "Store", "TestSupport"]),
    tests("StreamingTests", ["Bellhop", "Matching", "Store", "Streaming", "TestSupport"]),
    tests("RoutingTests", ["Store", "Bellhop", "Deciding", "Matching", "Routing", "Templates", "TestSupport"]),
    tests("SettingsTests", ["Settings", "Bellhop", "Matching", "Routing", "Senders", "Watching"], exclude: ["Golden"]),
    tests("CurlTests", ["Bellhop", "Curl", "HTTPContract", "Loopback"]),

    tests("SendersTests", ["Bellhop", "Senders", .product(name: "Crypto", package: "swift-crypto")], exclude: ["Corpus"]),
    tests("DashboardTests", ["Bellhop", "Dashboard", "Store"]),
    tests(
      "WebTests",
      [
        "Store",
        "Bellhop", "Senders", "Streaming", "Web", .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
      ]),
    tests("UpstreamTests", ["GatewayWire", "Bellhop", "Curl", "Loopback", "Upstream"]),
    tests("SpoolTests", ["Store", "Bellhop", "Ledger", "TestSupport"]),
    tests(
      "LedgerTests", ["Store", "Bellhop", "CWriteAhead", "Ledger", "TestSupport", .product(name: "GRDB", package: "GRDB.swift")],
      exclude: ["Stores"]),
    tests("SearchTests", ["Bellhop", "Ledger", "Matching", "Search", "Store", "TestSupport"]),
    tests("CourierTests", ["Store", "Bellhop", "Courier", "TestSupport"]),
    tests(
      "SimulationTests",
      ["Store", "Bellhop", "Courier", "Deciding", "Matching", "Pacing", "Routing", "Templates", "TestSupport", "Watching"]),

    tests(
      "TransportTests",
      ["GatewayWire", "Bellhop", "Curl", "Loopback", "Stdout", "Webhook", "Slack", "Email", "MQTT", "Bell", "Remote", "Exec", "Catalogue"],
      exclude: ["Golden"]),
    tests("BellTests", ["Bell", "Bellhop"]),
    tests("EmailTests", ["Bellhop", "Curl", "Email", "Loopback"], exclude: ["Server"]),
    tests("RemoteTests", ["GatewayWire", "Bellhop", "Remote"]),
    tests("ExecTests", ["Bellhop", "Exec"]),
    tests("CatalogueTests", ["Bellhop", "Catalogue", "Curl", "Templates", "YAML"], exclude: ["Golden"]),
    tests(
      "GatewayTests",
      [
        "Store", "Bellhop", "Courier", "Curl", "Gateway", "Deciding", "GatewayWire", "Ledger", "Loopback", "Matching", "Pacing", "Routing",
        "Search", "Settings",
        "Web",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
      ]),
    tests("CLITests", ["CLI", "Bellhop", "Curl", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
    tests(
      "BellhopClientTests",
      ["Bellhop", "BellhopClient", "Loopback", .product(name: "Logging", package: "swift-log")]),
    tests("HouseTests", []),
    tests(
      "JourneyTests",
      ["Store", "Bellhop", "BellhopClient", "Curl", "Loopback", "CLI", "YAML", .product(name: "Logging", package: "swift-log")],
      exclude: ["Browser"]),

    // The baseline that `make bench` compares with.
    .executableTarget(
      name: "Discard",
      dependencies: ["Bellhop", "Store", "Streaming", "Web", .product(name: "Logging", package: "swift-log")],
      path: "Benchmarks/Discard", swiftSettings: strict),
  ] + plugins + [fuzz],
  cxxLanguageStandard: .cxx17
)
