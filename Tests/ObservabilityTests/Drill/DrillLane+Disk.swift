import Foundation
import HearthDrivers
import HearthTestKit
import Synchronization

extension DrillLane {
    /// More answers than the store has room for.
    static let room = DrillLane(
        name: "room",
        setup: .init(
            settings: """
                cache: {maximumBytes: 1MB}
                jobs:
                  probe-stores: {schedule: "@every 1s", retries: 0}
                  prune-cache: {schedule: "@every 2s", jitter: 0s, retries: 0}

                """),
        drills: [
            Drill(
                fault: "more answers come than there is room for",
                alerts: [
                    .init(alert: "HearthCacheSizeHigh", labels: ["store": "sqlite"]),
                    .init(alert: "HearthCacheEvictionPressure", labels: ["store": "sqlite"]),
                ],
                // The half hour for which the pressure has to go on is 45 seconds, and so is the one for which it may come back.
                limit: .seconds(150),
                inject: { $0.traffic.change(perSecond: 8, newShare: 1, writtenBytes: 16_000) },
                heal: { stage in
                    try await stage.emptyCache()
                    // The day that is judged is longer than the drill: small answers have to come for each that was pushed out, and more.
                    stage.traffic.change(perSecond: 60, newShare: 1, writtenBytes: 100)
                    try await Task.sleep(for: .seconds(15))
                    stage.traffic.change(perSecond: 0, newShare: 0)
                })
        ])

    /// The disk of the embedded database is full, or its file is gone.
    static let disk = DrillLane(
        name: "disk",
        setup: .init(
            settings: """
                cache: {lookupDeadline: 5s}
                jobs:
                  probe-stores: {schedule: "@every 1s", retries: 0}
                  warm-cache: {schedule: "@manual", retries: 0, timeout: 1s}

                """, diskMegabytes: 24),
        prepare: { $0.traffic.change(perSecond: 20, newShare: 0.5) },
        drills: [
            Drill(
                fault: "the disk is full, while a job is under way",
                alerts: [
                    .init(alert: "HearthStoreErrors", labels: ["store": "sqlite"]), .init(alert: "HearthDiskLow"),
                    .init(alert: "HearthJobStuck", labels: ["job_name": "warm-cache"]),
                    .init(alert: "HearthJobNotSucceeding", labels: ["job_name": "probe-stores"]),
                ],
                inject: { stage in
                    try await stage.letProvider(#""latencyMilliseconds": 3000"#)
                    try await stage.job("warm-cache", "run")
                    try await stage.disk?.fill()
                    try await stage.letProvider(#""latencyMilliseconds": 5"#)
                },
                heal: { try $0.disk?.free() }),
            Drill(
                fault: "the database file is gone and cannot be made anew",
                alerts: [.init(alert: "HearthStoreDown", labels: ["store": "sqlite"])],
                inject: { stage in
                    let path = stage.dataFolder + "/hearth.sqlite"
                    try FileManager.default.moveItem(atPath: path, toPath: path + ".kept")
                    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
                },
                heal: { stage in
                    let path = stage.dataFolder + "/hearth.sqlite"
                    try FileManager.default.removeItem(atPath: path)
                    try FileManager.default.moveItem(atPath: path + ".kept", toPath: path)
                }),
        ])
}

extension DrillLane {
    /// Somebody else has the embedded database open.
    static let log = DrillLane(
        name: "log", setup: .init(settings: "jobs: {probe-stores: {schedule: \"@every 1s\", retries: 0}}\n"),
        drills: [
            Drill(
                fault: "another program reads an old state of the database while 80 MB are written",
                alerts: [.init(alert: "HearthWalLarge")],
                inject: { stage in
                    try await stage.beginReading()
                    try await stage.writeBallast(megabytes: 80)
                },
                heal: { try await $0.endReading() })
        ])
}

extension DrillStage {
    private var database: String { dataFolder + "/hearth.sqlite" }

    /// In the middle of a transaction it waits for somebody to open the other end of a pipe, which nobody does before the end.
    fileprivate func beginReading() async throws {
        try await RunningProgram("/usr/bin/mkfifo", ["end-of-reading"], folder: folder.path).waitForEnd()
        let reader = try RunningProgram(
            "/usr/bin/sqlite3", [database], folder: folder.path,
            input: "BEGIN;\nSELECT 'reads ' || count(*) FROM cached_answer;\n.read end-of-reading\n")
        reading.withLock { $0 = reader }
        _ = try await reader.firstLine("the other program reads") { $0.hasPrefix("reads") ? true : nil }
    }

    fileprivate func endReading() async throws {
        guard let reader = reading.withLock({ $0 }) else { return }
        reader.send(signal: SIGKILL)
        try await reader.waitForEnd()
    }

    fileprivate func writeBallast(megabytes: Int) async throws {
        let writer = try RunningProgram(
            "/usr/bin/sqlite3", ["-bail", database], folder: folder.path,
            input: """
                .timeout 5000
                CREATE TABLE ballast (bytes BLOB);
                INSERT INTO ballast SELECT randomblob(1000000) FROM generate_series(1, \(megabytes));
                DROP TABLE ballast;
                """)
        guard try await writer.waitForEnd() == .init(status: 0) else { throw RunningProgram.Failure("sqlite3: \(writer.errors)") }
    }

    fileprivate func emptyCache() async throws {
        let reply = try await hearth.send(.delete, "/api/v1/cache/invalidate?all=true", body: "")
        guard reply.status == 200 else { throw RunningProgram.Failure("The cache was not emptied: \(reply)") }
    }
}
