// swift-tools-version: 6.3
import PackageDescription

// One set of rules for every target of our own.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),  // `any` shows where dynamic dispatch is paid for
    .enableUpcomingFeature("MemberImportVisibility"),  // a file names every module whose members it uses
    .enableUpcomingFeature("InternalImportsByDefault"),  // a dependency leaks into an interface only on purpose
    .strictMemorySafety(),  // every unsafe expression is marked, and only HearthDrivers has them in number
    .treatAllWarnings(as: .error),
]

// Products of the dependencies, named once.
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let jwtKit = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "hearth",
    products: [
        .executable(name: "hearth", targets: ["HearthCLI"]),
        // For tests only.
        .library(name: "ShiftedClock", type: .dynamic, targets: ["CShiftedClock"]),
    ],
    dependencies: [
        // HTTP server on SwiftNIO; routes, body limits and graceful shutdown.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        // Channel handlers for the listener limits and for hits that are answered before the router.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        // TLS of the listeners and of connections to Redis; by BoringSSL, so that certificates are renewed without a new process.
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        // The request and response parts that Hummingbird's pipeline carries.
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        // One order of start and stop for everything that lives long.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // The logging interface that libraries share; Hearth brings its own handler.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // The metrics interface that libraries share; Hearth bridges it into its own registry.
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        // The tracing interface that libraries share; Hearth brings its own tracer and exporter.
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        // The command line: parsing, help, completion.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // Layered configuration from the environment and a YAML file.
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: [.defaults, "YAML"]),
        // YAML with the line of every node, for configuration errors and the language rule files.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // SHA-256 of cache keys and query patterns, and the keyed hash of customers.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // Signatures of JSON Web Tokens and the form of their keys; which key and what a token must say is decided in Hearth.
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
        // Deques for bounded queues.
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        // SQLite with write-ahead logging, one writer, many readers and migrations.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // Page templates that escape by default.
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        // layer 4: the command line
        .executableTarget(
            name: "HearthCLI",
            dependencies: [
                "HearthServer", "HearthDrivers", "HearthScheduling", "HearthCache", "HearthTelemetry", argumentParser, logging,
                serviceLifecycle, unixSignals,
            ],
            swiftSettings: strict
        ),

        // layer 3: the service
        .target(
            name: "HearthServer",
            dependencies: [
                "HearthCache", "HearthUpstream", "HearthStatistics", "HearthDrivers", "HearthPages", "HearthScheduling",
                "HearthTelemetry", deque,
                hummingbird, hummingbirdCore, nioCore, nioPosix, nioHTTPTypes, nioHTTPTypesHTTP1, httpTypes,
                nioHTTP1, nioSSL, nioTLS, serviceLifecycle, unixSignals, logging, configuration, yams, grdb,
                crypto, jwtKit, metrics, tracing,
            ],
            swiftSettings: strict
        ),

        // layer 2: what Hearth is about
        .target(
            name: "HearthCache",
            dependencies: [
                "HearthDrivers", "HearthScheduling", "HearthTelemetry", crypto, grdb, yams, deque, logging, serviceLifecycle,
            ],
            resources: [.embedInCode("Languages/Rules")],
            swiftSettings: strict
        ),
        .target(
            name: "HearthUpstream",
            dependencies: ["HearthDrivers", "HearthTelemetry", deque, logging],
            swiftSettings: strict
        ),
        .target(
            name: "HearthStatistics",
            dependencies: ["HearthDrivers", "HearthScheduling", "HearthTelemetry", crypto, grdb, logging, serviceLifecycle],
            swiftSettings: strict
        ),

        // layer 1: what the service stands on
        .target(
            name: "HearthDrivers",
            dependencies: [
                "CHiredis", "CPostgres", "CCurl", "CZlib", "HearthTelemetry", crypto, deque, logging, nioCore, nioPosix, nioSSL,
                serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "HearthPages",
            dependencies: ["CRunbooks", "HearthTelemetry", mustache],
            swiftSettings: strict
        ),
        .target(
            name: "HearthScheduling",
            dependencies: ["HearthTelemetry", grdb, logging, serviceLifecycle],
            swiftSettings: strict
        ),

        // layer 0: vocabulary, time, metrics and logs; the C libraries
        .target(name: "HearthTelemetry", dependencies: [deque, logging, metrics, tracing], swiftSettings: strict),
        // The texts of runbooks/, embedded.
        .target(name: "CRunbooks"),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // tests, one target for each of ours
        .target(
            name: "HearthTestKit", dependencies: ["HearthDrivers", "HearthTelemetry", nioCore, nioPosix, nioSSL, nioTLS, logging],
            path: "Tests/HearthTestKit", swiftSettings: strict),
        // Files of SQLite that fail or dawdle; in C, because a VFS is a table of C functions.
        .target(name: "CFaultyFiles", path: "Tests/CFaultyFiles", linkerSettings: [.linkedLibrary("sqlite3")]),
        // A wall clock that a test moves, to be preloaded into the program.
        .target(name: "CShiftedClock", path: "Tests/CShiftedClock"),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        .testTarget(name: "HearthTelemetryTests", dependencies: ["HearthTelemetry", logging, metrics, tracing], swiftSettings: strict),
        .testTarget(
            name: "HearthSchedulingTests",
            dependencies: [
                "HearthScheduling", "HearthServer", "HearthStatistics", "HearthDrivers", "HearthTelemetry", "HearthTestKit", grdb, logging,
                serviceLifecycle,
            ],
            swiftSettings: strict),
        // Values for pages, for tests and measurements.
        .target(
            name: "PageSamples", dependencies: ["HearthPages", "HearthTelemetry"], path: "Tests/PageSamples", swiftSettings: strict),
        .testTarget(name: "HearthPagesTests", dependencies: ["HearthPages", "HearthTelemetry", "PageSamples"], swiftSettings: strict),
        .testTarget(
            name: "HearthDriversTests", dependencies: ["HearthDrivers", "HearthTelemetry", "HearthTestKit", logging, nioCore, nioPosix],
            swiftSettings: strict),
        .testTarget(
            name: "HearthCacheTests",
            dependencies: ["HearthCache", "HearthDrivers", "HearthTelemetry", "HearthTestKit", grdb, logging, serviceLifecycle],
            exclude: ["LabelledSets"],
            swiftSettings: strict),
        .testTarget(
            name: "HearthUpstreamTests",
            dependencies: ["HearthUpstream", "HearthServer", "HearthDrivers", "HearthTelemetry", "HearthTestKit", logging],
            swiftSettings: strict),
        .testTarget(
            name: "HearthStatisticsTests",
            dependencies: [
                "HearthStatistics", "HearthScheduling", "HearthDrivers", "HearthTelemetry", "HearthTestKit", grdb, logging,
                serviceLifecycle,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "HearthServerTests",
            dependencies: [
                "HearthServer", "HearthCache", "HearthDrivers", "HearthPages", "HearthScheduling", "HearthStatistics", "HearthTelemetry",
                "HearthUpstream", "HearthTestKit", "CFaultyFiles", nioCore, nioPosix, httpTypes, logging, yams, grdb, tracing,
                crypto, cryptoExtras, serviceLifecycle,
            ],
            exclude: ["Releases"],
            swiftSettings: strict),
        .testTarget(
            name: "HearthCLITests", dependencies: ["HearthCLI", "HearthServer", "HearthDrivers", "HearthTelemetry", argumentParser],
            swiftSettings: strict),
        // rules, dashboards and runbooks, held against the catalogue of metrics
        .testTarget(
            name: "ObservabilityTests", dependencies: ["HearthTelemetry", "HearthDrivers", "HearthTestKit", yams], swiftSettings: strict),

        // measurements, run by `make bench`
        .target(name: "CAllocationCount", path: "Benchmarks/CAllocationCount"),
        .target(
            name: "Measuring", dependencies: ["HearthTelemetry", "CAllocationCount"], path: "Benchmarks/Measuring", swiftSettings: strict),
        .executableTarget(
            name: "SchedulingBenchmark", dependencies: ["HearthScheduling", "HearthTelemetry", "Measuring", grdb, logging],
            path: "Benchmarks/Scheduling", swiftSettings: strict),
        .executableTarget(
            name: "StatisticsBenchmark", dependencies: ["HearthStatistics", "HearthTelemetry", "Measuring", grdb],
            path: "Benchmarks/Statistics", swiftSettings: strict),
        .executableTarget(
            name: "TelemetryBenchmark", dependencies: ["HearthTelemetry", "HearthDrivers", "Measuring"], path: "Benchmarks/Telemetry",
            swiftSettings: strict),
        .executableTarget(
            name: "TracingBenchmark", dependencies: ["HearthServer", "HearthTelemetry", "Measuring", httpTypes, tracing],
            path: "Benchmarks/Tracing", swiftSettings: strict),
        .executableTarget(
            name: "AccessBenchmark", dependencies: ["HearthServer", "HearthDrivers", "HearthTelemetry", "Measuring", crypto, httpTypes],
            path: "Benchmarks/Access", swiftSettings: strict),
        .executableTarget(
            name: "PagesBenchmark", dependencies: ["HearthPages", "HearthTelemetry", "Measuring", "PageSamples"], path: "Benchmarks/Pages",
            exclude: ["served.py"], swiftSettings: strict),
        .executableTarget(
            name: "CacheBenchmark", dependencies: ["HearthCache", "HearthTelemetry", "Measuring", grdb], path: "Benchmarks/Cache",
            swiftSettings: strict),

        .testTarget(
            name: "HearthEndToEndTests",
            dependencies: ["HearthDrivers", "HearthTelemetry", "HearthTestKit", logging, crypto, nioSSL, yams],
            swiftSettings: strict
        ),
    ]
)

