import HearthStatistics
import HearthTelemetry
import Hummingbird
import NIOCore

/// `GET /api/v1/cache/statistics`.
struct StatisticsRoutes: Sendable {
    let query: StatisticsQuery

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.get("cache/statistics", use: statistics)
    }

    /// The periods that callers may ask for; minutes are kept for the running hour only.
    private static let periods: [StatisticsPeriod] = [.hourly, .daily, .weekly, .monthly]

    @Sendable private func statistics(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let parameters = request.uri.queryParameters
        let periodText = parameters["period"].map(String.init) ?? StatisticsPeriod.daily.rawValue
        guard let period = Self.periods.first(where: { $0.rawValue == periodText }) else {
            throw APIError(
                .invalidRequest, "The period is unknown; use one of hourly, daily, weekly, monthly.",
                details: [.init(field: "period", problem: "must be one of hourly, daily, weekly, monthly")])
        }
        do {
            let report = try await query.report(
                period: period, startDate: parameters["startDate"].map(String.init), endDate: parameters["endDate"].map(String.init))
            guard let format = parameters["format"], format != "json" else { return JSONAnswer.response(report) }
            guard format == "csv" else {
                throw APIError(
                    .invalidRequest, "The format is unknown; use json or csv.",
                    details: [.init(field: "format", problem: "must be json or csv")])
            }
            return Response(
                status: .ok, headers: [.contentType: "text/csv; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(string: report.csv)))
        } catch let error as StatisticsError {
            throw APIError(error)
        }
    }
}

extension APIError {
    init(_ error: StatisticsError) {
        switch error {
        case .invalidRange, .rangeTooLarge:
            self.init(.invalidRequest, "\(error).", details: [.init(field: "startDate, endDate", problem: "\(error)")])
        case .storeFailed, .damagedRow, .cancelled, .superseded:
            self.init(
                .storeUnavailable, "The statistics cannot be read now; answers are not affected. Try again in a moment.",
                retryAfterSeconds: 5)
        }
    }
}
