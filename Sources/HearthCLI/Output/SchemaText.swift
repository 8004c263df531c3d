import HearthServer

/// What the tables of a database have, as text and as JSON.
enum SchemaText {
    /// The database's own line comes last, below the steps.
    static func lines(_ state: SchemaState, through last: String?, isDryRun: Bool) throws(SchemaError) -> String {
        var lines = state.applied.map { "  added    \($0)" }
        // Where nothing may change, what the same command without --dry-run would do.
        let wanted = isDryRun ? try missing(state, through: last) : []
        lines += wanted.map { "  missing  \($0)" }
        lines += state.newer.map { "  newer    \($0)" }
        let summary =
            if !wanted.isEmpty {
                "\(counted(wanted.count)) would be added. Nothing was changed; add them with: hearth migrate"
            } else if !state.applied.isEmpty {
                "\(counted(state.applied.count)) added"
            } else if state.missing.isEmpty {
                "up to date" + (state.newer.isEmpty ? "" : ", and newer than this version, which works with it")
            } else {
                "nothing to add up to \(last ?? ""); \(counted(state.missing.count)) of \(state.steps.count) are missing"
            }
        return (lines + ["\(state.database) \(state.location): \(summary)"]).joined(separator: "\n")
    }

    static func json(_ state: SchemaState) -> JSONValue {
        func list(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
        return .object([
            .init("database", .string(state.database)), .init("location", .string(state.location)), .init("applied", list(state.applied)),
            .init("missing", list(state.missing)), .init("newer", list(state.newer)), .init("steps", list(state.steps)),
        ])
    }

    /// A database that does not know the step is left as it is.
    private static func missing(_ state: SchemaState, through last: String?) throws(SchemaError) -> [String] {
        guard let last, !state.steps.contains(last) else { return try state.missing(through: last) }
        return []
    }

    private static func counted(_ count: Int) -> String { count == 1 ? "1 step" : "\(count) steps" }
}
