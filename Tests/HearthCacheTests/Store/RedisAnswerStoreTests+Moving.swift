import Foundation
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Synchronization
import Testing

@testable import HearthCache

extension RedisAnswerStoreTests {
    /// What a task saw of the store while its slots moved.
    private final class Score: Sendable {
        struct Counts {
            var lookups = 0
            var puts = 0
            var wrong = 0
            var failures: [String] = []
        }

        private let counts = Mutex(Counts())
        var seen: Counts { counts.withLock { $0 } }
        func note(_ change: (inout Counts) -> Void) { counts.withLock { change(&$0) } }
    }

    @Test("Slots of a cluster move: every answer is kept or found, none is another's, and no index or byte is out of step")
    func movingSlots() async throws {
        let cluster = try await RedisCluster.start()
        let client = try await RedisStoreFixture.connect(cluster.url)
        let store = RedisStoreFixture.store(on: client, namespace: "test-\(UUID().uuidString)")
        let answers = (0..<300).map { number in
            var answer = Sample.answer("q\(number)", response: "Answer \(number), before.")
            answer.tags = ["t\(number % 5)"]
            return answer
        }
        try await store.put(answers)
        let score = Score()
        let reading = Task {
            while !Task.isCancelled {
                let number = Int.random(in: 0..<300)
                do throws(AnswerStoreError) {
                    let text = try await store.answer(for: answers[number].key)?.text
                    score.note { counts in
                        counts.lookups += 1
                        if text?.hasPrefix("Answer \(number), ") != true { counts.wrong += 1 }
                    }
                } catch {
                    if !Task.isCancelled { score.note { $0.failures.append("\(error)") } }
                }
            }
        }
        let writing = Task {
            var number = 0
            while !Task.isCancelled {
                var answer = answers[number % 300]
                answer.text = "Answer \(number % 300), written \(number)."
                number += 1
                do throws(AnswerStoreError) {
                    try await store.put([answer])
                    score.note { $0.puts += 1 }
                } catch {
                    if !Task.isCancelled { score.note { $0.failures.append("\(error)") } }
                }
            }
        }
        var (from, to) = (0, 1)
        // To and fro until enough was done meanwhile, however slow this machine is.
        repeat {
            try await cluster.move(slots: 3000, from: from, to: to)
            swap(&from, &to)
        } while score.seen.lookups <= 300 || score.seen.puts <= 300
        reading.cancel()
        writing.cancel()
        _ = await (reading.value, writing.value)
        let seen = score.seen
        print("cluster: \(seen.lookups) look-ups and \(seen.puts) writes while 3,000 slots moved")
        #expect(seen.failures.isEmpty && seen.wrong == 0, "\(seen.wrong) wrong; \(seen.failures.prefix(3))")

        var bytes: Int64 = 0
        for answer in answers { bytes += Int64(try #require(try await store.answer(for: answer.key)).sizeBytes) }
        let summary = try await store.summary()
        #expect(summary.entries == 300 && summary.sizeBytes == bytes, "\(summary.sizeBytes) instead of \(bytes)")
        #expect(try await store.count(AnswerSelection(tag: "t1")) == 60)
        _ = try await store.prune(PruneRequest(now: Sample.start + .seconds(7200), maximumBytes: 1 << 30))
        #expect(try await store.summary() == AnswerStoreSummary())
        await cluster.stop()
    }
}
