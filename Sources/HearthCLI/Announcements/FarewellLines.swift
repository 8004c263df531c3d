import HearthServer
import HearthTelemetry

/// What is printed between the signal and the end.
enum FarewellLines {
    static func draining(requests: Int, jobs: Int, limit: Duration) -> String {
        let parts = [
            requests > 0 || jobs == 0 ? (requests == 1 ? "1 request" : "\(requests) requests") : nil,
            jobs > 0 ? (jobs == 1 ? "1 job" : "\(jobs) jobs") : nil,
        ].compactMap(\.self)
        return "Finishing \(parts.joined(separator: " and ")) (up to \(Figures.twoUnits(limit))). Ctrl-C again stops at once."
    }

    static func stopped(_ report: FarewellReport) -> String {
        let answers = report.answers == 1 ? "1 answer" : "\(Figures.grouped(report.answers)) answers"
        let since = report.since.description.dropFirst(11).prefix(5)
        return "Stopped. \(answers), \(Figures.sum(micro: report.savedMicroDollars)) saved since \(since) UTC."
    }

    static func drainingJSON(requests: Int, jobs: Int, limit: Duration) -> String {
        JSONValue.object([
            .init("event", .string("draining")), .init("requests", .integer(requests)), .init("jobs", .integer(jobs)),
            .init("limitSeconds", .number(Figures.fixed(limit.fractionalSeconds, decimals: 3))),
        ]).line
    }

    static func stoppedJSON(_ report: FarewellReport) -> String {
        JSONValue.object([
            .init("event", .string("stopped")), .init("answers", .integer(report.answers)),
            .init("savedUSD", .number(SettingText.write(microDollars: report.savedMicroDollars))),
            .init("since", .string(report.since.description)),
        ]).line
    }
}
