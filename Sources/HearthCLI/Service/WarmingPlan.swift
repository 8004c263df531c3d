import HearthServer
import HearthTelemetry
import Synchronization

/// The questions of a file, cut into requests that the service accepts.
struct WarmingPlan {
    static let batchSize = 20
    /// Below the service's limit for a body.
    private static let batchBytes = 128 << 10

    let batches: [[JSONValue]]
    let count: Int
    private let perLanguage: [(language: String, count: Int)]

    /// Fails with every question that has no text.
    init(text: String, name: String) throws {
        guard let queries = JSONReader.read(text)?["queries"]?.items else {
            throw CommandFailure("\(name) must be a JSON object with the list \"queries\"", status: ExitStatus.usage)
        }
        let faulty = queries.indices.filter { queries[$0]["query"]?.text?.isEmpty != false }
        guard faulty.isEmpty else {
            let places = faulty.prefix(5).map { "queries[\($0)]" }.joined(separator: ", ")
            throw CommandFailure("\(name): \(faulty.count) questions have no text: \(places)", status: ExitStatus.usage)
        }
        count = queries.count
        batches = Self.cut(queries)
        perLanguage = Language.allCases.compactMap { language in
            let count = queries.count { $0["language"]?.text == language.rawValue }
            return count > 0 ? (language.rawValue, count) : nil
        }
    }

    private static func cut(_ queries: [JSONValue]) -> [[JSONValue]] {
        var batches: [[JSONValue]] = []
        var batch: [JSONValue] = []
        var bytes = 0
        for query in queries {
            let size = query.line.utf8.count + 1
            if batch.count == batchSize || (bytes + size > batchBytes && !batch.isEmpty) {
                batches.append(batch)
                batch = []
                bytes = 0
            }
            batch.append(query)
            bytes += size
        }
        return batch.isEmpty ? batches : batches + [batch]
    }

    var summary: String {
        let languages = perLanguage.map { "\($0.count) \($0.language)" }.joined(separator: ", ")
        return "\(Figures.grouped(Int64(count))) questions" + (languages.isEmpty ? "" : " (\(languages))")
    }

    var json: JSONValue {
        .object([
            .init("queries", .integer(count)),
            .init("languages", .object(perLanguage.map { .init($0.language, .integer($0.count)) })), .init("dryRun", .bool(true)),
        ])
    }
}

/// What warming did so far.
struct WarmingTotal: Equatable {
    var processed: Int64 = 0
    var cached: Int64 = 0
    var skipped: Int64 = 0
    var failed: Int64 = 0
    var postponed: Int64 = 0

    init() {}

    init(_ report: WarmingReport) {
        processed = Int64(report.processed)
        cached = Int64(report.cached)
        skipped = Int64(report.skipped)
        failed = Int64(report.failed)
        postponed = Int64(report.postponed)
    }

    init(_ answer: JSONValue) {
        processed = answer["processed"]?.integer ?? 0
        cached = answer["cached"]?.integer ?? 0
        skipped = answer["skipped"]?.integer ?? 0
        failed = answer["failed"]?.integer ?? 0
        postponed = answer["postponed"]?.integer ?? 0
    }

    mutating func add(_ other: WarmingTotal) {
        processed += other.processed
        cached += other.cached
        skipped += other.skipped
        failed += other.failed
        postponed += other.postponed
    }

    func text(duration: Duration) -> String {
        "Warmed \(Figures.grouped(processed)) questions in \(Figures.fixed(duration.fractionalSeconds, decimals: 1)) s: "
            + "\(Figures.grouped(cached)) kept, \(Figures.grouped(skipped)) kept before, \(Figures.grouped(failed)) without a good answer"
            + (postponed > 0 ? ", \(Figures.grouped(postponed)) put off because the hour's calls are used up." : ".")
    }

    func json(duration: Duration) -> JSONValue {
        .object([
            .init("processed", .integer(processed)), .init("cached", .integer(cached)), .init("skipped", .integer(skipped)),
            .init("failed", .integer(failed)), .init("postponed", .integer(postponed)),
            .init("duration", .number(Figures.fixed(duration.fractionalSeconds, decimals: 3))),
        ])
    }
}

/// A bar on a terminal, a line per ten per cent elsewhere, nothing where it is unwanted; on standard error.
final class WarmingProgress: Sendable {
    private let total: Int
    private let terminal: Terminal
    private let isQuiet: Bool
    private let done = Mutex(0)

    init(total: Int, terminal: Terminal, isQuiet: Bool) {
        self.total = total
        self.terminal = terminal
        self.isQuiet = isQuiet
    }

    func advance(by count: Int) {
        let (before, now) = done.withLock { done -> (Int, Int) in
            done += count
            return (done - count, done)
        }
        guard !isQuiet, total > 0 else { return }
        if terminal.isInteractive {
            Console().writeProgress("\r\(Self.bar(now, of: total))")
        } else if now * 10 / total > before * 10 / total {
            Console().writeError("\(now * 100 / total) %  \(now)/\(total)")
        }
    }

    static func bar(_ done: Int, of total: Int) -> String {
        let filled = min(16, done * 16 / max(1, total))
        return String(repeating: "█", count: filled) + String(repeating: "░", count: 16 - filled) + "  \(done)/\(total)"
    }

    func end() {
        if !isQuiet, terminal.isInteractive { Console().writeProgress("\r\u{1B}[K") }
    }
}
