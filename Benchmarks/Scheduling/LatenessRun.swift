import Foundation
import GRDB
import HearthScheduling
import HearthTelemetry
import Logging
import Synchronization

/// A job of every second in the real service, with its history in a SQLite file: how late do runs start?
enum LatenessRun {
    private final class Recorder: SchedulerObserver {
        let lateness = Mutex<[Duration]>([])

        func runStarted(_ run: StartedRun) {
            if let late = run.lateness { lateness.withLock { $0.append(late) } }
        }
    }

    static func measure(seconds: Int) async throws -> String {
        let folder = NSTemporaryDirectory() + "hearth-lateness-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try DatabasePool(path: folder + "/hearth.sqlite")
        var migrator = DatabaseMigrator()
        LedgerSchema.registerMigrations(in: &migrator)
        try migrator.migrate(database)
        let recorder = Recorder()
        let job = JobDefinition(name: "tick", schedules: [try Schedule.parse("* * * * * *", seconds: true)]) { _ in .done }
        let service = SchedulerService(
            jobs: [job], ledger: SQLiteRunLedger(database: database, holder: "benchmark"), timeSource: SystemTimeSource(),
            observer: recorder, logger: Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() })
        let loop = Task { try await service.run() }
        // Half a second beyond, so that the last firing is in.
        try await Task.sleep(for: .milliseconds(seconds * 1000 + 500))
        loop.cancel()
        _ = await loop.result
        let sorted = recorder.lateness.withLock { $0.sorted() }
        guard let last = sorted.last else { return "No run started." }
        func milliseconds(_ share: Double) -> Double {
            let late = sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
            return (late.fractionalSeconds * 10_000).rounded() / 10
        }
        return """
            start lateness with SQLite, \(sorted.count) runs in \(seconds) s: p50 \(milliseconds(0.5)) ms, p99 \(milliseconds(0.99)) ms \
            (aim 5), at most \((last.fractionalSeconds * 10_000).rounded() / 10) ms, earliest \
            \((sorted[0].fractionalSeconds * 10_000).rounded() / 10) ms
            """
    }
}
