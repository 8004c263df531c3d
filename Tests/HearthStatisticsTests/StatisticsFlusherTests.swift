import GRDB
import HearthTelemetry
import ServiceLifecycle
import Testing

@testable import HearthStatistics

@Suite(.serialized)
struct StatisticsFlusherTests {
    @Test("a batch that is sent twice is counted once", arguments: StoreKind.allCases)
    func duplicates(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        fixture.recorder.record(event(.hit, at: fixture.time.now()))
        let batch = try #require(fixture.buffer.nextBatch(at: fixture.time.now()))
        #expect(try await fixture.store.apply(batch) == .applied(rows: 1))
        #expect(try await fixture.store.apply(batch) == .duplicate)
        #expect(try await fixture.rows("minute").requests == 1)
    }

    @Test("the same sequence of another life or another replica is another batch", arguments: StoreKind.allCases)
    func identities(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        fixture.recorder.record(event(.hit, at: fixture.time.now()))
        var batch = try #require(fixture.buffer.nextBatch(at: fixture.time.now()))
        for replica in [ReplicaIdentity(name: "a", incarnation: 1), .init(name: "a", incarnation: 2), .init(name: "b", incarnation: 1)] {
            batch.replica = replica
            #expect(try await fixture.store.apply(batch) == .applied(rows: 1))
        }
        #expect(try await fixture.rows("minute").requests == 3)
    }

    @Test(
        "whatever fails, and wherever, every request is stored once",
        arguments: [
            [.failBefore], [.loseAcknowledgement], [.failBefore, .loseAcknowledgement, .failBefore],
            [.pass, .loseAcknowledgement, .loseAcknowledgement, .pass, .failBefore],
        ] as [[ScriptedStore.Step]], StoreKind.allCases)
    func failures(script: [ScriptedStore.Step], kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        let flusher = fixture.flusher(store: ScriptedStore(fixture.store, script: script))
        for count in 1...8 {
            fixture.recorder.record(event(.hit, at: fixture.time.now()))
            await flusher.flush()
            #expect(try await fixture.query.today().totalRequests == Int64(count))
            fixture.time.advance(by: .seconds(40))
        }
        #expect(await flusher.flush())
        #expect(try await fixture.rows("minute").requests == 8)
        #expect(fixture.buffer.figures.pendingRows == 0)
        #expect(flusher.flushes.failed == script.count { $0 != .pass })
    }

    @Test("while the store is down the buffer stays bounded: minutes are joined first, then the oldest hours go and are counted")
    func bounds() throws {
        let fixture = try StatisticsFixture(home: StatisticsHome(DatabaseQueue()), rowLimit: 10)
        for minute in 0..<600 {
            fixture.recorder.record(event(.hit, at: Timestamp(seconds: Int64(minute * 60))))
            _ = fixture.buffer.pending(at: fixture.time.now())
        }
        #expect(fixture.buffer.figures == StatisticsBufferFigures(pendingRows: 10, droppedRequests: 0))
        for hour in 10..<15 {
            fixture.recorder.record(event(.hit, at: Timestamp(seconds: Int64(hour * 3600))))
            _ = fixture.buffer.pending(at: fixture.time.now())
        }
        let figures = fixture.buffer.figures
        #expect(figures.pendingRows <= 10)
        #expect(figures.droppedRequests == 300)
        #expect(fixture.buffer.pending(at: fixture.time.now()).reduce(0) { $0 + $1.deltas.requests } == 305)
    }

    @Test("an idle replica says that it is there at most every ten seconds", arguments: StoreKind.allCases)
    func heartbeat(kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        let flusher = fixture.flusher()
        func lastSeen() async throws -> Timestamp? { try await fixture.sightings().first?.lastSeen }
        await flusher.flush()
        let first = try await lastSeen()
        #expect(first == fixture.time.now())
        fixture.time.advance(by: .seconds(9))
        await flusher.flush()
        #expect(try await lastSeen() == first)
        fixture.time.advance(by: .seconds(1))
        await flusher.flush()
        #expect(try await lastSeen() == fixture.time.now())
    }

    @Test("shutting down stores the last requests and takes leave", arguments: [true, false], StoreKind.allCases)
    func shutdown(graceful: Bool, kind: StoreKind) async throws {
        let fixture = try await StatisticsFixture(kind)
        let flusher: any Service = fixture.flusher(interval: .seconds(3600))  // only the shutdown flushes
        fixture.recorder.record(event(.hit, at: fixture.time.now()))
        let group = ServiceGroup(configuration: .init(services: [flusher], logger: quietLogger))
        let running = Task { try await group.run() }
        if graceful { await group.triggerGracefulShutdown() } else { running.cancel() }
        _ = await running.result
        #expect(try await fixture.rows("minute").requests == 1)
        #expect(try await fixture.sightings().map(\.hasLeft) == [true])
    }
}
