import HearthStatistics
import HearthTelemetry
import Hummingbird

/// `GET /api/v1/cache/statistics` and `GET /api/v1/cache/top-queries`.
struct StatisticsRoutes: Sendable {
    let query: StatisticsQuery
    let top: TopQueryReader
    let tenants: TenantRules

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.get("cache/statistics", use: statistics)
        group.get("cache/top-queries", use: topQueries)
    }

    @Sendable private func statistics(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let view = try tenants.view(of: context.caller, named: parameters.text("tenant"))
        let period = parameters.choice("period", of: StatisticsPeriod.self) ?? .daily
        let selection = UsageSelection(
            tenant: view, language: parameters.choice("language", of: Language.self),
            category: parameters.choice("category", of: ResponseCategory.self))
        let (start, end) = (parameters.text("startDate"), parameters.text("endDate"))
        let format = parameters.format()
        let table = parameters.choice("table", of: StatisticsReport.Table.self)
        if table != nil, format == .json { parameters.report("table", "says what the lines of format=csv are; JSON has all of them") }
        try parameters.finish("The statistics were not read")
        do throws(StatisticsError) {
            let report = try await query.report(period: period, startDate: start, endDate: end, of: selection)
            return format == .csv ? AnswerFormat.response(report.csv(table ?? .series)) : JSONAnswer.response(report)
        } catch {
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
        let format = parameters.format()
        try parameters.finish("The top queries were not read")
        do throws(StatisticsError) {
            return format.response(TopQueriesDocument(try await top.top(selection)))
        } catch {
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
