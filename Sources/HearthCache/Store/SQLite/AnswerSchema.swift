package import GRDB

/// The tables of kept answers.
package enum AnswerSchema {
    package static func registerMigrations(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("cached_answer 1") { database in
            try database.execute(
                sql: """
                    CREATE TABLE cached_answer (
                        cache_key TEXT PRIMARY KEY NOT NULL,
                        canonical_scope BLOB NOT NULL,
                        canonical_text BLOB NOT NULL,
                        language TEXT NOT NULL,
                        category TEXT NOT NULL,
                        query TEXT,
                        normalized_query TEXT NOT NULL,
                        response TEXT NOT NULL,
                        confidence REAL NOT NULL,
                        confidence_method TEXT NOT NULL,
                        model TEXT NOT NULL,
                        is_simulated INTEGER NOT NULL,
                        cost_micro_dollars INTEGER NOT NULL,
                        input_tokens INTEGER NOT NULL,
                        output_tokens INTEGER NOT NULL,
                        upstream_ms INTEGER NOT NULL,
                        stored_at_ms INTEGER NOT NULL,
                        fresh_until_ms INTEGER,
                        revalidate_until_ms INTEGER,
                        on_error_until_ms INTEGER,
                        usable_until_ms INTEGER,
                        hit_count INTEGER NOT NULL DEFAULT 0,
                        last_accessed_ms INTEGER NOT NULL,
                        size_bytes INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID
                    """)
            // Pruning walks by expiry, filling the memory walks by use, invalidation by category and language.
            try database.execute(sql: "CREATE INDEX cached_answer_expiry ON cached_answer (usable_until_ms)")
            try database.execute(sql: "CREATE INDEX cached_answer_use ON cached_answer (last_accessed_ms)")
            try database.execute(sql: "CREATE INDEX cached_answer_kind ON cached_answer (category, language)")
        }
        migrator.registerMigration("cached_answer 2") { database in try database.execute(sql: invalidation) }
        // Null for answers that were not asked for through the gateway, and so for all that an older version kept.
        migrator.registerMigration("cached_answer 3") { database in
            try database.execute(sql: "ALTER TABLE cached_answer ADD COLUMN completion BLOB")
        }
        migrator.registerMigration("cached_answer 4") { database in try database.execute(sql: spaces) }
        // Adding up a million answers reads this index of a hundred megabytes, and not the texts.
        migrator.registerMigration("cached_answer 5") { database in
            try database.execute(sql: "CREATE INDEX cached_answer_weight ON cached_answer (space, stored_at_ms, size_bytes)")
        }
    }

    /// Makes the next invalidation's number higher than one that was given before, in a file that does not know of it.
    package static func continueGenerations(after generation: Int64, in database: Database) throws {
        let known = try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'invalidation'") ?? 0
        guard known < generation else { return }
        try database.execute(sql: "DELETE FROM sqlite_sequence WHERE name = 'invalidation'")
        try database.execute(sql: "INSERT INTO sqlite_sequence (name, seq) VALUES ('invalidation', ?)", arguments: [generation])
    }

    /// What was kept before there were tenants is the standard space's. An invalidation's space is `*` where it named those of everyone.
    private static let spaces = """
        ALTER TABLE cached_answer ADD COLUMN space TEXT NOT NULL DEFAULT 'default';
        DROP INDEX cached_answer_kind;
        DROP INDEX cached_answer_language;
        CREATE INDEX cached_answer_space ON cached_answer (space, category, language);
        CREATE INDEX cached_answer_space_language ON cached_answer (space, language);
        ALTER TABLE invalidation ADD COLUMN space TEXT NOT NULL DEFAULT 'default';

        -- Who has voted, behind a keyed hash.
        CREATE TABLE cached_answer_vote (
            cache_key TEXT NOT NULL REFERENCES cached_answer (cache_key) ON DELETE CASCADE,
            voter BLOB NOT NULL,
            is_helpful INTEGER NOT NULL,
            PRIMARY KEY (cache_key, voter)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX cached_answer_vote_voter ON cached_answer_vote (voter);
        """

    private static let invalidation = """
        ALTER TABLE cached_answer ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE cached_answer ADD COLUMN tags TEXT;
        ALTER TABLE cached_answer ADD COLUMN metadata TEXT;
        ALTER TABLE cached_answer ADD COLUMN helpful_votes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE cached_answer ADD COLUMN unhelpful_votes INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX cached_answer_language ON cached_answer (language);

        CREATE TABLE cached_answer_tag (
            tag TEXT NOT NULL,
            cache_key TEXT NOT NULL REFERENCES cached_answer (cache_key) ON DELETE CASCADE,
            PRIMARY KEY (tag, cache_key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX cached_answer_tag_key ON cached_answer_tag (cache_key);

        -- One row for each invalidation; the newest id is the counter, and the newest row of each selection is what is noted of it.
        CREATE TABLE invalidation (
            generation INTEGER PRIMARY KEY AUTOINCREMENT,
            at_ms INTEGER NOT NULL,
            actor TEXT NOT NULL,
            cache_key TEXT,
            language TEXT,
            category TEXT,
            tag TEXT,
            removed INTEGER NOT NULL
        ) STRICT;
        """
}