// Fuzz targets are built with libFuzzer's main function by scripts/fuzz.sh, and by nothing else.
if Context.environment["HEARTH_FUZZING"] != nil {
    let fuzzed = strict + [.unsafeFlags(["-parse-as-library"])]
    package.targets += [
        .executableTarget(
            name: "FuzzExpressions", dependencies: ["HearthScheduling", "HearthTelemetry"], path: "Tests/Fuzzing/Expressions",
            swiftSettings: fuzzed),
        .executableTarget(
            name: "FuzzCredentials", dependencies: ["HearthServer"], path: "Tests/Fuzzing/Credentials", swiftSettings: fuzzed),
        .executableTarget(
            name: "FuzzBodies", dependencies: ["HearthServer", "HearthUpstream", "HearthTelemetry", httpTypes],
            path: "Tests/Fuzzing/Bodies",
            swiftSettings: fuzzed),
        .executableTarget(
            name: "FuzzConfiguration", dependencies: ["HearthServer", "HearthScheduling"], path: "Tests/Fuzzing/Configuration",
            swiftSettings: fuzzed),
        .executableTarget(name: "FuzzEvents", dependencies: ["HearthUpstream"], path: "Tests/Fuzzing/Events", swiftSettings: fuzzed),
        .executableTarget(
            name: "FuzzRedisReplies", dependencies: ["HearthDrivers", nioCore], path: "Tests/Fuzzing/RedisReplies", swiftSettings: fuzzed),
        .executableTarget(name: "FuzzJSON", dependencies: ["HearthServer"], path: "Tests/Fuzzing/JSON", swiftSettings: fuzzed),
        .executableTarget(
            name: "FuzzNormalizer", dependencies: ["HearthCache", "HearthTelemetry"], path: "Tests/Fuzzing/Normalizer",
            swiftSettings: fuzzed),
        .executableTarget(
            name: "FuzzZoneFiles", dependencies: ["HearthScheduling", "HearthTelemetry"], path: "Tests/Fuzzing/ZoneFiles",
            swiftSettings: fuzzed),
    ]
}
