import Foundation
import HearthTelemetry
import HearthTestKit
import Synchronization
import Testing

extension SharedEngineTests {
    /// The program of the release before, which `make test-long` builds for this.
    private static let previous = ProcessInfo.processInfo.environment["HEARTH_PREVIOUS"]

    @Suite(
        "From the release before to this one and back", .serialized, .timeLimit(.minutes(10)),
        .enabled(if: SharedEngineTests.previous != nil, "HEARTH_PREVIOUS names no program; scripts/previous-release.sh builds it"))
    struct RollingUpgradeTests {
        private static let jobs = """
            cache:
              lookupDeadline: 5s
            jobs:
              aggregate-statistics: {schedule: "*/2 * * * * *", seconds: true, jitter: 0s}
              prune-cache: {schedule: "*/3 * * * * *", seconds: true, jitter: 0s}

            """

        @Test("Three replicas are replaced one by one under load, and put back: no request fails, both read both, all is counted")
        func thereAndBack() async throws {
            let previous = try #require(SharedEngineTests.previous)
            let redis = try await RedisServer.start()
            let replicas = try await Replicas(3)
            let fleet = try await Fleet(replicas, redis: redis, program: previous, settings: Self.jobs)
            let load = BalancedLoad()
            let old = try await fleet.revision(of: 0)
            for number in 0..<3 { load.add(fleet.running[number], as: number) }
            let asking = Task { await load.run(clients: 4) }
            try await load.untilAnswered(200)
            _ = try await fleet.running[0].ask(AskingLoad.question(7_000_001), language: "en")

            let current = try HearthBinary.path()
            for number in 0..<3 {
                try await fleet.replace(number, by: current, under: load)
                try await load.untilAnswered(200)
            }
            let new = try await fleet.revision(of: 0)
            #expect(new != old && !old.isEmpty)
            for number in 0..<3 { #expect(try await fleet.revision(of: number) == new) }
            let kept = try await fleet.running[1].ask(AskingLoad.question(7_000_001), language: "en")
            #expect(kept.json["cached"].bool == true && kept.json["response"].text?.contains("7000001") == true, "\(kept.text)")
            _ = try await fleet.running[1].ask(AskingLoad.question(7_000_002), language: "en")

            for number in 0..<3 {
                try await fleet.replace(number, by: previous, under: load)
                try await load.untilAnswered(200)
            }
            for number in 0..<3 { #expect(try await fleet.revision(of: number) == old) }
            for question in [7_000_001, 7_000_002] {
                let kept = try await fleet.running[2].ask(AskingLoad.question(question), language: "en")
                #expect(kept.json["cached"].bool == true && kept.json["response"].text?.contains("\(question)") == true, "\(kept.text)")
            }
            asking.cancel()
            await asking.value
            let score = load.score
            #expect(score.failures.isEmpty, "\(score.failures.prefix(5))")
            #expect(score.answered > 1_200 && score.cached > 600, "\(score)")
            // Five were asked beside the load.
            for replica in fleet.running {
                try await Deadline.until("every answer is counted") { try await Replicas.totalRequests(replica) == score.answered + 5 }
            }
            #expect(try await replicas.firingsDoneTwice() == 0)
            for replica in fleet.running { #expect(try await replica.terminate() == .init(status: 0)) }
            await redis.stop()
        }
    }
}

/// Three replicas on one Redis and one PostgreSQL, each of which may be another program than before.
private final class Fleet {
    private let replicas: Replicas
    private let redis: RedisServer
    private let settings: String
    private(set) var running: [RunningHearth] = []

    init(_ replicas: Replicas, redis: RedisServer, program: String, settings: String) async throws {
        self.replicas = replicas
        self.redis = redis
        self.settings = settings
        for number in replicas.stages.indices { running.append(try await start(number, program)) }
    }

    private func start(_ number: Int, _ program: String) async throws -> RunningHearth {
        let environment = [
            "DATABASE_URL": replicas.url, "REDIS_URL": redis.url, "OPENAI_BASE_URL": replicas.stages[0].provider.baseURL,
        ]
        let started = try await replicas.stages[number].start(
            settings: settings, environment: environment,
            // Younger than the release before.
            wrapper: ["/usr/bin/env", "-u", "HEARTH_OVERLOAD_TARGET_DELAY"], program: program)
        try await Deadline.until("Redis is used") { try await started.metrics().value("hearth_cache_coherence_live") == 1 }
        return started
    }

    /// Takes a replica out of the load, ends it as a service manager would, and starts another program in its place.
    func replace(_ number: Int, by program: String, under load: BalancedLoad) async throws {
        load.remove(number)
        try await Deadline.until("nobody asks it") { load.underWay(at: number) == 0 }
        #expect(try await running[number].terminate() == .init(status: 0), "\(running[number].program.errors.suffix(2000))")
        running[number] = try await start(number, program)
        load.add(running[number], as: number)
    }

    /// Which program a replica says that it is.
    func revision(of number: Int) async throws -> String {
        try await running[number].metrics().all.first { $0.name == "hearth_build_info" }?.labels["revision"] ?? ""
    }
}

/// Clients behind a balancer, which asks only replicas that are in its list.
private final class BalancedLoad: Sendable {
    struct Score {
        var answered = 0
        var cached = 0
        var failures: [String] = []
    }

    private struct Balance {
        var serving: [Int: RunningHearth] = [:]
        var underWay: [Int: Int] = [:]
    }

    private let balance = Mutex(Balance())
    private let counted = Mutex(Score())

    var score: Score { counted.withLock { $0 } }

    func add(_ replica: RunningHearth, as number: Int) { balance.withLock { $0.serving[number] = replica } }
    func remove(_ number: Int) { balance.withLock { $0.serving[number] = nil } }
    func underWay(at number: Int) -> Int { balance.withLock { $0.underWay[number] ?? 0 } }

    func run(clients: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for client in 0..<clients { group.addTask { await self.ask(from: client) } }
        }
    }

    func untilAnswered(_ more: Int) async throws {
        let goal = score.answered + more
        try await Deadline.until("\(more) more questions are answered") { score.answered >= goal }
    }

    private func ask(from client: Int) async {
        var turn = client
        while !Task.isCancelled {
            turn += 1
            // Chosen and counted in one step, so that none is ended that is about to be asked.
            let (number, replica) = balance.withLock { [turn] balance in
                let serving = balance.serving.sorted { $0.key < $1.key }
                let chosen = serving[turn % serving.count]
                balance.underWay[chosen.key, default: 0] += 1
                return (chosen.key, chosen.value)
            }
            // Every fourth question is new, the others come back.
            let subject = turn % 4 == 0 ? client * 100_000 + turn + 1_000 : turn % 40 + 2
            await ask(replica, AskingLoad.question(subject))
            balance.withLock { $0.underWay[number, default: 0] -= 1 }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Not cancelled with its task: an answer on its way is counted on both sides.
    private func ask(_ replica: RunningHearth, _ question: String) async {
        let reply = await Task { try await replica.ask(question, language: "en") }.result
        counted.withLock { score in
            switch reply {
            case .success(let reply) where reply.status == 200 && reply.json["response"].text?.contains(question) == true:
                score.answered += 1
                if reply.json["cached"].bool == true { score.cached += 1 }
            case .success(let reply): score.failures.append("\(question): \(reply.status) \(reply.text.prefix(200))")
            case .failure(let error): score.failures.append("\(question): \(error)")
            }
        }
    }
}
