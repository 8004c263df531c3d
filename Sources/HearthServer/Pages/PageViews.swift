import HTTPTypes
import HearthCache
import HearthPages
import HearthScheduling
import HearthStatistics
import HearthTelemetry
import Hummingbird
import NIOCore

/// The pages that show something; none of them changes anything.
struct PageViews: Sendable {
    static let base = "admin/cache-analytics"

    /// When a page that shows the start asks again.
    private static let startSeconds = 1

    let services: PageServices

    /// Every view with the address that the router knows it by.
    static let templates = [
        "", "/savings", "/questions", "/jobs", "/jobs/{name}", "/runs/{id}", "/health", "/report", "/help",
        "/runbooks", "/runbooks/{name}",
    ]

    func add(to group: RouterGroup<HearthRequestContext>) {
        for template in Self.templates { group.get(RouterPath(Self.base + template), use: show) }
    }

    @Sendable private func show(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let path = request.uri.path
        // One address for each page: relative, so that it holds behind a proxy that puts something in front.
        if path.hasSuffix("/"), let last = path.split(separator: "/").last {
            return PageAnswer.redirect(.permanentRedirect, to: "../\(last)" + (request.uri.query.map { "?" + $0 } ?? ""))
        }
        guard let view = PageView(path: String(path.dropFirst(1 + Self.base.count))) else {
            throw APIError(.notFound, "There is no such page.")
        }
        let reading = try read(request, context, view)
        if services.frames.health.phase == .starting { return starting(request, reading) }
        if view == .report, request.uri.queryParameters["format"] == "csv" { return try await reportTable(reading) }
        if case .run(let id) = view { return PageAnswer.response(try await run(id, reading), to: request, reading) }
        if case .job(let name) = view { try await requireJob(name) }
        if case .runbook(let name) = view, Runbook.of(view) == nil { throw APIError(.notFound, "There is no runbook \(name).") }
        let rendered = await services.renderings.page(reading.renderingName) { await render(view, reading) }
        var response = PageAnswer.response(rendered, to: request, reading)
        keepPreferences(reading, request, &response)
        return response
    }

    /// While the start goes on, every view shows how far it has come.
    private func starting(_ request: Request, _ reading: PageReading) -> Response {
        let running = services.start.step
        let steps = StartProgress.Step.allCases
        let position = steps.firstIndex(of: running) ?? 0
        let fault = PageFault.starting(
            steps: steps.enumerated().map { index, step in
                .init(name: step.rawValue, state: index < position ? .done : index == position ? .running : .waiting)
            })
        var frame = services.frames.frameAtOnce(reading)
        // A start is over within seconds, and nobody wants to read about it for longer.
        if frame.refreshSeconds != nil { frame.refreshSeconds = Self.startSeconds }
        var response = PageAnswer.response(Pages.fault(fault, in: frame), to: request, reading)
        if response.status == .ok { response.status = .init(code: fault.status) }
        response.headers[.retryAfter] = String(Self.startSeconds)
        return response
    }

    func read(_ request: Request, _ context: HearthRequestContext, _ view: PageView) throws(APIError) -> PageReading {
        return PageReading(
            request, view: view, ignoring: ["format"], tenant: try services.tenants.view(of: context.caller, named: nil),
            reader: PageIdentity.reader(of: context.caller, isOpen: services.access.isOpen),
            serviceURL: PageIdentity.serviceURL(of: request, services.configuration.listener))
    }

    /// What the address says of language, theme and keys outlives it.
    private func keepPreferences(_ reading: PageReading, _ request: Request, _ response: inout Response) {
        let state = reading.address.state
        guard state.ui != nil || state.theme != nil || state.hasKeys != nil else { return }
        let prefix = PageIdentity.prefix(of: request, isBehindProxy: services.configuration.listener.isBehindProxy)
        response.headers[values: .setCookie].append(
            "\(PagePreferences.cookieName)=\(reading.preferences.cookieValue); Max-Age=31536000; Path=\(prefix)/admin; SameSite=Strict")
    }

    // MARK: Views

