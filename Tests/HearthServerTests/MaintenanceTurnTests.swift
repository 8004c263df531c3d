import HearthCache
import HearthTelemetry
import HearthTestKit
import Synchronization
import Testing

@testable import HearthServer

@Suite("One maintenance at a time", .timeLimit(.minutes(10)))
struct MaintenanceTurnTests {
    /// A claim that two replicas see.
    private final class Claim: SharedFlights {
        let holder = Mutex<String?>(nil)

        func claim(_ key: CacheKey) async -> FlightClaim {
            holder.withLock { holder in
                guard holder == nil else { return .taken }
                holder = "token"
                return .granted(token: "token")
            }
        }

        func renew(_ key: CacheKey, token: String) async -> Bool { holder.withLock { $0 == token } }

        func release(_ key: CacheKey, token: String) async { holder.withLock { $0 = nil } }
    }

    private func expectExclusive(_ first: MaintenanceTurn, _ second: MaintenanceTurn) async throws {
        let (began, begin) = AsyncStream<Void>.makeStream()
        let (ended, end) = AsyncStream<Void>.makeStream()
        async let running = first.run { () async throws(AnswerStoreError) -> Int in
            begin.finish()
            for await _ in ended {}
            return 1
        }
        for await _ in began {}
        #expect(try await second.run { () async throws(AnswerStoreError) -> Int in 2 } == nil)
        end.finish()
        #expect(try await running == 1)
        #expect(try await second.run { () async throws(AnswerStoreError) -> Int in 3 } == 3)
        let failure = AnswerStoreError(kind: .failed, store: "test", operation: "prune", cause: "a test")
        await #expect(throws: AnswerStoreError.self) {
            try await second.run { () async throws(AnswerStoreError) -> Int in throw failure }
        }
        #expect(try await first.run { () async throws(AnswerStoreError) -> Int in 4 } == 4)
    }

    @Test("In one process")
    func alone() async throws {
        let turn = MaintenanceTurn(shared: nil)
        try await expectExclusive(turn, turn)
    }

    @Test("Among replicas that share a store")
    func together() async throws {
        let claim = Claim()
        try await expectExclusive(MaintenanceTurn(shared: claim), MaintenanceTurn(shared: claim))
    }
}
