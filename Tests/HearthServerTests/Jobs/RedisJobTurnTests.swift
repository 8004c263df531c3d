import Foundation
import HearthCache
import HearthDrivers
import HearthScheduling
import HearthTelemetry
import HearthTestKit
import Logging
import Testing

@testable import HearthServer

@Suite("Jobs of replicas that share Redis alone", .timeLimit(.minutes(2)))
struct RedisJobTurnTests {
    private static let start = Timestamp(seconds: 1_790_000_000)
    private let time = SystemTimeSource()
    private let run: RunID

    init() throws { run = try #require(RunID("01a21415-7c25-743a-9bf0-2c0355e5bb90")) }

    private func turn(_ client: RedisClient, lease: Duration = .seconds(30)) -> RedisJobTurn {
        RedisJobTurn(client: client, namespace: "test", lease: lease, timeSource: time)
    }

    private func context(_ trigger: RunTrigger, minute: Int = 0, attempt: Int = 1) -> JobContext {
        JobContext(
            runID: run, job: "warm-cache", trigger: trigger, scheduledFor: Self.start + .seconds(60 * minute), attempt: attempt,
            fence: 1,
            timeoutAt: time.uptime() + .seconds(60), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, timeSource: time)
    }

    @Test("One at a time, each with a higher number; each occurrence once, in order, and again only as a later attempt")
    func turns() async throws {
        let server = try await RedisServer.start()
        try await withRedisClient(server.url) { client in
            let (first, second) = (turn(client), turn(client))
            let (began, begin) = AsyncStream<Void>.makeStream()
            let (ended, end) = AsyncStream<Void>.makeStream()
            async let running = first.run(context(.manual)) { () -> Int64? in
                begin.finish()
                for await _ in ended {}
                return JobFence.current?.number
            }
            for await _ in began {}
            #expect(try await second.run(context(.manual)) { true } == nil)
            end.finish()
            let number = try #require(try await running ?? nil)
            let next = try #require(try await second.run(context(.manual)) { JobFence.current } ?? nil)
            #expect(next.number > number && next.job == "warm-cache@redis")

            // Whoever comes later to an occurrence finds it done.
            #expect(try await first.run(context(.cron, minute: 1)) { true } == true)
            for late in [context(.cron, minute: 1), context(.catchUp, minute: 0), context(.retry, minute: 1)] {
                #expect(try await second.run(late) { true } == nil)
            }
            #expect(try await second.run(context(.retry, minute: 1, attempt: 2)) { true } == true)
            #expect(try await second.run(context(.cron, minute: 2)) { true } == true)
            await #expect(throws: CancellationError.self) {
                try await first.run(context(.cron, minute: 3)) { () -> Bool in throw CancellationError() }
            }
            #expect(try await second.run(context(.manual)) { true } == true, "a failed run has given its claim back")
        }
        await server.stop()
    }

