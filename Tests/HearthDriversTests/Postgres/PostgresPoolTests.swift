import HearthTelemetry
import Testing

@testable import HearthDrivers

@Suite("Who works on what in the pool of PostgreSQL")
struct PostgresPoolTests {
    private func work<Call>(_ next: PostgresPool<Call>.Next) -> Call? {
        if case .work(let call) = next { call } else { nil }
    }

    @Test("threads are made up to the bound, then calls wait, then they are refused")
    func bounds() {
        var pool = PostgresPool<Int>(limit: 2, pendingLimit: 2)
        #expect(pool.submit(1) == .start(1))
        #expect(pool.submit(2) == .start(2))
        #expect(work(pool.next(for: 1)) == 1 && work(pool.next(for: 2)) == 2)
        #expect(pool.submit(3) == .queued && pool.submit(4) == .queued && pool.submit(5) == .refused)
        #expect(work(pool.next(for: 2)) == 3)
        let isWithdrawn = pool.withdraw { $0 == 4 }
        #expect(isWithdrawn)
        guard case .rest = pool.next(for: 1) else { return #expect(Bool(false), "nothing is left") }
        #expect(pool.submit(6) == .wake(1))
        let mayRetire = pool.retire(1)
        #expect(!mayRetire, "it has been chosen")
        #expect(work(pool.next(for: 1)) == 6)
    }

    @Test("a thread that cannot connect leaves its call to one that has a connection, and otherwise keeps it")
    func handOver() {
        var pool = PostgresPool<Int>(limit: 2, pendingLimit: 2)
        _ = pool.submit(1)
        _ = pool.next(for: 1)
        let alone = pool.handOver(1, from: 1)
        #expect(alone == .impossible)
        pool.noteConnecting(1)
        let itself = pool.handOver(1, from: 1)
        #expect(itself == .impossible)
        pool.note(1, isConnected: true)
        _ = pool.submit(2)
        _ = pool.next(for: 2)
        _ = pool.next(for: 1)
        let taken = pool.handOver(2, from: 2)
        #expect(taken == .taken(wake: 1) && pool.threadCount == 1)
        #expect(work(pool.next(for: 1)) == 2)
    }

    @Test("a call is left to a thread that is about to have a connection")
    func handOverToConnecting() {
        var pool = PostgresPool<Int>(limit: 2, pendingLimit: 2)
        (_, _) = (pool.submit(1), pool.submit(2))
        (_, _) = (pool.next(for: 1), pool.next(for: 2))
        pool.noteConnecting(1)
        let taken = pool.handOver(2, from: 2)
        #expect(taken == .taken(wake: nil))
        pool.note(1, isConnected: true)
        #expect(work(pool.next(for: 1)) == 2)
    }

    @Test("after the end nothing is taken and the threads leave")
    func closing() {
        var pool = PostgresPool<Int>(limit: 1, pendingLimit: 2)
        _ = pool.submit(1)
        let (pending, resting) = pool.close()
        #expect(pending == [1] && resting.isEmpty && pool.submit(2) == .closed)
        guard case .leave = pool.next(for: 1) else { return #expect(Bool(false), "it leaves") }
        #expect(pool.threadCount == 0)
    }

    @Test("a server that is away is tried about once a second, a refused login ever more rarely, and success forgets it all")
    func reconnection() {
        var state = PostgresReconnection()
        #expect(state.refusal(at: .zero) == nil && state.refusal(at: .zero) == nil)
        let away = PostgresError(.unreachable, server: "s", cause: "c")
        state.recordFailure(away, at: .zero, unitRandom: 0)
        #expect(state.refusal(at: .milliseconds(999)) == away)
        #expect(state.refusal(at: .milliseconds(1000)) == nil, "one may try")
        #expect(state.refusal(at: .milliseconds(1001)) == away, "the others wait for it")
        let login = PostgresError(.login, server: "s", cause: "c")
        var now = Duration.seconds(10)
        var pauses: [Int64] = []
        for _ in 0..<9 {
            state.recordFailure(login, at: now, unitRandom: 0)
            var pause = Duration.zero
            while state.refusal(at: now + pause) != nil { pause += .milliseconds(500) }
            pauses.append(pause.wholeMilliseconds / 1000)
            now += pause
        }
        #expect(pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60])
        state.recordSuccess()
        #expect(state == PostgresReconnection())
    }
}
