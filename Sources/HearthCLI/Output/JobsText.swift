import HearthTelemetry

/// Jobs and runs, as the HTTP API gives them, as text.
enum JobsText {
    static func list(_ jobs: [JSONValue], now: Timestamp, width: Int?) -> String {
        let rows = jobs.map { job -> [String] in
            let next = job["nextRunAt"]?.text.flatMap { Timestamp(iso8601: $0) }
            let last = job["lastRun"]
            return [
                job["name"]?.text ?? "", job["state"]?.text ?? "", job["schedule"]?.text ?? "",
                next.map { "in " + Figures.twoUnits($0 - now) } ?? "-", last?["outcome"]?.text ?? "-",
                last?["startedAt"]?.text ?? last?["scheduledAt"]?.text ?? "-",
            ]
        }
        let columns: [TextTable.Column] = [
            .init("JOB"), .init("STATE"), .init("SCHEDULE"), .init("NEXT"), .init("LAST"), .init("LAST STARTED"),
        ]
        return TextTable(columns: columns, rows: rows).render(width: width)
    }

    static func runs(_ runs: [JSONValue], job: String, isFiltered: Bool, width: Int?) -> String {
        guard !runs.isEmpty else {
            return isFiltered
                ? "No run of \(job) is like that. All of them: hearth jobs runs \(job)"
                : "\(job) has not run yet. Run it now: hearth jobs run \(job)"
        }
        let rows = runs.map { run -> [String] in
            [
                run["scheduledAt"]?.text ?? "-", run["trigger"]?.text ?? "", run["outcome"]?.text ?? "",
                run["durationMs"]?.integer.map { Figures.grouped($0) } ?? "-", run["attempt"]?.integer.map { "\($0)" } ?? "-",
                run["id"]?.text ?? "", what(run),
            ]
        }
        let columns: [TextTable.Column] = [
            .init("SCHEDULED"), .init("TRIGGER"), .init("OUTCOME"), .init("MS", isNumeric: true), .init("ATTEMPT", isNumeric: true),
            .init("RUN"), .init("RESULT"),
        ]
        return TextTable(columns: columns, rows: rows).render(width: width)
    }

    /// The first firings of all jobs in order; what fires often is counted.
    static func upcoming(_ jobs: [JSONValue], hours: Int, now: Timestamp, width: Int?) -> String {
        guard !jobs.isEmpty else { return "Nothing is planned in the next \(hours) h." }
        var rows: [(at: Timestamp, cells: [String])] = []
        for job in jobs {
            let count = job["count"]?.integer ?? 0
            guard let first = job["firings"]?.items?.first, let at = first["at"]?.text.flatMap({ Timestamp(iso8601: $0) }) else { continue }
            let more = job["countIsLowerBound"]?.boolean == true ? "+" : ""
            rows.append(
                (
                    at,
                    [
                        job["job"]?.text ?? "", CronText.instant(at), "in " + Figures.twoUnits(at - now), first["local"]?.text ?? "",
                        Figures.grouped(count) + more,
                    ]
                ))
        }
        let columns: [TextTable.Column] = [
            .init("JOB"), .init("NEXT"), .init("IN"), .init("LOCAL"), .init("IN \(hours) H", isNumeric: true),
        ]
        return TextTable(columns: columns, rows: rows.sorted { $0.at < $1.at }.map(\.cells)).render(width: width)
    }

    /// What a run says about itself: its error, or its counts.
    private static func what(_ run: JSONValue) -> String {
        if let message = run["error"]?["message"]?.text { return message }
        guard case .object(let counts) = run["result"] else { return "" }
        return counts.sorted { $0.name < $1.name }.map { "\($0.name) \($0.value.line)" }.joined(separator: ", ")
    }

    static func details(_ job: JSONValue) -> String {
        guard case .object(let members) = job else { return job.line }
        let rows = members.map { member -> [String] in
            if member.name == "lastRun" {
                return [
                    "lastRun", [member.value["outcome"]?.text, member.value["startedAt"]?.text].compactMap(\.self).joined(separator: " "),
                ]
            }
            if member.name == "next" {
                let firings = member.value.items ?? []
                return ["next", firings.compactMap { $0["local"]?.text }.joined(separator: ", ")]
            }
            return [member.name, member.value.text ?? member.value.line]
        }
        return TextTable(columns: [.init("FACT"), .init("VALUE")], rows: rows).render(width: nil)
    }
}
