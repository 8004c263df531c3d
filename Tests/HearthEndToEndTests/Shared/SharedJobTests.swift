import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

extension SharedEngineTests {
    @Suite("Replicas that share a database", .serialized, .timeLimit(.minutes(10)))
    struct SharedJobTests {
        @Test("Three replicas under load: every firing runs once, and the statistics of all are the sum of what was answered")
        func threeReplicas() async throws {
            let replicas = try await Replicas(3)
            let running = try await replicas.startAll(
                jobs: [#"aggregate-statistics: {schedule: "*/2 * * * * *", seconds: true}"#], environment: ["DATABASE_JOB_LEASE": "30s"])
            for replica in running {
                try await Deadline.until("it is ready") { try await replica.client.get("/readyz").json["status"].text == "ready" }
            }
            // They found an empty database.
            #expect(running.count { $0.program.errors.contains("the shared database's tables are up to date") } == 1)
            let from = Timestamp(seconds: SystemTimeSource().now().seconds / 2 * 2 + 2)
            let statuses = await Replicas.load(running, questions: 300)
            #expect(statuses.allSatisfy { $0 == [200: 300] }, "\(statuses)")
            let through = from + .seconds(6)
            let path = "/api/v1/jobs/aggregate-statistics/runs?limit=1000&from=\(from)&to=\(through)"
            let runs = try await Deadline.value("all firings are on record") { () -> [JSONNode]? in
                let runs = try await running[0].client.get(path).json["runs"].items
                return runs.count { $0["finishedAt"].text != nil } >= 4 ? runs : nil
            }
            #expect(runs.compactMap { $0["scheduledAt"].text }.sorted() == (0...3).map { (from + .seconds($0 * 2)).description })
            #expect(runs.allSatisfy { $0["outcome"].text == "success" && $0["attempt"].integer == 1 }, "\(runs)")
            for replica in running {
                try await Deadline.until("the statistics are complete") { try await Replicas.totalRequests(replica) == 900 }
                let metrics = try await replica.metrics()
                #expect(metrics.value("hearth_scheduler_unaccounted_occurrences") == 0)
                #expect(metrics.value("hearth_store_up", ["store": "postgres"]) == 1)
                #expect(metrics.value("hearth_scheduler_clock_skew_seconds", ["source": "postgres"]).map { abs($0) < 1 } == true)
                let health = try await replica.client.get("/api/v1/cache/health").json
                #expect(health["status"].text == "healthy" && health["database"]["connected"].bool == true)
                #expect(health["database"]["latency"].number.map { $0 > 0 } == true && health["database"]["configured"].bool == true)
                #expect(replica.ready["database"].text?.contains("@") == false)
            }
            // Each finds the jobs of its own that nobody shares, too.
            let probes = try await running[1].client.get("/api/v1/jobs/probe-stores").json
            #expect(probes["state"].text == "enabled")
            try await Self.pauseAndResume(running)
            for replica in running { #expect(try await replica.terminate() == .init(status: 0)) }
        }

        /// Whichever replica is asked, all know within moments.
        private static func pauseAndResume(_ replicas: [RunningHearth]) async throws {
            let path = "/api/v1/jobs/aggregate-statistics"
            for (asked, act, state) in [(0, "/pause?for=1h", "paused"), (1, "/resume", "enabled")] {
                #expect(try await replicas[asked].client.post(path + act).status == 200)
                for replica in replicas {
                    try await Deadline.until("it is \(state)") { try await replica.client.get(path).json["state"].text == state }
                }
            }
        }

        @Test("kill -9 in the middle of a run: another replica takes it over after the lease, and nothing that was stored is lost")
        func killed() async throws {
            let replicas = try await Replicas(2)
            let (running, victim, holding) = try await Self.inTheMiddle(of: replicas, environment: [:])
            let killed = SystemTimeSource().now()
            try await running[victim].killAtOnce()
            holding.cancel()
            let (survivor, runs, begin) = try await Self.takeOver(running, victim)
            #expect(begin - killed < .seconds(15), "the lease is 3 s, it is looked for every second, and a busy machine takes its time")
            #expect(runs.count { $0["state"].text == "abandoned" } == 1, "\(runs)")
            #expect(try await Replicas.totalRequests(survivor) == 200)
        }

        @Test("A replica that stands still for longer than its lease: another one does the work, and the first writes nothing afterwards")
        func frozen() async throws {
            let replicas = try await Replicas(2)
            let (running, victim, holding) = try await Self.inTheMiddle(of: replicas, environment: [:])
            let frozen = SystemTimeSource().now()
            running[victim].program.send(signal: 19)
            holding.cancel()
            // The server ends a silent transaction after five seconds; until then it holds the rows.
            let (survivor, _, begin) = try await Self.takeOver(running, victim)
            #expect(begin - frozen < .seconds(12), "the lease is 3 s, and a silent transaction ends after 5 s")
            let watermark = try await Self.watermark(replicas)
            running[victim].program.send(signal: 18)
            try await Deadline.until("the first replica notices that it has lost the run") {
                let metrics = try await running[victim].metrics()
                let detail = try await running[victim].client.get("/api/v1/jobs/aggregate-statistics").json
                return detail["running"].items.isEmpty && metrics.value("hearth_scheduler_fence_rejections_total") ?? 0 >= 1
            }
            let runs = try await Self.runs(survivor)
            #expect(runs.count { $0["state"].text == "abandoned" } == 1, "\(runs)")
            #expect(runs.count { $0["outcome"].text == "success" } == 1, "\(runs)")
            #expect(try await Self.watermark(replicas) == watermark, "nothing was written by the run that was lost")
            for replica in running {
                try await Deadline.until("the statistics are whole") { try await Replicas.totalRequests(replica) == 200 }
                #expect(try await replica.terminate() == .init(status: 0))
            }
        }

        @Test("SIGTERM in the middle of a run: it is given back, and another replica goes on with it at once, not after the lease")
        func terminated() async throws {
            let replicas = try await Replicas(2)
            let (running, victim, holding) = try await Self.inTheMiddle(
                of: replicas, environment: ["DATABASE_JOB_LEASE": "60s", "HEARTH_SHUTDOWN_DRAIN": "100ms"])
            let told = SystemTimeSource().now()
            running[victim].program.send(signal: 15)
            // Until then the run cannot end by itself.
            try await Deadline.until("the run is given back") {
                try await Self.runs(running[1 - victim]).contains { $0["state"].text == "cancelled" }
            }
            holding.cancel()
            let (_, runs, begin) = try await Self.takeOver(running, victim)
            #expect(begin - told < .seconds(20), "a run is cancelled after the drain, and looked for every second; the lease is 60 s")
            #expect(runs.count { $0["state"].text == "cancelled" } == 1, "\(runs)")
            try await running[victim].program.waitForEnd()
        }

        /// Two replicas that have answered a hundred questions each, which of them is in the middle of a run, and what keeps it there.
        private static func inTheMiddle(
            of replicas: Replicas, environment: [String: String]
        ) async throws -> (running: [RunningHearth], victim: Int, holding: Task<Void, any Error>) {
            let due = SystemTimeSource().now() + .seconds(25)
            let job = #"aggregate-statistics: {schedule: "\#(Replicas.once(in: 25))", seconds: true, retries: 3}"#
            let running = try await replicas.startAll(jobs: [job], environment: environment)
            _ = await Replicas.load(running, questions: 100)
            try await Deadline.until("all is stored") { try await Self.stored(replicas) == 200 }
            // Not long before the run: a replica that cannot write for long does not show what these tests are about.
            try await Deadline.until("the run is near") { SystemTimeSource().now() > due - .seconds(10) }
            // Whoever writes statistics waits for these rows; so the run is in the middle of its work.
            let holding = Task {
                try await replicas.database.transaction(deadline: .seconds(60)) { connection -> Void in
                    try connection.query("SELECT 1 FROM aggregation_watermark FOR UPDATE")
                    try connection.query("SELECT pg_sleep(60)")
                }
            }
            let victim = try await Deadline.value("a replica runs the job") { () -> Int? in
                for (number, replica) in running.enumerated() {
                    let detail = try await replica.client.get("/api/v1/jobs/aggregate-statistics").json
                    if !detail["running"].items.isEmpty { return number }
                }
                return nil
            }
            return (running, victim, holding)
        }

        private static func runs(_ replica: RunningHearth) async throws -> [JSONNode] {
            try await replica.client.get("/api/v1/jobs/aggregate-statistics/runs?limit=10").json["runs"].items
        }

        /// Waits until the other replica has done the work, and says when it began.
        private static func takeOver(
            _ running: [RunningHearth], _ victim: Int
        ) async throws -> (survivor: RunningHearth, runs: [JSONNode], begin: Timestamp) {
            let survivor = running[1 - victim]
            return try await Deadline.value("the run is taken over") {
                let runs = try await Self.runs(survivor)
                // The second attempt may wait for rows that a frozen transaction holds, for longer than it may trust so short a lease.
                let done = runs.first { $0["attempt"].integer ?? 0 >= 2 && $0["outcome"].text == "success" }
                return done?["startedAt"].text.flatMap { Timestamp(iso8601: $0) }.map { (survivor, runs, $0) }
            }
        }

        @Test("kill -9 under load: what was answered some seconds before is in the statistics, and no more than was answered")
        func lastSecond() async throws {
            let replicas = try await Replicas(1)
            let victim = try await replicas.start(0)
            let clock = ContinuousClock()
            let start = clock.now
            var answered: [ContinuousClock.Instant] = []
            while clock.now < start + .seconds(6) {
                #expect(try await victim.ask("Is there parking for 3 cars?", language: "en").status == 200)
                answered.append(clock.now)
                // Some hundred questions a second, so that others find the processor free.
                try await Task.sleep(for: .milliseconds(8))
            }
            let died = clock.now
            try await victim.killAtOnce()
            let stored = Int(try #require(try await Self.stored(replicas)))
            #expect(stored >= answered.count { $0 < died - .seconds(3) } && stored <= answered.count && stored > 0)
        }

        private static func watermark(_ replicas: Replicas) async throws -> Int64? {
            // The transaction that last changed the row is in its system column, too.
            try await replicas.database.query("SELECT xmin::text::bigint FROM aggregation_watermark WHERE resolution = 'hour'")
                .first?.integer(0)
        }

        private static func stored(_ replicas: Replicas) async throws -> Int64? {
            try await replicas.database.query(
                "SELECT coalesce(sum(requests), 0)::bigint FROM cache_statistics WHERE resolution = 'minute'"
            ).first?.integer(0)
        }
    }
}
