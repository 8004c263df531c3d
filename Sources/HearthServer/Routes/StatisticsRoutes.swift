import HearthStatistics
import HearthTelemetry
import Hummingbird
import NIOCore

/// `GET /api/v1/cache/statistics` and `GET /api/v1/cache/top-queries`.
struct StatisticsRoutes: Sendable {
    private enum Format: String, CaseIterable { case json, csv }

    let query: StatisticsQuery
    let top: TopQueryReader
    let tenants: TenantRules

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.get("cache/statistics", use: statistics)
        group.get("cache/top-queries", use: topQueries)
    }

    /// The periods that callers may ask for; minutes are kept for the running hour only.
    private static let periods: [StatisticsPeriod] = [.hourly, .daily, .weekly, .monthly]

    @Sendable private func statistics(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let parameters = request.uri.queryParameters
        let view = try tenants.view(of: context.caller, named: parameters["tenant"].map(String.init))
        let periodText = parameters["period"].map(String.init) ?? StatisticsPeriod.daily.rawValue
        guard let period = Self.periods.first(where: { $0.rawValue == periodText }) else {
            throw APIError(
                .invalidRequest, "The period is unknown; use one of hourly, daily, weekly, monthly.",
                details: [.init(field: "period", problem: "must be one of hourly, daily, weekly, monthly")])
        }
        do {
            let report = try await query.report(
                period: period, startDate: parameters["startDate"].map(String.init), endDate: parameters["endDate"].map(String.init),
                of: view)
            guard let format = parameters["format"], format != "json" else { return JSONAnswer.response(report) }
            guard format == "csv" else {
                throw APIError(
                    .invalidRequest, "The format is unknown; use json or csv.",
                    details: [.init(field: "format", problem: "must be json or csv")])
            }
            return Self.table(report.csv)
        } catch let error as StatisticsError {
            throw APIError(error)
        }
    }

    @Sendable private func topQueries(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        var selection = TopQuerySelection()
        selection.tenant = try tenants.view(of: context.caller, named: parameters.text("tenant"))
        selection.limit = parameters.integer("limit", in: 1...100, default: selection.limit)
        selection.language = parameters.choice("language", of: Language.self)
        selection.category = parameters.choice("category", of: ResponseCategory.self)
        selection.kind = parameters.choice("kind", of: TopQuerySelection.Kind.self) ?? selection.kind
        selection.order = parameters.choice("order", of: TopQuerySelection.Order.self) ?? selection.order
        let format = parameters.choice("format", of: Format.self) ?? .json
        try parameters.finish("The top queries were not read")
        do throws(StatisticsError) {
            let document = TopQueriesDocument(try await top.top(selection))
            return format == .csv ? Self.table(document.csv) : JSONAnswer.response(document)
        } catch {
            throw APIError(error)
        }
    }

    private static func table(_ csv: String) -> Response {
        Response(status: .ok, headers: [.contentType: "text/csv; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(string: csv)))
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