    @Test("A run whose claim was lost is cancelled, and what it still writes is refused where the next one has been")
    func lostClaim() async throws {
        let server = try await RedisServer.start()
        try await withRedisClient(server.url) { client in
            let store = RedisAnswerStore(
                client: client, namespace: "test", log: RedisInvalidationLog(client: client, namespace: "test"), lookupDeadline: .seconds(5)
            )
            let (began, begin) = AsyncStream<JobFence?>.makeStream()
            let lost = Task {
                try await turn(client, lease: .seconds(3)).run(context(.cron)) { () -> Bool in
                    begin.yield(JobFence.current)
                    // Ends by being cancelled.
                    try await Task.sleep(for: .seconds(60))
                    return true
                }
            }
            let old = try #require(try await Deadline.value("the first run is under way") { await began.first { _ in true } ?? nil })
            _ = try await server.command(["DEL", "{test:jobs}:warm-cache:claim"])
            let request = PruneRequest(now: Self.start, maximumBytes: 1 << 30)
            #expect(try await turn(client).run(context(.cron, minute: 1)) { try await store.prune(request).totalRemoved } == 0)
            let failure = await #expect(throws: JobFailure.self) { try await lost.value }
            #expect(failure?.code == "lost_lease" && failure?.isRetryable == true)
            let refused = try await #require(throws: AnswerStoreError.self) {
                try await JobFence.$current.withValue(old) { _ = try await store.prune(request) }
            }
            #expect(refused.kind == .superseded)
        }
        await server.stop()
    }

    @Test("A server that is silent costs a run its claim before the lease ends, and a new run tells that nobody can tell")
    func silence() async throws {
        let server = try await RedisServer.start()
        try await withRedisClient(server.url) { client in
            let failure = await #expect(throws: JobFailure.self) {
                try await turn(client, lease: .seconds(3)).run(context(.cron)) { () -> Bool in
                    server.process.freeze()
                    // Ends by being cancelled.
                    try await Task.sleep(for: .seconds(60))
                    return true
                }
            }
            #expect(failure?.code == "lost_lease")
            let unknown = await #expect(throws: JobFailure.self) { try await turn(client).run(context(.cron, minute: 1)) { true } }
            #expect(unknown?.code == "claim" && unknown?.isRetryable == true, "\(String(describing: unknown))")
            server.process.thaw()
        }
        await server.stop()
    }

    @Test("A server with older data takes over: numbers go on rising, by its clock; where that is behind, by the last number")
    func olderData() async throws {
        let old = try await RedisServer.start()
        var numbers = try await withRedisClient(old.url) { client in
            let first = try #require(try await turn(client).run(context(.cron)) { JobFence.current?.number } ?? nil)
            #expect(try await old.command(["SAVE"]) == "OK\n")
            var numbers = [first]
            for minute in 1...3 {
                numbers.append(try #require(try await turn(client).run(context(.cron, minute: minute)) { JobFence.current?.number } ?? nil))
            }
            return numbers
        }
        let dump = try Data(contentsOf: URL(filePath: old.folder.path + "/dump.rdb"))
        await old.stop()
        let server = try await RedisServer.start(dump: dump)
        numbers += try await withRedisClient(server.url) { client in
            let next = try #require(try await turn(client).run(context(.cron, minute: 4)) { JobFence.current?.number } ?? nil)
            let ahead = next + 3_600_000
            _ = try await server.command(["HSET", "{test:jobs}:warm-cache:record", "fence", "\(ahead)"])
            let last = try #require(try await turn(client).run(context(.cron, minute: 5)) { JobFence.current?.number } ?? nil)
            #expect(last == ahead + 1)
            return [next, last]
        }
        #expect(numbers == Set(numbers).sorted(), "\(numbers)")
        await server.stop()
    }

    @Test("While the breaker is open, a run says when another attempt may help, and then it does")
    func breaker() async throws {
        let server = try await RedisServer.start()
        var options = RedisPoolOptions()
        options.minimumConnections = 1
        options.breaker = CircuitBreaker.Policy(failuresToOpen: 3, openTime: .seconds(8), jitter: 0)
        try await withRedisClient(server.url, options: options) { client in
            await server.stop()
            try await Deadline.until("the breaker opens") { client.refusal != nil }
            let failure = await #expect(throws: JobFailure.self) { try await turn(client).run(context(.startup)) { true } }
            let pause = try #require(failure?.retryAfter, "\(String(describing: failure))")
            #expect(failure?.isRetryable == true && pause > .zero && pause <= .seconds(8))
            let again = try await RedisServer.start(port: server.port)
            // What is tested is that this time is long enough, and that nothing is gained before.
            try await Task.sleep(for: pause)
            #expect(await client.waitUntilConnected(atMost: .seconds(6)), "the probe is as good as at once")
            #expect(try await turn(client).run(context(.startup, attempt: 2)) { true } == true)
            await again.stop()
        }
    }
}
