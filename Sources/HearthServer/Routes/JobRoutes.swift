import HTTPTypes
import HearthScheduling
import HearthTelemetry
import Hummingbird

/// The routes below `/api/v1/jobs`.
struct JobRoutes: Sendable {
    let scheduler: SchedulerService
    let timeSource: any TimeSource

    private static let idempotencyKey = HTTPField.Name.known("Idempotency-Key")
    private static let longestKey = 200

    private struct Upcoming: Encodable {
        var hours: Int
        var jobs: [UpcomingDocument]
    }
    private struct Started: Encodable { var runId: String }

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.get("jobs") { request, _ in
            let format = try ParameterReader.formatAlone(request, "The jobs were not listed")
            return format.response(JobsDocument(jobs: try await scheduler.jobs().map { JobDocument($0) }))
        }
        group.get("jobs/upcoming", use: upcoming)
        group.get("jobs/timeline", use: timeline)
        group.get("jobs/explain", use: explain)
        group.get("jobs/runs/{id}", use: run)
        group.post("jobs/runs/{id}/cancel", use: cancel)
        group.get("jobs/{name}", use: job)
        group.get("jobs/{name}/runs", use: runs)
        group.post("jobs/{name}/run", use: start)
        group.post("jobs/{name}/pause", use: pause)
        group.post("jobs/{name}/resume", use: resume)
    }

    // MARK: Jobs

    /// One job, with its next firings.
    @Sendable private func job(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let count = parameters.integer("next", in: 0...100, default: 5)
        try parameters.finish("The job was not shown")
        let status = try await status(of: context)
        let firings = try await answering { () async throws(SchedulerError) in try await scheduler.firings(of: status.name, count: count) }
        return JSONAnswer.response(JobDocument(status, next: firings))
    }

    private func status(of context: HearthRequestContext) async throws -> JobStatus {
        let name = try context.parameters.require("name")
        return try await answering { () async throws(SchedulerError) in try await scheduler.job(name) }
    }

    @Sendable private func pause(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let name = try context.parameters.require("name")
        var parameters = ParameterReader(request)
        let (end, length) = (parameters.time("until"), parameters.duration("for"))
        if end != nil, length != nil { parameters.report("for", "cannot be given together with until") }
        if let end, end <= timeSource.now() { parameters.report("until", "must lie in the future") }
        try parameters.finish("The job was not paused")
        let until = end ?? length.map { timeSource.now() + $0 }
        try await answering { () async throws(SchedulerError) in try await scheduler.pause(job: name, until: until) }
        return JSONAnswer.response(JobDocument(try await status(of: context)))
    }

    @Sendable private func resume(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let name = try context.parameters.require("name")
        try ParameterReader.refuseAll(of: request, "The job was not resumed")
        try await answering { () async throws(SchedulerError) in try await scheduler.resume(job: name) }
        return JSONAnswer.response(JobDocument(try await status(of: context)))
    }

    // MARK: Runs

    @Sendable private func runs(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let name = try context.parameters.require("name")
        let (query, format) = try Self.runQuery(job: name, ParameterReader(request))
        let runs = try await answering { () async throws(SchedulerError) in try await scheduler.runs(query) }
        return format.response(
            RunsDocument(runs: runs.map(RunDocument.init), next: runs.count == query.limit ? runs.last?.id.description : nil))
    }

    private static func runQuery(job: String, _ parameters: ParameterReader) throws(APIError) -> (RunQuery, AnswerFormat) {
        var parameters = parameters
        var query = RunQuery(job: job, limit: parameters.integer("limit", in: 1...RunQuery.maximumLimit, default: 50))
        query.outcomes = parameters.choices("outcome", of: RunOutcome.self)
        if let text = parameters.text("trigger") {
            query.trigger = RunTrigger.allCases.first { $0.apiName == text }
            if query.trigger == nil {
                parameters.report("trigger", "must be one of \(RunTrigger.allCases.map(\.apiName).joined(separator: ", "))")
            }
        }
        if let text = parameters.text("before") {
            query.before = RunID(text)
            if query.before == nil { parameters.report("before", "must be the id of a run") }
        }
        query.from = parameters.time("from")
        query.through = parameters.time("to")
        let format = parameters.format()
        try parameters.finish("The runs were not listed")
        return (query, format)
    }

    @Sendable private func run(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        try ParameterReader.refuseAll(of: request, "The run was not shown")
        let id = try runID(context)
        let run = try await answering { () async throws(SchedulerError) in try await scheduler.run(id: id) }
        return JSONAnswer.response(RunDocument(run))
    }

    @Sendable private func cancel(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        try ParameterReader.refuseAll(of: request, "The run was not cancelled")
        let id = try runID(context)
        try await answering { () async throws(SchedulerError) in try await scheduler.cancel(runID: id) }
        return JSONAnswer.response(Started(runId: id.description), status: .accepted)
    }

    private func runID(_ context: HearthRequestContext) throws -> RunID {
        let text = try context.parameters.require("id")
        guard let id = RunID(text) else { throw APIError(SchedulerError.unknownRun(text)) }
        return id
    }

    @Sendable private func start(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let name = try context.parameters.require("name")
        try ParameterReader.refuseAll(of: request, "The run was not started")
        let key = request.headers[Self.idempotencyKey]
        if let key, !(1...Self.longestKey).contains(key.utf8.count) {
            throw APIError(
                .invalidRequest, "The run was not started: the Idempotency-Key must have 1 to \(Self.longestKey) bytes.",
                details: [.init(field: "Idempotency-Key", problem: "must have 1 to \(Self.longestKey) bytes")])
        }
        let id = try await answering { () async throws(SchedulerError) in
            try await scheduler.trigger(job: name, idempotencyKey: key, actor: "api")
        }
        context.act?.note("run", id.description)
        return JSONAnswer.response(Started(runId: id.description), status: .accepted)
    }

    // MARK: Plans

    /// What is planned; frequent jobs are counted into bins and not listed in full.
    @Sendable private func upcoming(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let hours = parameters.integer("hours", in: 1...168, default: 24)
        try parameters.finish("The plan was not shown")
        let upcoming = await scheduler.upcoming(within: .seconds(hours * 3600))
        return JSONAnswer.response(Upcoming(hours: hours, jobs: upcoming.map(UpcomingDocument.init)))
    }

    /// What was and what will be, for a picture with a lane for each job.
    @Sendable private func timeline(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let now = timeSource.now()
        let from = parameters.time("from") ?? now - .seconds(86_400)
        let to = parameters.time("to") ?? now + .seconds(86_400)
        let bins = parameters.integer("bins", in: 1...400, default: 96)
        let format = parameters.format()
        if to <= from { parameters.report("to", "must be later than from") }
        if to - from > TimelineDocument.longestWindow { parameters.report("to", "must be at most 31 days after from") }
        try parameters.finish("The timeline was not made")
        let lanes = try await answering { () async throws(SchedulerError) in try await scheduler.timeline(from: from, to: to, bins: bins) }
        return format.response(TimelineDocument(from: from, to: to, now: now, bins: bins, lanes: lanes))
    }

    /// What an expression means, whether or not a job has it.
    @Sendable private func explain(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let expression = parameters.text("expression")
        if expression == nil { parameters.report("expression", "is missing, such as 30 2 * * *") }
        let timezone = parameters.text("timezone")
        let dialect = parameters.choice("dialect", of: CronDialect.self) ?? .standard
        let hasSeconds = parameters.boolean("seconds")
        let after = parameters.time("after") ?? timeSource.now()
        let count = parameters.integer("count", in: 1...100, default: 10)
        try parameters.finish("The expression was not explained")
        do throws(ScheduleError) {
            let schedule = try Schedule.parse(expression ?? "", dialect: dialect, timezone: timezone, seconds: hasSeconds)
            return JSONAnswer.response(ExplanationDocument(CronExplanation(schedule, after: after, count: count)))
        } catch {
            throw APIError(error)
        }
    }

    // MARK: Errors

    private func answering<Value: Sendable>(_ body: () async throws(SchedulerError) -> Value) async throws(APIError) -> Value {
        do throws(SchedulerError) {
            return try await body()
        } catch {
            throw APIError(error)
        }
    }
}

extension APIError {
    init(_ error: SchedulerError) {
        switch error {
        case .unknownJob: self.init(.notFound, error.description, details: [.init(field: "name", problem: "is not a job")])
        case .unknownRun: self.init(.notFound, error.description, details: [.init(field: "id", problem: "is not a run")])
        case .alreadyRunning, .notRunningHere: self.init(.conflict, error.description)
        case .shuttingDown, .ledger: self.init(.overloaded, error.description, retryAfterSeconds: 5)
        case .invalidJob, .duplicateJob: self.init(.invalidRequest, error.description)
        }
    }

    init(_ error: ScheduleError) {
        let isAboutZone = error.code == .unknownZone || error.code == .damagedZone
        self.init(
            .invalidRequest, error.message,
            details: [.init(field: isAboutZone ? "timezone" : "expression", problem: error.message)])
    }
}
