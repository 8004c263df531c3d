import Foundation
import GRDB
import HearthCache
import HearthTelemetry
import HearthTestKit

@testable import HearthServer

/// Answers, and a database file with some of them that a test copies for each of its cuts.
enum FaultSample {
    static let start = Timestamp(seconds: 1_800_000_000)

    /// Answers that expire a minute after the start, each of about a page.
    static func answers(_ name: String, count: Int) -> [CachedAnswer] {
        (0..<count).map { number in
            let form = CanonicalForm(scope: Array("scope".utf8), text: Array("\(name) \(number)".utf8))
            var answer = CachedAnswer(
                key: CacheKey(language: .en, form: form), form: form, query: nil, normalizedQuery: "\(name) \(number)",
                category: .general, text: String(repeating: "\(name) ", count: 3000 / (name.utf8.count + 1)), confidence: 0.9,
                confidenceMethod: "rule", model: "model", isSimulated: true, costMicroDollars: 2000, inputTokens: 10, outputTokens: 20,
                upstreamDuration: .milliseconds(200), storedAt: start,
                lifetime: Lifetime(
                    freshUntil: start + .seconds(60), revalidateUntil: start + .seconds(60), onErrorUntil: start + .seconds(60)))
            answer.tags = ["all", "tag \(number % 3)"]
            return answer
        }
    }

    /// What a database holds, as far as a reader can tell: keys of answers with those of their tags, and the tables.
    static func contents(of database: any DatabaseReader) throws -> [String] {
        try database.read { db in
            try String.fetchAll(db, sql: "SELECT cache_key || length(response) FROM cached_answer ORDER BY cache_key")
                + String.fetchAll(db, sql: "SELECT tag || cache_key FROM cached_answer_tag ORDER BY tag, cache_key")
                + schema(db)
        }
    }

    static func schema(_ db: Database) throws -> [String] {
        try String.fetchAll(db, sql: "SELECT name || coalesce(sql, '') FROM sqlite_schema ORDER BY name")
    }
}

/// A file in a folder of its own, opened by way of ``FaultyFiles`` as the service opens it.
struct FaultyDatabase {
    let folder: TemporaryFolder
    let path: String

    /// - Parameter model: the file that it begins as, with its log; nil for none.
    init(copyOf model: FaultyDatabase? = nil) throws {
        folder = try TemporaryFolder()
        path = folder.path + "/hearth.sqlite"
        guard let model else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: model.folder.path) where !name.hasSuffix("-shm") {
            try FileManager.default.copyItem(atPath: model.folder.path + "/" + name, toPath: folder.path + "/" + name)
        }
    }

    func open() throws -> DatabasePool { try HearthDatabase.open(at: FaultyFiles.address(of: path)) }

    func store(_ pool: DatabasePool) -> SQLiteAnswerStore { SQLiteAnswerStore(database: pool, lookupDeadline: .seconds(5)) }
}
