import HearthTelemetry
import HearthTestKit
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import HearthServer

@Suite("Administrative acts on their way to the database", .timeLimit(.minutes(1)))
struct AuditTrailTests {
    private struct Away: Error {}

    /// A store of which a test says whether it can be written.
    private final class InMemoryAudit: AuditStore {
        private let state = Mutex((isAway: false, written: [AuditRecord]()))

        var written: [AuditRecord] { state.withLock { $0.written } }

        func set(isAway: Bool) { state.withLock { $0.isAway = isAway } }

        func append(_ records: [AuditRecord]) async throws {
            try state.withLock { state in
                if state.isAway { throw Away() }
                state.written += records.filter { record in !state.written.contains { $0.id == record.id } }
            }
        }

        func records(_ query: AuditQuery) async throws -> [AuditRecord] { written.reversed() }

        func remove(before end: Timestamp, limit: Int) async throws -> Int { 0 }
    }

    private let store = InMemoryAudit()
    private let registry = MetricRegistry()
    private let time = ManualTimeSource(now: Timestamp(seconds: 1_800_000_000))

    private func trail(capacity: Int = 100, interval: Duration = .milliseconds(5)) -> AuditTrail {
        AuditTrail(
            store: store, capacity: capacity, instruments: AuditInstruments(registry: registry), timeSource: time,
            logger: Logger(label: "audit") { _ in SwiftLogNoOpLogHandler() }, interval: interval)
    }

    private func act(_ name: String) -> AuditRecord {
        AuditRecord(
            actor: name, tenant: .standard, address: "127.0.0.1", action: .runJob, method: "POST", route: "/api/v1/jobs/{name}/run",
            status: 202)
    }

    private func samples() -> MetricSamples { MetricSamples(String(decoding: registry.render(.text), as: UTF8.self)) }

    @Test("An act is written in the background, and the last ones when the service ends")
    func writing() async throws {
        let trail = trail()
        let group = ServiceGroup(services: [trail], logger: Logger(label: "audit") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            trail.record(act("first"))
            try await Deadline.until("it is written") { store.written.count == 1 }
            await group.triggerGracefulShutdown()
            trail.record(act("last"))
            try await tasks.waitForAll()
        }
        #expect(store.written.map(\.actor) == ["first", "last"])
        #expect(store.written.allSatisfy { $0.at == time.now() })
        #expect(samples().value("hearth_audit_acts_total", ["outcome": "written"]) == 2)
    }

    @Test("While the database is away acts wait up to the bound, and what is beyond it is counted")
    func bound() async throws {
        let trail = trail(capacity: 3)
        store.set(isAway: true)
        for number in 0..<5 { trail.record(act("\(number)")) }
        #expect(await !trail.flush())
        #expect(trail.pending == 3 && store.written == [])
        #expect(samples().value("hearth_audit_acts_total", ["outcome": "dropped"]) == 2)
        #expect(samples().value("hearth_audit_pending_acts") == 3 && samples().value("hearth_audit_pending_acts_limit") == 3)
        store.set(isAway: false)
        #expect(await trail.flush())
        #expect(store.written.map(\.actor) == ["0", "1", "2"])
        #expect(samples().value("hearth_audit_pending_acts") == 0)
        #expect(samples().value("hearth_audit_acts_total", ["outcome": "written"]) == 3)
    }

    @Test("Flushes at the same time write each act once and count it once")
    func concurrentFlushes() async throws {
        let trail = trail(capacity: 10_000)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    for number in 0..<500 {
                        trail.record(act("\(task)-\(number)"))
                        if number % 20 == 0 { await trail.flush() }
                    }
                }
            }
        }
        #expect(await trail.flush())
        #expect(store.written.count == 2000 && trail.pending == 0)
        #expect(samples().value("hearth_audit_acts_total", ["outcome": "written"]) == 2000)
    }

    @Test("Ids ascend although the clock stands still and goes back, and are different everywhere")
    func identifiers() {
        var (one, other) = (AuditIdentifiers(), AuditIdentifiers())
        var ids: [String] = []
        for number in 0..<200_000 { ids.append(one.next(at: Timestamp(milliseconds: 1_800_000_000_000 - Int64(number / 1000)))) }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        #expect(ids.allSatisfy(AuditIdentifiers.isIdentifier))
        #expect(!ids.contains(other.next(at: Timestamp(milliseconds: 1_800_000_000_000))))
        for text in ["", "1", String(repeating: "g", count: 32), String(repeating: "A", count: 32), ids[0] + "0"] {
            #expect(!AuditIdentifiers.isIdentifier(text), "\(text)")
        }
    }

    @Test(
        "An address is one, or unknown",
        arguments: [
            ("203.0.113.7", "203.0.113.7"), ("2001:DB8::17", "2001:db8::17"), ("fe80::1%eth0", "fe80::1"), ("", "unknown"),
            ("anna@example.com", "unknown"), (String(repeating: "1", count: 46), "unknown"), ("1\n2", "unknown"),
        ])
    func address(given: String, shown: String) {
        #expect(CallerAddress.text(given) == shown)
    }

    @Test("How an act ended is told by the answer's status")
    func results() {
        var record = act("a")
        for (status, result) in [(nil, .succeeded), (200, .succeeded), (202, .succeeded), (403, .refused), (404, .failed), (503, .failed)]
            as [(Int?, AuditRecord.Result)]
        {
            record.status = status
            #expect(record.result == result, "\(status ?? 0)")
        }
    }
}
