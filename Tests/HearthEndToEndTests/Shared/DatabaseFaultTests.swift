import Foundation
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

extension SharedEngineTests {
    @Suite("An ill shared database", .serialized, .timeLimit(.minutes(10)))
    struct DatabaseFaultTests {
        /// Five seconds are promised; the machine may take as long again.
        private let recovery = Duration.seconds(10)
        private static let job = #"aggregate-statistics: {schedule: "* * * * * *", seconds: true, catchUp: latest}"#

        @Test("A database that is killed, started again and frozen: no request fails, nothing is counted wrongly, and nobody has to help")
        func killedAndFrozen() async throws {
            let server = try await PostgresServer.start()
            let replicas = try await Replicas(2, on: server)
            let running = try await replicas.startAll(jobs: [Self.job])
            let load = Task { await Replicas.load(running) }
            try await Deadline.until("jobs run") { try await Self.lastSuccess(running[0]) != nil }

            await server.crash()
            try await Deadline.until("the health report tells") {
                let health = try await running[0].client.get("/api/v1/cache/health").json
                return health["database"]["connected"].bool == false && health["status"].text == "degraded"
            }
            #expect(try await running[0].client.get("/readyz").status == 200)
            #expect(try await running[0].metrics().value("hearth_store_up", ["store": "postgres"]) == 0)
            try await Deadline.until("runs cannot be claimed") {
                try await running[0].metrics().value("hearth_scheduler_claims_total", ["outcome": "error"]) ?? 0 > 0
            }
            try await server.startAgain()
            let back = SystemTimeSource().now()
            try await Deadline.until("jobs run again", within: recovery) {
                try await Self.lastSuccess(running[1]).map { $0 > back } ?? false
            }
            try await Deadline.until("all is well again") {
                try await running[0].client.get("/api/v1/cache/health").json["status"].text == "healthy"
            }
            let connected = try await running[0].metrics()
            for outcome in ["ok", "error"] {
                #expect(connected.value("hearth_store_reconnects_total", ["store": "postgres", "outcome": outcome]) ?? 0 > 0, "\(outcome)")
            }

            server.freeze()
            // How long the server is silent; longer than a usual lease, where there is time for it.
            try await Task.sleep(for: ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil ? .seconds(4) : .seconds(40))
            for outcome in ["timeout", "error"] {
                try await Deadline.until("operations are counted as \(outcome)") {
                    let labels = ["store": "postgres", "outcome": outcome]
                    return try await running[0].metrics().value("hearth_store_operations_total", labels) ?? 0 > 0
                }
            }
            server.thaw()
            let thawed = SystemTimeSource().now()
            try await Deadline.until("jobs run again", within: recovery) {
                try await Self.lastSuccess(running[0]).map { $0 > thawed } ?? false
            }

            load.cancel()
            let statuses = await load.value
            // The request that the end of the load cut off may be there as 0.
            #expect(statuses.allSatisfy { Set($0.keys).isSubset(of: [0, 200]) && $0[0] ?? 0 <= 1 }, "\(statuses)")
            // What was answered, as each replica itself has counted it, the request that was cut off perhaps a moment later; nothing waits
            // unwritten any more.
            for replica in running {
                try await Deadline.until("the statistics are complete") {
                    try await Replicas.reportIsComplete(replica, of: running, atLeast: 21)
                }
                #expect(try await replica.metrics().value("hearth_scheduler_unaccounted_occurrences") == 0)
            }
            #expect(try await replicas.firingsDoneTwice() == 0)
            for replica in running { #expect(try await replica.terminate() == .init(status: 0)) }
            await server.stop()
        }

        @Test("A database that takes no writes any more is told as such; answers go on, and when it takes them again nothing is missing")
        func readOnly() async throws {
            let server = try await PostgresServer.start()
            let replicas = try await Replicas(2, on: server)
            let running = try await replicas.startAll(jobs: [Self.job])
            let load = Task { await Replicas.load(running) }
            try await Deadline.until("jobs run") { try await Self.lastSuccess(running[0]) != nil }
            try await server.execute("ALTER SYSTEM SET default_transaction_read_only = on")
            try await server.execute("SELECT pg_reload_conf()")
            for replica in running {
                try await Deadline.until("the health report tells") {
                    let health = try await replica.client.get("/api/v1/cache/health").json
                    return health["database"]["connected"].bool == false && health["status"].text == "degraded"
                }
                let ready = try await replica.client.get("/readyz")
                #expect(ready.status == 200 && ready.text.contains("read-only"), "\(ready.text)")
                let metrics = try await replica.metrics()
                #expect(metrics.value("hearth_store_up", ["store": "postgres"]) == 0)
                #expect(metrics.value("hearth_store_operations_total", ["store": "postgres", "outcome": "error"]) ?? 0 > 0)
            }
            // It stays so for a while, with questions and firings of jobs all the time.
            func refused() async throws -> Double {
                try await running[0].metrics().value("hearth_store_operations_total", ["store": "postgres", "outcome": "error"]) ?? 0
            }
            let already = try await refused()
            try await Deadline.until("more is refused") { try await refused() >= already + 8 }
            try await server.execute("ALTER SYSTEM RESET default_transaction_read_only")
            try await server.execute("SELECT pg_reload_conf()")
            let back = SystemTimeSource().now()
            try await Deadline.until("jobs run again", within: recovery) {
                try await Self.lastSuccess(running[1]).map { $0 > back } ?? false
            }
            load.cancel()
            let statuses = await load.value
            #expect(statuses.allSatisfy { Set($0.keys).isSubset(of: [0, 200]) && $0[0] ?? 0 <= 1 }, "\(statuses)")
            for replica in running {
                try await Deadline.until("all is well again") {
                    try await replica.client.get("/api/v1/cache/health").json["status"].text == "healthy"
                }
                try await Deadline.until("the statistics are complete") {
                    try await Replicas.reportIsComplete(replica, of: running, atLeast: 21)
                }
                #expect(try await replica.metrics().value("hearth_scheduler_unaccounted_occurrences") == 0)
                let lines = replica.program.errorLines.filter { $0.contains("takes no writes") || $0.contains("can be reached again") }
                #expect(lines.count <= 20, "\(lines.count): \(lines.prefix(3))")
            }
            #expect(try await replicas.firingsDoneTwice() == 0)
            for replica in running { #expect(try await replica.terminate() == .init(status: 0)) }
            await server.stop()
        }

        @Test("A start without the database: production refuses with 75, otherwise answers are given and the rest comes with the database")
        func absentAtStart() async throws {
            let server = try await PostgresServer.start()
            let replicas = try await Replicas(1, on: server)
            await server.crash()
            let refusal = try await replicas.stages[0].refusal(
                environment: [
                    "DATABASE_URL": replicas.url, "HEARTH_PROFILE": "production",
                    "HEARTH_API_KEYS": "0123456789abcdef0123456789abcdef0123456789abcdef",
                ])
            #expect(refusal.status == 75 && refusal.errors.contains("PostgreSQL"), "\(refusal)")
            #expect(!refusal.errors.contains(server.password) && !refusal.output.contains(server.password))

            let hearth = try await replicas.start(0, jobs: [Self.job])
            #expect(try await hearth.ask("When do you open on Sunday?", language: "en").status == 200)
            let readiness = try await hearth.client.get("/readyz")
            #expect(readiness.status == 200 && readiness.json["status"].text == "degraded")
            // Jobs that nobody shares do not wait.
            #expect(try await hearth.client.get("/api/v1/jobs/probe-stores").status == 200)
            try await server.startAgain()
            try await Deadline.until("shared jobs run") { try await Self.lastSuccess(hearth) != nil }
            try await Deadline.until("statistics are stored") {
                try await replicas.database.query("SELECT sum(requests)::bigint FROM cache_statistics WHERE resolution = 'minute'")
                    .first?.optionalInteger(0) == 1
            }
            try await Deadline.until("all is well") {
                try await hearth.client.get("/readyz").json["status"].text == "ready"
            }
            #expect(!hearth.program.errors.contains(server.password) && !hearth.program.output.contains(server.password))
            #expect(try await hearth.terminate() == .init(status: 0))
            await server.stop()
        }

        @Test("A password that is changed under a running service is told once, and not shown; with the right one all is well again")
        func changedPassword() async throws {
            let server = try await PostgresServer.start()
            try await server.execute("CREATE ROLE app SUPERUSER LOGIN PASSWORD 'first-word'")
            let replicas = try await Replicas(1, on: server)
            let login = "\(PostgresServer.user):\(server.password)@"
            let hearth = try await replicas.start(0, environment: ["DATABASE_URL": server.url.replacing(login, with: "app:first-word@")])
            func isUp() async throws -> Bool {
                let isConnected = try await hearth.client.get("/api/v1/cache/health").json["database"]["connected"].bool == true
                #expect(try await hearth.metrics().value("hearth_store_up", ["store": "postgres"]) == (isConnected ? 1 : 0))
                return isConnected
            }
            #expect(try await isUp())
            try await server.execute("ALTER ROLE app PASSWORD 'second-word'")
            try await server.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'app'")
            try await Deadline.until("the login is refused") {
                let labels = ["store": "postgres", "outcome": "handshake"]
                return try await hearth.metrics().value("hearth_store_reconnects_total", labels) ?? 0 > 0
            }
            #expect(try await !isUp())
            #expect(try await hearth.ask("When do you open on Sunday?", language: "en").status == 200)
            try await server.execute("ALTER ROLE app PASSWORD 'first-word'")
            try await Deadline.until("all is well again") { try await isUp() }
            let told = hearth.program.errorLines.filter { $0.contains("PostgreSQL cannot be used") && $0.contains("password") }
            #expect(told.count == 1, "\(told)")
            #expect(!hearth.program.errors.contains("first-word") && !hearth.program.output.contains("first-word"))
            #expect(try await hearth.terminate() == .init(status: 0))
            await server.stop()
        }

        private static func lastSuccess(_ replica: RunningHearth) async throws -> Timestamp? {
            let reply = try await replica.client.get("/api/v1/jobs/aggregate-statistics/runs?limit=20")
            return reply.json["runs"].items.filter { $0["outcome"].text == "success" }.compactMap { $0["finishedAt"].text }
                .compactMap { Timestamp(iso8601: $0) }.max()
        }
    }
}
