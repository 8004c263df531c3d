import Foundation
import GRDB
import HearthStatistics
import HearthTelemetry
import Testing

struct StatisticsCrashTests {
    @Test("after a kill the file opens clean with everything up to the last flush")
    func kill() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hearth-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a.sqlite").path
        let fixture = try StatisticsFixture(home: StatisticsHome(DatabasePool(path: path)))
        for _ in 0..<70 { fixture.recorder.record(event(.hit, at: fixture.time.now(), saved: 2000)) }
        #expect(await fixture.flusher().flush())
        for _ in 0..<30 { fixture.recorder.record(event(.hit, at: fixture.time.now(), saved: 2000)) }

        // What a kill leaves behind: the files as they are, the log not merged, the process' memory gone.
        let image = folder.appendingPathComponent("b.sqlite").path
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: image + suffix)
        }
        let copy = try DatabasePool(path: image)
        let next = try StatisticsFixture(home: StatisticsHome(copy), time: fixture.time)
        #expect(try await copy.read { db in try String.fetchOne(db, sql: "PRAGMA integrity_check") } == "ok")
        #expect(try await next.query.today().totalRequests == 70)
        for _ in 0..<10 { next.recorder.record(event(.miss, at: fixture.time.now(), cost: 2000)) }
        #expect(await next.flusher().flush())
        let today = try await next.query.today()
        #expect(today.totalRequests == 80 && today.cacheHits == 70)
        #expect(today.estimatedCostSavings == 0.14)
    }
}