    private func render(_ view: PageView, _ reading: PageReading) async -> RenderedPage {
        let state = reading.address.state
        async let frame = services.frames.frame(reading)
        switch view {
        case .overview:
            return Pages.overview(await overview(reading), in: await frame)
        case .savings:
            let content = SavingsContent(usage: await services.usage.usage(state, of: reading.tenant), prices: services.prices)
            return Pages.savings(content, in: await frame)
        case .questions:
            return Pages.questions(await questions(reading, AskForm()), in: await frame)
        case .jobs:
            async let timeline = services.jobs.timeline()
            async let jobs = services.jobs.jobs()
            return Pages.jobs(JobsContent(timeline: await timeline, jobs: await jobs), in: await frame)
        case .job(let name):
            async let detail = services.jobs.detail(of: name)
            async let runs = services.jobs.runs(of: name, state)
            return Pages.job(JobContent(detail: await detail, name: name, runs: await runs), in: await frame)
        case .health:
            async let stores = services.health.stores()
            async let provider = services.health.provider()
            async let conditions = services.health.standing()
            async let alerts = services.health.alerts()
            async let events = services.health.events(state.range, at: services.timeSource.now())
            let content = HealthContent(
                stores: await stores, provider: await provider, conditions: await conditions, alertmanager: await alerts,
                events: await events)
            return Pages.health(content, in: await frame)
        case .report:
            guard let month = state.month ?? Self.month(of: services.timeSource.now()) else { break }
            async let usage = services.usage.month(month, of: reading.tenant)
            async let top = services.questions.mostAsked(in: services.usage.bounds(of: month).lowerBound, of: reading.tenant)
            let content = ReportContent(month: month, usage: await usage, top: await top, prices: services.prices)
            return Pages.report(content, in: await frame)
        case .runbooks, .runbook:
            guard let runbook = Runbook.of(view) else { break }
            return Pages.runbook(runbook, in: await frame)
        case .help, .run, .signIn, .confirm, .result: break
        }
        let thresholds = Dictionary(AlertCondition.all.map { (Condition.ID($0.figure), Condition.limit(of: $0)) }) { first, _ in first }
        return Pages.help(HelpContent(thresholds: thresholds), in: await frame)
    }

    func overview(_ reading: PageReading, _ form: AskForm = AskForm(), asked: AskedAnswer? = nil) async -> OverviewContent {
        async let usage = services.usage.usage(reading.address.state, of: reading.tenant)
        async let timeline = services.jobs.timeline()
        async let conditions = services.health.standing()
        let found = await usage
        // Only a page without a question says how many answers wait for one.
        let kept: Panel<Int>? =
            found.content?.totals.answers == 0
            ? await services.frames.shelf.panel("kept answers") { [cache = services.cache] in try await cache.store.summary().entries }
            : nil
        return OverviewContent(
            usage: found, keptAnswers: kept?.content.map(Int64.init), ask: services.offersAsking ? form : nil, asked: asked,
            timeline: await timeline, conditions: await conditions)
    }

    func questions(_ reading: PageReading, _ form: AskForm, _ explanation: Explanation? = nil) async -> QuestionsContent {
        async let kept = services.questions.kept(reading.address.state, of: reading.tenant)
        async let missed = services.questions.missed(reading.address.state, of: reading.tenant)
        let found = await missed
        let uncounted = found.content?.uncounted ?? 0
        return QuestionsContent(
            kept: await kept, missed: found.map(\.questions), uncounted: uncounted, explain: form, explanation: explanation)
    }

    private func run(_ id: String, _ reading: PageReading) async throws -> RenderedPage {
        guard let run = RunID(id) else { throw Self.unknownRun(id) }
        let panel: Panel<RunDetail?> = await services.frames.shelf.panel("run \(id)") { [jobs = services.jobs] in
            do {
                return try await jobs.run(run)
            } catch SchedulerError.unknownRun {
                return nil
            }
        }
        guard let found = panel.content else {
            throw APIError(.storeUnavailable, "The run history does not answer in time. Try again.", retryAfterSeconds: 5)
        }
        guard let detail = found else { throw Self.unknownRun(id) }
        return Pages.run(RunContent(run: detail), in: await services.frames.frame(reading))
    }

    private static func unknownRun(_ id: String) -> APIError {
        var failure = APIError(.notFound, "There is no run \(id); old ones are removed.")
        failure.missing = .unknownRun(id: id, retentionDays: Int(RunRetention().age.components.seconds / 86_400))
        return failure
    }

    private func requireJob(_ name: String) async throws {
        let known = await services.actor.scheduler.jobNames
        guard !known.contains(name) else { return }
        var failure = APIError(.notFound, "There is no job \(name).")
        failure.missing = .unknownJob(name: name, nearest: NearestWord.find(name, among: known))
        throw failure
    }

    private func reportTable(_ reading: PageReading) async throws -> Response {
        guard let month = reading.address.state.month ?? Self.month(of: services.timeSource.now()) else {
            throw APIError(.invalidRequest, "The month is unknown.")
        }
        // A file cannot say that it is old, so nothing but what is true now is sent.
        switch await services.usage.monthTable(month, of: reading.tenant) {
        case .ready(let table):
            var response = PageAnswer.response(Array(table.utf8))
            response.headers[.contentType] = "text/csv; charset=utf-8"
            response.headers[.contentDisposition] = "attachment; filename=\"hearth-\(month.text).csv\""
            return response
        case .missing(.failed(let reason)): throw APIError(.storeUnavailable, reason, retryAfterSeconds: 5)
        case .kept, .missing:
            throw APIError(.storeUnavailable, "The statistics store does not answer in time. Try again.", retryAfterSeconds: 5)
        }
    }

    private static func month(of now: Timestamp) -> CivilMonth? { CivilMonth(String(now.description.prefix(7))) }
}
