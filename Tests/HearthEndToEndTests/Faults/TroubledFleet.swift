import Foundation
import HearthDrivers
import HearthTestKit
import Synchronization
import Testing

/// Two replicas on a Redis, a PostgreSQL and a provider of their own, with everything that can be done to them and undone again.
final class TroubledFleet: Sendable {
    enum Fault: String, CaseIterable, CustomStringConvertible {
        case redisKilled, redisFrozen, redisSlow, redisRecordsDamaged, networkSilent
        case postgresKilled, postgresFrozen
        case providerFailing, providerAway
        case replicaKilled, replicaFrozen, clockStepped
        case callersVanish, newQuestions

        var description: String { rawValue }

        /// Whether the provider's failures are passed on to those who ask for something new.
        var isTheProviders: Bool { self == .providerFailing || self == .providerAway }
        /// Whether connections to a replica may end without an answer.
        var endsConnections: Bool { self == .replicaKilled || self == .replicaFrozen }
        /// Whether something stands still, so that other ends would wait for it.
        var isFreeze: Bool { [.redisFrozen, .postgresFrozen, .providerAway, .replicaFrozen].contains(self) }
        /// Whether what was counted and what was answered may differ: a killed process loses its last second, and its counters begin anew.
        var losesCounts: Bool { self == .replicaKilled }
    }

    private struct State {
        var redis: RedisServer
        var running: [RunningHearth]
        var work: [Fault: Task<Void, Never>] = [:]
    }

    let replicas: Replicas
    private let postgres: PostgresServer
    private let redisProxy: FaultProxy
    private let postgresProxy: FaultProxy
    private let clock: ShiftedClock
    private let state: Mutex<State>
    private static let settings = """
        cache:
          lookupDeadline: 200ms
        redis:
          breakerOpenTime: 1s
        provider:
          timeout: 2s
          connectTimeout: 1s
        jobs:
          aggregate-statistics: {schedule: "*/2 * * * * *", seconds: true, jitter: 0s}
          prune-cache: {schedule: "*/3 * * * * *", seconds: true, jitter: 0s}
          probe-stores: {schedule: "* * * * * *", seconds: true, jitter: 0s}

        """

    init() async throws {
        postgres = try await PostgresServer.start()
        let redis = try await RedisServer.start()
        redisProxy = try await FaultProxy.start(to: redis.port)
        postgresProxy = try await FaultProxy.start(to: postgres.port)
        replicas = try await Replicas(2, on: postgres)
        clock = try ShiftedClock()
        state = Mutex(State(redis: redis, running: []))
        for number in 0..<2 {
            let started = try await start(number)
            state.withLock { $0.running.append(started) }
        }
        try await untilWell(after: "the start")
    }

    var running: [RunningHearth] { state.withLock { $0.running } }
    private var redis: RedisServer { state.withLock { $0.redis } }

    private func start(_ number: Int) async throws -> RunningHearth {
        var environment = [
            "DATABASE_URL": replicas.url.replacing(":\(postgres.port)/", with: ":\(postgresProxy.port)/"),
            "REDIS_URL": "redis://127.0.0.1:\(redisProxy.port)", "OPENAI_BASE_URL": replicas.stages[0].provider.baseURL,
            "DATABASE_JOB_LEASE": "3s",
        ]
        if number == 1 { environment.merge(try clock.environment()) { $1 } }
        return try await replicas.stages[number].start(settings: Self.settings, environment: environment)
    }

