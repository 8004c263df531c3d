import Foundation
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthCache

@Suite("Many answers in Redis", .serialized, .timeLimit(.minutes(30)))
struct RedisScaleTests {
    /// `HEARTH_TEST_LONG=1` takes a million.
    private static let entries = ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil ? 20_000 : 1_000_000

    /// The slowest of the look-ups that are made one after the other until the body has ended.
    private static func slowestLookup(
        _ store: RedisAnswerStore, while body: @escaping @Sendable () async throws -> Void
    ) async throws -> (slowest: Duration, count: Int) {
        let key = Sample.key("probe")
        let work = Task { try await body() }
        let probe = Task {
            var slowest = Duration.zero
            var count = 0
            while !Task.isCancelled {
                let begin = ContinuousClock.now
                do {
                    _ = try await store.answer(for: key)
                } catch  where Task.isCancelled {
                    break
                }
                slowest = max(slowest, begin.duration(to: .now))
                count += 1
            }
            return (slowest, count)
        }
        let ending = await work.result
        probe.cancel()
        _ = try ending.get()
        return try await probe.value
    }

    @Test("A tenth of all answers is invalidated in slices; no look-up waits for it longer than 10 ms")
    func invalidation() async throws {
        let server = try await RedisServer.start()
        try await withRedisClient(server.url) { client in
            let store = RedisStoreFixture.store(on: client, namespace: "scale")
            await withTaskGroup(of: Void.self) { group in
                let share = Self.entries / 8
                for part in 0..<8 {
                    group.addTask {
                        for start in stride(from: part * share, to: (part + 1) * share, by: 500) {
                            let answers = (start..<min(start + 500, (part + 1) * share)).map { number in
                                Sample.answer("question \(number)", category: number % 10 == 0 ? .pricing : .general)
                            }
                            try? await store.put(answers)
                        }
                    }
                }
            }
            let pricing = AnswerSelection(category: .pricing)
            #expect(try await store.count(AnswerSelection()) == Self.entries)
            // The slowest look-up of a second is what is measured.
            let quiet = try await Self.slowestLookup(store) { try await Task.sleep(for: .seconds(1)) }
            let clock = ContinuousClock()
            let begin = clock.now
            let busy = try await Self.slowestLookup(store) {
                let outcome = try await store.invalidate(pricing, by: "test", at: Sample.start)
                #expect(outcome.keys.count == Self.entries / 10)
            }
            let duration = begin.duration(to: clock.now)
            print(
                "Redis with \(Self.entries) answers: a tenth invalidated in \(duration); slowest of \(busy.count) look-ups meanwhile",
                "\(busy.slowest), of \(quiet.count) before \(quiet.slowest)")
            #expect(busy.slowest < quiet.slowest + .milliseconds(10))
            #expect(duration < .seconds(60))
            #expect(try await store.count(pricing) == 0)
            #expect(try await store.summary().entries == Self.entries - Self.entries / 10)
        }
        await server.stop()
    }
}
