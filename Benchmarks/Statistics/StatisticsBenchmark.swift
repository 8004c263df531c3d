import Foundation
import GRDB
import HearthStatistics
import HearthTelemetry
import Measuring

/// Measures what statistics cost: on the path of a request, in the flush of a second, and in the aggregation of a busy day.
@main
enum StatisticsBenchmark {
    private static let begin = Timestamp(seconds: 1_800_000_000)

    static func main() async throws {
        print(Measurement.header)
        measureRecording()
        try await measureFlush()
        try await measureDay()
    }

    private static func event(_ number: Int, at moment: Timestamp) -> UsageEvent {
        UsageEvent(
            finishedAt: moment, result: number % 10 == 0 ? .miss : .hit, language: Language.allCases[number % 5],
            category: ResponseCategory.allCases[number / 5 % 8], source: .memory, duration: .nanoseconds(150_000 + number % 997 * 300),
            savedMicroDollars: 2000)
    }

    private static func question(_ number: Int) -> AskedQuestion {
        AskedQuestion(
            identity: QueryPatternKey(language: .en, normalizedText: "question \(number)").digest, normalizedText: "question \(number)",
            originalText: "Question \(number)?")
    }

    /// A thousand different questions, as a cache has them in a second.
    private static func measureRecording() {
        let events = (0..<1000).map { event($0, at: begin) }
        let questions = (0..<1000).map(question)
        let recorder = StatisticsRecorder()
        var number = 0
        print(
            Measurement.of("record a request in the figures") {
                number = (number + 1) % 1000
                recorder.record(events[number])
            }.line(aim: nil))
        print(
            Measurement.of("record a request in figures and questions") {
                number = (number + 1) % 1000
                recorder.record(events[number], of: questions[number])
            }.line(aim: 200))
        var distinct = 0
        let many = (0..<200_000).map(question)
        print(
            Measurement.of("the same, every question another one") {
                distinct = (distinct + 1) % many.count
                recorder.record(events[distinct % 1000], of: many[distinct])
            }.line(aim: nil))
        _ = recorder.drain()
        let perSecond = measureThreads(recorder, events, questions)
        print("  two threads at once: \(perSecond) requests recorded a second")
    }

    private static func measureThreads(_ recorder: StatisticsRecorder, _ events: [UsageEvent], _ questions: [AskedQuestion]) -> Int {
        let clock = SystemTimeSource()
        let calls = 2_000_000
        let started = clock.uptime()
        DispatchQueue.concurrentPerform(iterations: 2) { worker in
            for call in 0..<calls {
                let number = (call &+ worker &* 500) % 1000
                recorder.record(events[number], of: questions[number])
            }
        }
        return Int(Double(2 * calls) / (clock.uptime() - started).fractionalSeconds)
    }

    private static func store(in folder: URL) throws -> SQLiteStatisticsStore {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = NORMAL") }
        let database = try DatabasePool(path: folder.appendingPathComponent("statistics.sqlite").path, configuration: configuration)
        var migrator = DatabaseMigrator()
        StatisticsSchema.registerMigrations(in: &migrator)
        try migrator.migrate(database)
        return SQLiteStatisticsStore(database: database)
    }

    private static func withFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hearth-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }

    /// What a second's flush writes when a thousand different questions were asked.
    private static func measureFlush() async throws {
        try await withFolder { folder in
            let store = try store(in: folder)
            let clock = SystemTimeSource()
            let buffer = StatisticsBuffer(recorder: StatisticsRecorder(), replica: ReplicaIdentity(name: "bench"))
            var durations: [Duration] = []
            for second in 0..<30 {
                for number in 0..<20_000 {
                    buffer.recorder.record(event(number, at: begin + .seconds(second)), of: question(number % 1000))
                }
                guard let batch = buffer.nextBatch(at: begin + .seconds(second)) else { continue }
                let started = clock.uptime()
                _ = try await store.apply(batch)
                durations.append(clock.uptime() - started)
                buffer.acknowledge(sequence: batch.sequence)
            }
            let sorted = durations.sorted()
            print(
                "  flush of 20,000 requests with 1,000 questions: median \(milliseconds(sorted[sorted.count / 2])) ms, "
                    + "slowest \(milliseconds(sorted[sorted.count - 1])) ms")
        }
    }

    /// 50 million requests in a day, in every minute and every cell that a salon's cache touches.
    private static func measureDay() async throws {
        try await withFolder { folder in
            let store = try store(in: folder)
            let clock = SystemTimeSource()
            let replica = ReplicaIdentity(name: "bench")
            let requestsPerMinute = 50_000_000 / 1440
            var recorded = 0
            for minute in 0..<1440 {
                let recorder = StatisticsRecorder()
                let moment = begin + .seconds(minute * 60)
                for number in 0..<requestsPerMinute { recorder.record(event(number, at: moment)) }
                recorded += requestsPerMinute
                _ = try await store.apply(
                    StatisticsBatch(replica: replica, sequence: Int64(minute + 1), collectedAt: moment, deltas: recorder.drain()))
            }
            let started = clock.uptime()
            let result = try await StatisticsAggregator(store: store).aggregate(now: begin + .seconds(2 * 86_400))
            let duration = clock.uptime() - started
            print(
                "  aggregation of a day of \(recorded) requests, \(result.rowsRead) rows of minutes: \(milliseconds(duration)) ms; "
                    + "aim at most 10000 ms")
        }
    }

    private static func milliseconds(_ duration: Duration) -> Double { (duration.fractionalSeconds * 10_000).rounded() / 10 }
}
