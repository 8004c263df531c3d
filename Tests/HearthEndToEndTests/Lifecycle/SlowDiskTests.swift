import Foundation
import HearthTestKit
import Synchronization
import Testing

@Suite("A slow disk", .serialized, .timeLimit(.minutes(10)))
struct SlowDiskTests {
    private static let queueLength = 16
    private static let settings = """
        cache:
          lookupDeadline: 5s
          writeQueueLength: \(queueLength)
        jobs:
          warm-cache: {schedule: "@manual"}
          probe-stores: {schedule: "@manual"}
        """

    /// The words that make every sync and write of the service slow; the program stays the one that was started, and only these calls stop.
    private static let slowly = [
        "/usr/bin/strace", "-D", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fdatasync,fsync,pwrite64", "-e",
        "inject=fdatasync,fsync:delay_enter=200ms", "-e", "inject=pwrite64:delay_enter=20ms",
    ]

    /// The median time of a hit, of many.
    private static func hitTime(_ hearth: RunningHearth, while goesOn: () -> Bool) async throws -> (median: Duration, count: Int) {
        var times: [Duration] = []
        while times.count < 200 || goesOn() {
            let start = ContinuousClock.now
            let reply = try await hearth.ask("Do you repair 2 umbrellas?", language: "en")
            times.append(ContinuousClock.now - start)
            try #require(reply.status == 200 && reply.json["cached"].bool == true, "\(reply.text)")
        }
        return (times.sorted()[times.count / 2], times.count)
    }

    private static func dropped(_ hearth: RunningHearth) async throws -> Int {
        Int(try await hearth.metrics().value("hearth_cache_write_drops_total", ["reason": "queue_full"]) ?? 0)
    }

    @Test("Syncs of 200 ms: questions are answered at their usual speed, and of the writes that wait the oldest are dropped and counted")
    func slowSyncs() async throws {
        let stage = try await Stage(latencyMilliseconds: 1)
        let hearth = try await stage.start(settings: Self.settings, wrapper: Self.slowly)
        _ = try await hearth.ask("Do you repair 2 umbrellas?", language: "en")
        try await Deadline.until("it is stored") {
            try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer == 1
        }
        let (usual, _) = try await Self.hitTime(hearth) { false }

        let asked = Asked()
        let questions = Task {
            defer { asked.end() }
            var count = 0
            // More where the machine asks hardly faster than the disk writes.
            while count < 2500 {
                for _ in 0..<50 {
                    count += 1
                    let reply = try await hearth.ask("Is there parking for \(count + 1) cars?", language: "en")
                    try #require(reply.status == 200 && reply.json["cached"].bool == false, "\(reply.text)")
                }
                if count >= 250, try await Self.dropped(hearth) > 50 { break }
            }
            return count
        }
        let (meanwhile, hits) = try await Self.hitTime(hearth) { !asked.hasEnded }
        let count = try await questions.value
        print("hits on a slow disk: \(meanwhile) in the median of \(hits) while \(count) answers are kept, \(usual) before")
        // Both share two cores with what asks for new answers, so this is no measure of speed: it is below a single sync.
        #expect(meanwhile < max(usual * 5, .milliseconds(150)))

        // Every answer is either stored or was dropped, and the newest was stored.
        var dropped = 0
        try await Deadline.until("what waited is written") {
            dropped = try await Self.dropped(hearth)
            let stored = try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer ?? 0
            return stored + dropped == count + 1
        }
        // No event loop waits for the disk.
        let metrics = try await hearth.metrics()
        let lag = "hearth_event_loop_lag_seconds"
        let (turns, late) = (try #require(metrics.value(lag + "_count")), try #require(metrics.value(lag + "_sum")))
        #expect(turns > 0 && late / turns < 0.05, "\(late) s in \(turns) turns")
        #expect(dropped > 50, "\(count) answers do not fit into a queue of \(Self.queueLength)")
        #expect(try await hearth.terminate() == .init(status: 0))
        let again = try await stage.start(settings: Self.settings)
        #expect(try await again.ask("Is there parking for \(count + 1) cars?", language: "en").json["cached"].bool == true)
    }
}

/// Whether something has ended that another task does.
private final class Asked: Sendable {
    private let state = Mutex(false)
    var hasEnded: Bool { state.withLock { $0 } }
    func end() { state.withLock { $0 = true } }
}
