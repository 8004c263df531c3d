import HearthScheduling
import HearthTelemetry

/// Firings and explanations as text and JSON.
enum CronText {
    /// Whole seconds, since no schedule is finer: `2026-03-29T03:00:00Z`.
    static func instant(_ moment: Timestamp) -> String { moment.description.prefix(19) + "Z" }

    static func line(_ firing: Firing, now: Timestamp) -> String {
        let away = firing.instant - now
        let relative = away >= .zero ? "in \(Figures.twoUnits(away))" : "\(Figures.twoUnits(.zero - away)) ago"
        let local = firing.offsetSeconds == 0 ? "" : "   local \(firing.localTime)"
        return instant(firing.instant) + local + "   (\(relative))"
    }

    static func page(_ explanation: CronExplanation, now: Timestamp) -> String {
        var lines = ["\(explanation.expression)   in \(explanation.timezone)", "", explanation.words, ""]
        lines += explanation.next.isEmpty ? ["It does not fire by the clock."] : ["Next firings"]
        lines += explanation.next.map { "  " + line($0, now: now) }
        if !explanation.daylightEffects.isEmpty {
            lines +=
                ["", "Daylight saving, the next 24 months"]
                + explanation.daylightEffects.map { "  " + instant($0.firing.instant) + "   " + $0.text }
        }
        if !explanation.dialectNotes.isEmpty { lines += ["", "Elsewhere"] + explanation.dialectNotes.map { "  " + $0 } }
        if !explanation.warnings.isEmpty { lines += ["", "Warnings"] + explanation.warnings.map { "  " + $0 } }
        return lines.joined(separator: "\n")
    }

    static func json(_ explanation: CronExplanation) -> JSONValue {
        .object([
            .init("expression", .string(explanation.expression)), .init("timezone", .string(explanation.timezone)),
            .init("words", .string(explanation.words)), .init("interval", .bool(explanation.isInterval)),
            .init("satisfiable", .bool(explanation.isSatisfiable)),
            .init(
                "next",
                .array(
                    explanation.next.map {
                        .object([
                            .init("at", .string(instant($0.instant))), .init("local", .string($0.localTime)),
                            .init("dstKind", .string($0.dstKind.rawValue)),
                        ])
                    })),
            .init(
                "daylightEffects",
                .array(
                    explanation.daylightEffects.map {
                        .object([
                            .init("at", .string(instant($0.firing.instant))), .init("dstKind", .string($0.firing.dstKind.rawValue)),
                            .init("text", .string($0.text)),
                        ])
                    })),
            .init("dialectNotes", .array(explanation.dialectNotes.map { .string($0) })),
            .init("warnings", .array(explanation.warnings.map { .string($0) })),
        ])
    }
}

/// `hearth cron next --batch`: one JSON object in, one out.
enum CronBatch {
    static func json(_ firings: [Firing]) -> JSONValue {
        .object([.init("next", .array(firings.map { .string(CronText.instant($0.instant)) }))])
    }

    static func answer(_ line: String, now: Timestamp) -> JSONValue {
        do throws(CommandFailure) {
            return json(try firings(line, now: now))
        } catch {
            return .object([.init("error", .string(error.message))])
        }
    }

    private static let known = ["expression", "timezone", "after", "count", "dialect", "seconds"]

    private static func firings(_ line: String, now: Timestamp) throws(CommandFailure) -> [Firing] {
        guard let request = JSONReader.read(line), let expression = request["expression"]?.text else {
            throw CommandFailure("the line must be a JSON object with the text \"expression\"")
        }
        if case .object(let members) = request, let unknown = members.first(where: { !known.contains($0.name) }) {
            throw CommandFailure("\"\(unknown.name)\" is not known; known are \(known.joined(separator: ", "))")
        }
        var after = now
        if let text = request["after"]?.text {
            guard let moment = Timestamp(iso8601: text) else { throw CommandFailure("\"after\" must be ISO 8601") }
            after = moment
        }
        let count = request["count"]?.integer ?? 1
        guard (1...1000).contains(count) else { throw CommandFailure("\"count\" must be from 1 to 1000") }
        let dialectName = request["dialect"]?.text ?? CronDialect.standard.rawValue
        guard let dialect = CronDialect(rawValue: dialectName) else {
            throw CommandFailure("\"dialect\" must be standard, vixie or ocps")
        }
        do throws(ScheduleError) {
            let schedule = try Schedule.parse(
                expression, dialect: dialect, timezone: request["timezone"]?.text, seconds: request["seconds"]?.boolean ?? false)
            return schedule.firings(after: after, count: Int(count))
        } catch {
            throw CommandFailure(error.message)
        }
    }
}
