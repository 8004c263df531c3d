import Foundation
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

extension SharedEngineTests {
    @Suite(
        "A shared database without room", .serialized, .timeLimit(.minutes(10)),
        .enabled(if: getuid() == 0, "only root can make a disk of a few megabytes"))
    struct FullDiskTests {
        private static let job = #"aggregate-statistics: {schedule: "* * * * * *", seconds: true, catchUp: latest}"#

        /// The tables are in a tablespace of a few megabytes; each write needs a new page at once, so that the end is met soon.
        @Test("The database's disk is full: answers go on, one line tells it, and when there is room again nothing is missing")
        func full() async throws {
            let server = try await PostgresServer.start()
            let disk = try await SmallDisk(megabytes: 16)
            try await server.keepTables(in: disk.path)
            let replicas = try await Replicas(2, on: server)
            let running = try await replicas.startAll(jobs: [Self.job])
            try await Deadline.until("jobs run") { try await Self.successes(running[0]).count >= 2 }
            // Only as many rows in a page as cannot be avoided, and no page for the first row.
            try await server.execute("ALTER TABLE job_run SET (fillfactor = 10); TRUNCATE cache_statistics")
            try await disk.fill()
            let load = Task { await Replicas.load(running) }
            try await Deadline.until("writes fail") {
                server.process.printed.contains("could not extend file") && server.process.printed.contains("No space left on device")
            }
            let full = SystemTimeSource().now()
            try await Deadline.until("neither runs nor statistics are written") {
                var errors = 0.0
                for replica in running {
                    errors += try await replica.metrics().value("hearth_scheduler_claims_total", ["outcome": "error"]) ?? 0
                }
                let stored = try await replicas.database.query("SELECT count(*)::bigint FROM cache_statistics").first?.integer(0)
                return errors > 0 && stored == 0
            }
            // The disk stays full for a while, with questions and firings of jobs all the time.
            try await Task.sleep(for: .seconds(2))
            for replica in running {
                #expect(try await replica.client.get("/readyz").status == 200)
                #expect(try await replica.client.get("/api/v1/cache/health").status == 200)
            }
            let lines = running.map { $0.program.errors.split(separator: "\n").count { $0.contains("run out of room") } }
            try disk.free()
            let freed = SystemTimeSource().now()
            try await Deadline.until("jobs run again", within: .seconds(20)) {
                try await Self.successes(running[0]).contains { $0 > freed }
            }
            let resumed = SystemTimeSource().now() - freed
            print("PostgreSQL full for \((freed - full).components.seconds) s: lines \(lines), runs \(resumed) after")
            load.cancel()
            let statuses = await load.value
            #expect(statuses.allSatisfy { Set($0.keys).isSubset(of: [0, 200]) && $0[0] ?? 0 <= 1 && $0[200] ?? 0 > 100 }, "\(statuses)")
            #expect(lines.allSatisfy { $0 <= 20 }, "\(lines)")
            for replica in running {
                try await Deadline.until("the statistics are complete") {
                    try await Replicas.reportIsComplete(replica, of: running)
                }
                try await Deadline.until("every firing is accounted for") {
                    try await replica.metrics().value("hearth_scheduler_unaccounted_occurrences") == 0
                }
            }
            #expect(try await replicas.firingsDoneTwice() == 0)
            for replica in running { #expect(try await replica.terminate() == .init(status: 0)) }
            await server.stop()
            try await disk.remove()
        }

        /// When the runs ended that succeeded.
        private static func successes(_ replica: RunningHearth) async throws -> [Timestamp] {
            let reply = try await replica.client.get("/api/v1/jobs/aggregate-statistics/runs?limit=20")
            return reply.json["runs"].items.filter { $0["outcome"].text == "success" }.compactMap { $0["finishedAt"].text }
                .compactMap { Timestamp(iso8601: $0) }
        }
    }
}
