import Foundation
import HearthTestKit
import Testing

@testable import HearthDrivers

@Suite("Replies of PostgreSQL reach the question they answer", .serialized, .timeLimit(.minutes(90)))
struct PostgresCrossedReplyTests {
    /// Questions of each of the 24 who ask; `HEARTH_TEST_LONG=1` asks a million in all.
    private static let questions = ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] == nil ? 60 : 41_667

    private struct Count: Sendable {
        var answered = 0
        var crossed = 0
        var failed = 0
    }

    /// Asks through a bad network for numbers, with deadlines from 3 ms on; a fifth of the callers goes away as well.
    private func storm(questions: Int, closesUnfinished: Bool) async throws -> Count {
        let server = try await PostgresScratch.sharedServer()
        let proxy = try await FaultProxy.start(to: server.port)
        proxy.set(.init(latency: .zero ... .milliseconds(8), sliceBytes: 40))
        var settings = PostgresClient.Settings()
        (settings.poolMaximum, settings.pendingMaximum) = (8, 1000)
        settings.closesUnfinished = closesUnfinished
        let client = PostgresClient(
            address: try PostgresAddress(url: await PostgresScratch.url(port: proxy.port)), settings: settings, logger: silentLogger)
        let total = try await withThrowingTaskGroup(of: Count.self) { group in
            for asker in 0..<24 {
                group.addTask {
                    var count = Count()
                    for number in 0..<questions {
                        let question = Int64(asker * 1_000_000 + number)
                        let deadline = Duration.milliseconds([3, 10, 30, 3000][number % 4])
                        let asking = Task {
                            try await client.query(
                                "SELECT $1::bigint, repeat('x', 200)", [.integer(question)], deadline: deadline)
                        }
                        if number % 5 == 0 {
                            // The caller goes away at a random moment.
                            try await Task.sleep(for: .milliseconds(Int.random(in: 0...12)))
                            asking.cancel()
                        }
                        do {
                            let answer = try await asking.value.first?.integer(0)
                            if answer == question { count.answered += 1 } else { count.crossed += 1 }
                        } catch {
                            count.failed += 1
                        }
                    }
                    return count
                }
            }
            return try await group.reduce(into: Count()) {
                $0.answered += $1.answered
                $0.crossed += $1.crossed
                $0.failed += $1.failed
            }
        }
        await client.shutdown()
        await proxy.stop()
        return total
    }

    @Test("thousands of questions through a bad network, many of them given up: none is answered with another one's answer")
    func crossed() async throws {
        let total = try await storm(questions: Self.questions, closesUnfinished: true)
        print("PostgreSQL: \(total.answered) answered, \(total.failed) given up, \(total.crossed) exchanged")
        #expect(total.crossed == 0)
        #expect(total.answered > 100 && total.failed > 100, "\(total)")
    }

    @Test("the same on connections that stay in use after an unfinished exchange does exchange answers, so the test can fail")
    func control() async throws {
        #expect(try await storm(questions: 20, closesUnfinished: false).crossed > 0)
    }
}