    func begin(_ fault: Fault) async throws {
        switch fault {
        case .redisKilled: await redis.process.killAtOnce()
        case .redisFrozen: redis.process.freeze()
        case .redisSlow: redisProxy.set(.init(latency: .milliseconds(60) ... .milliseconds(500), latencyShare: 0.5), [.toClient])
        case .redisRecordsDamaged: repeatedly(fault) { await $0.damageRecord() }
        case .networkSilent: postgresProxy.set(.init(isSilent: true))
        case .postgresKilled: await postgres.crash()
        case .postgresFrozen: postgres.freeze()
        case .providerFailing: try await replicas.stages[0].provider.behave(#""errorRate": 0.5"#)
        case .providerAway: replicas.stages[0].provider.program.send(signal: SIGSTOP)
        case .replicaKilled: try await running[0].killAtOnce()
        case .replicaFrozen: running[1].program.send(signal: SIGSTOP)
        case .clockStepped: try clock.set(.seconds(3600))
        case .callersVanish: repeatedly(fault) { await $0.askAndVanish() }
        case .newQuestions: repeatedly(fault) { await $0.askMuch() }
        }
    }

    func end(_ fault: Fault) async throws {
        switch fault {
        case .redisKilled:
            let again = try await redis.startAgain()
            state.withLock { $0.redis = again }
        case .redisFrozen: redis.process.thaw()
        case .redisSlow: redisProxy.set(.init())
        case .networkSilent: postgresProxy.set(.init())
        case .postgresKilled: try await postgres.startAgain()
        case .postgresFrozen: postgres.thaw()
        case .providerFailing: try await replicas.stages[0].provider.behave(#""errorRate": 0"#)
        case .providerAway: replicas.stages[0].provider.program.send(signal: SIGCONT)
        case .replicaKilled:
            let again = try await start(0)
            state.withLock { $0.running[0] = again }
        case .replicaFrozen: running[1].program.send(signal: SIGCONT)
        case .clockStepped: try clock.set(.zero)
        case .redisRecordsDamaged, .callersVanish, .newQuestions:
            let task = state.withLock { $0.work.removeValue(forKey: fault) }
            task?.cancel()
            await task?.value
        }
    }

    /// Waits until both replicas use everything again and give each other's answers.
    func untilWell(after trouble: String) async throws {
        for (number, replica) in running.enumerated() {
            try await Deadline.until("replica \(number) is well after \(trouble)", within: .seconds(90)) {
                guard try await replica.client.get("/readyz").status == 200 else { return false }
                let metrics = try await replica.metrics()
                return metrics.value("hearth_cache_coherence_live") == 1
                    && metrics.value("hearth_store_breaker_state", ["store": "redis", "state": "closed"]) == 1
                    && metrics.value("hearth_store_up", ["store": "postgres"]) == 1
            }
        }
        // Both ask the provider again, and have each other's answers.
        for (asked, other) in [(0, 1), (1, 0)] {
            try await Deadline.until("an answer of replica \(asked) is a hit on the other after \(trouble)", within: .seconds(90)) {
                let question = AskingLoad.question(Int.random(in: 10_000_000..<20_000_000))
                guard try await running[asked].ask(question, language: "en").status == 200 else { return false }
                let isShared: Void? = try? await Deadline.until("it is shared", within: .seconds(2)) {
                    try await running[other].ask(question, language: "en").json["source"].text == "store"
                }
                return isShared != nil
            }
        }
    }

    /// ``counted()`` once nobody asks and everything is written: twice the same, longer apart than counts wait to be written.
    ///
    /// - Parameter before: where it is given, as much has been reported as answered since. After a fault of the database counts wait longer.
    func settled(since before: (answered: Int, reported: Int)? = nil) async throws -> (answered: Int, reported: Int) {
        try await Deadline.value("everything is counted") {
            let first = try await counted()
            try await Task.sleep(for: .milliseconds(1500))
            let second = try await counted()
            let missing = before.map { second.answered - $0.answered - (second.reported - $0.reported) } ?? 0
            return first == second && missing == 0 ? second : nil
        }
    }

    /// What the replicas have answered by their own count, and what their common report says.
    private func counted() async throws -> (answered: Int, reported: Int) {
        var answered = 0
        for replica in running { answered += Int(try await replica.metrics().value("hearth_cache_requests_total") ?? 0) }
        // The first query after a crash may find a connection that ended with it.
        let reported = try await Deadline.value("the database answers") {
            try? await replicas.database.query(
                "SELECT coalesce(sum(requests), 0)::bigint FROM cache_statistics WHERE resolution = 'minute'"
            ).first?.integer(0)
        }
        return (answered, Int(reported))
    }

    func stop() async {
        for replica in running { _ = try? await replica.terminate() }
        await redisProxy.stop()
        await postgresProxy.stop()
        await redis.stop()
        await postgres.stop()
    }

    private func repeatedly(_ fault: Fault, _ body: @escaping @Sendable (TroubledFleet) async -> Void) {
        let task = Task {
            while !Task.isCancelled {
                await body(self)
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        state.withLock { $0.work[fault] = task }
    }

    /// Changes a byte of some kept answer.
    private func damageRecord() async {
        let key = (try? await redis.command(["RANDOMKEY"]))?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        guard !key.isEmpty else { return }
        _ = try? await redis.command(["SETRANGE", key, "\(Int.random(in: 0..<200))", "\u{1}"])
    }

    /// Asks something old and goes away before the answer.
    private func askAndVanish() async {
        let task = Task { [running] in
            _ = try? await running.randomElement()?.ask(AskingLoad.question(Int.random(in: 2..<42)), language: "en")
        }
        try? await Task.sleep(for: .milliseconds(Int.random(in: 0..<60)))
        task.cancel()
    }

    /// Asks many new questions at once, more than there are places for.
    private func askMuch() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask { [running] in
                    let question = AskingLoad.question(Int.random(in: 100_000_000..<900_000_000))
                    _ = try? await running.randomElement()?.ask(question, language: "en")
                }
            }
        }
    }
}

/// Clients that ask both replicas in turn and remember every answer that they should not have got.
final class TroubledLoad: Sendable {
    private struct Score {
        var asked = 0
        var failures: [String] = []
    }

