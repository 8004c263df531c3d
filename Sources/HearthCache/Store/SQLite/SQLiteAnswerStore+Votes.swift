import Foundation
import GRDB

extension SQLiteAnswerStore {
    package func vote(_ key: CacheKey, isHelpful: Bool, by voter: Voter?) async throws(AnswerStoreError) -> CachedAnswer? {
        let text = key.description
        return try await write("count a vote") { database in
            let select = "SELECT * FROM cached_answer WHERE cache_key = ?"
            guard try Row.fetchOne(database, sql: select, arguments: [text]) != nil else { return nil }
            let change = try voter.map { try Self.change(of: $0, on: text, to: isHelpful, in: database) } ?? Self.change(to: isHelpful)
            try database.execute(
                sql: """
                    UPDATE cached_answer SET helpful_votes = helpful_votes + ?, unhelpful_votes = unhelpful_votes + ? WHERE cache_key = ?
                    """,
                arguments: [change.helpful, change.unhelpful, text])
            return try Row.fetchOne(database, sql: select, arguments: [text]).map { try CachedAnswer(row: $0) }
        }
    }

    package func forget(_ voter: Voter) async throws(AnswerStoreError) -> Int {
        try await write("forget a voter") { database in
            try database.execute(sql: "DELETE FROM cached_answer_vote WHERE voter = ?", arguments: [Data(voter.bytes)])
            return database.changesCount
        }
    }

    private static func change(to isHelpful: Bool) -> (helpful: Int, unhelpful: Int) { isHelpful ? (1, 0) : (0, 1) }

    /// What a voter's vote changes in the counts: nothing where it is the one he gave before.
    private static func change(
        of voter: Voter, on key: String, to isHelpful: Bool, in database: Database
    ) throws -> (helpful: Int, unhelpful: Int) {
        let voterBytes = Data(voter.bytes)
        let before = try Bool.fetchOne(
            database, sql: "SELECT is_helpful FROM cached_answer_vote WHERE cache_key = ? AND voter = ?", arguments: [key, voterBytes])
        guard before != isHelpful else { return (0, 0) }
        if before == nil {
            let voters = try Int.fetchOne(
                database, sql: "SELECT count(*) FROM cached_answer_vote WHERE cache_key = ?", arguments: [key])
            guard (voters ?? 0) < Voter.limit else { return (0, 0) }
        }
        try database.execute(
            sql: """
                INSERT INTO cached_answer_vote (cache_key, voter, is_helpful) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET is_helpful = excluded.is_helpful
                """, arguments: [key, voterBytes, isHelpful])
        guard before != nil else { return change(to: isHelpful) }
        return isHelpful ? (1, -1) : (-1, 1)
    }

    /// Nobody has voted on an answer that takes an older one's place.
    static func forgetVotes(on answer: CachedAnswer, in database: Database) throws {
        guard answer.votes == CachedAnswer.Votes() else { return }
        try database.cachedStatement(sql: "DELETE FROM cached_answer_vote WHERE cache_key = ?").execute(arguments: [answer.key.description])
    }
}
