import HTTPTypes
import HearthScheduling
import HearthTelemetry
import Hummingbird

/// The routes below `/api/v1/jobs`.
struct JobRoutes: Sendable {
    let scheduler: SchedulerService
    let timeSource: any TimeSource

    private static let idempotencyKey = HTTPField.Name.known("Idempotency-Key")

    private struct Jobs: Encodable { var jobs: [JobDocument] }
    private struct Runs: Encodable {
        var runs: [RunDocument]
        /// Pass it as `before` to get older runs; absent on the last page.
        var next: String?
    }
    private struct Upcoming: Encodable {
        var hours: Int
        var jobs: [UpcomingDocument]
    }
    private struct Started: Encodable { var runId: String }

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.get("jobs") { _, _ in
            JSONAnswer.response(Jobs(jobs: try await scheduler.jobs().map(JobDocument.init)))
        }
        group.get("jobs/upcoming", use: upcoming)
        group.get("jobs/runs/{id}", use: run)
        group.get("jobs/{name}", use: job)
        group.get("jobs/{name}/runs", use: runs)
        group.post("jobs/{name}/run", use: start)
        group.post("jobs/{name}/pause", use: pause)
        group.post("jobs/{name}/resume", use: resume)
    }

    @Sendable private func job(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        JSONAnswer.response(JobDocument(try await status(of: context)))
    }

    private func status(of context: HearthRequestContext) async throws -> JobStatus {
        let name = try context.parameters.require("name")
        do throws(SchedulerError) {
            return try await scheduler.job(name)
        } catch {
            throw APIError(error, job: name)
        }
    }

    /// What is planned; frequent jobs are counted into bins and not listed in full.
    @Sendable private func upcoming(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let text = request.uri.queryParameters["hours"].map(String.init) ?? "24"
        guard let hours = Int(text), (1...168).contains(hours) else {
            throw APIError(
                .invalidRequest, "The number of hours cannot be used.",
                details: [.init(field: "hours", problem: "must be a number from 1 to 168")])
        }
        let upcoming = await scheduler.upcoming(within: .seconds(hours * 3600))
        return JSONAnswer.response(Upcoming(hours: hours, jobs: upcoming.map(UpcomingDocument.init)))
    }

    @Sendable private func runs(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let status = try await status(of: context)
        let query = try RunParameters.query(job: status.name, in: request.uri.queryParameters.map { (String($0.key), String($0.value)) })
        let runs = try await scheduler.runs(query)
        return JSONAnswer.response(
            Runs(runs: runs.map(RunDocument.init), next: runs.count == query.limit ? runs.last?.id.description : nil))
    }

    @Sendable private func run(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let text = try context.parameters.require("id")
        do throws(SchedulerError) {
            guard let id = RunID(text) else { throw .unknownRun(text) }
            return JSONAnswer.response(RunDocument(try await scheduler.run(id: id)))
        } catch {
            throw APIError(error, job: "")
        }
    }

    @Sendable private func start(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let name = try context.parameters.require("name")
        do throws(SchedulerError) {
            let id = try await scheduler.trigger(job: name, idempotencyKey: request.headers[Self.idempotencyKey], actor: "api")
            return JSONAnswer.response(Started(runId: id.description), status: .accepted)
        } catch {
            throw APIError(error, job: name)
        }
    }

    @Sendable private func pause(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let name = try context.parameters.require("name")
        let text = request.uri.queryParameters["until"].map(String.init)
        let until = text.flatMap { Timestamp(iso8601: $0) }
        if text != nil, until == nil {
            throw APIError(
                .invalidRequest, "The end of the pause is not a time.",
                details: [.init(field: "until", problem: "must be ISO 8601, such as 2026-11-22T18:00:00Z")])
        }
        do throws(SchedulerError) {
            try await scheduler.pause(job: name, until: until)
        } catch {
            throw APIError(error, job: name)
        }
        return JSONAnswer.response(JobDocument(try await status(of: context)))
    }

    @Sendable private func resume(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let name = try context.parameters.require("name")
        do throws(SchedulerError) {
            try await scheduler.resume(job: name)
        } catch {
            throw APIError(error, job: name)
        }
        return JSONAnswer.response(JobDocument(try await status(of: context)))
    }
}