    private let fleet: TroubledFleet
    private let trouble: [TroubledFleet.Fault]
    private let score = Mutex(Score())

    init(_ fleet: TroubledFleet, trouble: [TroubledFleet.Fault]) {
        self.fleet = fleet
        self.trouble = trouble
    }

    var failures: [String] { score.withLock { $0.failures } }

    func run(_ client: Int) async {
        var turn = client
        while !Task.isCancelled {
            turn += 1
            let subject = turn % 5 == 0 ? Int.random(in: 1_000_000..<2_000_000) : turn % 40 + 2
            await ask(fleet.running[turn % 2], subject)
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    func untilAsked(_ more: Int) async throws {
        let goal = score.withLock { $0.asked } + more
        try await Deadline.until("\(more) more questions are asked", within: .seconds(120)) { score.withLock { $0.asked } >= goal }
    }

    private func ask(_ replica: RunningHearth, _ subject: Int) async {
        let question = AskingLoad.question(subject)
        // A replica that stands still gives no answer.
        let patience = trouble.contains(.replicaFrozen) ? Duration.seconds(1) : .seconds(20)
        // Its own task: an answer on its way is waited for when the load ends.
        let reply = await Task {
            try await replica.client.send(
                .post, "/api/v1/cache/query", body: Array(RunningHearth.body(question, language: "en").utf8), timeout: patience)
        }.result
        score.withLock { score in
            score.asked += 1
            switch reply {
            case .success(let reply) where reply.status == 200:
                if reply.json["response"].text?.contains(question) != true { score.failures.append("\(question): \(reply.text)") }
            // The provider's own failure, told as such; a queue that is full, with the time to come again.
            case .success(let reply) where [502, 504].contains(reply.status) && trouble.contains(where: \.isTheProviders): break
            case .success(let reply) where reply.status == 503 && reply.header("Retry-After") != nil && mayBeRefused: break
            case .success(let reply): score.failures.append("\(question): \(reply.status) \(reply.text.prefix(200))")
            case .failure where trouble.contains(where: \.endsConnections): break
            case .failure(let error): score.failures.append("\(question): \(error)")
            }
        }
    }

    private var mayBeRefused: Bool { trouble.contains { $0.isTheProviders || $0 == .newQuestions } }
}
