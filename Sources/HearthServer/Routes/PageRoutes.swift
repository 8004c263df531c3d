import HTTPTypes
import HearthPages
import HearthScheduling
import HearthStatistics
import HearthTelemetry
import Hummingbird
import NIOCore

/// The pages for people, and the reference documents.
struct PageRoutes: Sendable {
    static let overviewPath = "admin/cache-analytics"

    let statistics: StatisticsQuery
    let scheduler: SchedulerService
    let health: HealthReporter
    let tenants: TenantRules
    let timeSource: any TimeSource
    let configuration: HearthConfiguration

    /// Pages that show what is asked, saved and run.
    func addAdministration(to group: RouterGroup<HearthRequestContext>) {
        group.get("admin/cache-analytics", use: overview)
    }

    /// What is the same for everyone.
    func addReference(to router: RouterGroup<HearthRequestContext>) {
        router.get("/", use: welcome)
        router.get("docs") { _, _ in Self.page(ReferencePage.render()) }
        router.get("openapi.yaml") { _, _ in
            Response(
                status: .ok, headers: [.contentType: OpenAPIDocument.contentType],
                body: .init(byteBuffer: ByteBuffer(bytes: OpenAPIDocument.yaml)))
        }
        router.get("favicon.ico") { _, _ in
            var headers = Self.fields(PageHeaders.asset)
            headers[.contentType] = Favicon.contentType
            // Its name says nothing of its content.
            headers[.cacheControl] = "public, max-age=86400"
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: Favicon.bytes)))
        }
        // Nothing here is for a search engine.
        router.get("robots.txt") { _, _ in
            Response(
                status: .ok, headers: [.contentType: WelcomeText.contentType],
                body: .init(byteBuffer: ByteBuffer(string: "User-agent: *\nDisallow: /\n")))
        }
        for asset in PageAsset.all {
            router.get(RouterPath(asset.path)) { _, _ in Self.asset(asset) }
        }
    }

    /// Browsers are sent to the page; programs get a few lines of text.
    @Sendable private func welcome(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        if request.headers[.accept]?.contains("text/html") == true {
            return Response(status: .found, headers: [.location: "/" + Self.overviewPath])
        }
        let text = WelcomeText.render(
            WelcomeText.Model(
                version: HearthVersion.number, profile: configuration.profile.rawValue,
                isSimulated: configuration.provider.isSimulated, serviceURL: serviceURL(of: request)))
        return Response(
            status: .ok, headers: [.contentType: WelcomeText.contentType], body: .init(byteBuffer: ByteBuffer(bytes: text)))
    }

    @Sendable private func overview(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let view = try tenants.view(of: context.caller, named: nil)
        let report: StatisticsReport
        do throws(StatisticsError) {
            report = try await statistics.report(period: .hourly, of: UsageSelection(tenant: view))
        } catch {
            throw APIError(error)
        }
        let jobs = try await scheduler.jobs()
        let degradations = health.degradations.map { "\($0.component) does not answer: \($0.reason)" }
        let model = OverviewModel(
            status: degradations.isEmpty ? .working : .degraded(degradations), isSimulated: configuration.provider.isSimulated,
            profile: configuration.profile.rawValue, version: HearthVersion.number, generatedAt: timeSource.now(),
            completeThrough: report.completeThrough, range: "the last 24 hours", serviceURL: serviceURL(of: request),
            figures: OverviewModel.Figures(report), jobs: jobs.map(OverviewModel.Job.init),
            languages: report.languageBreakdown.entries.map {
                .init(key: $0.key, answers: $0.value.requests, fromCache: $0.value.hits, hitRate: $0.value.hitRate)
            },
            categories: report.categoryBreakdown.entries.map {
                .init(key: $0.key, answers: $0.value.requests, fromCache: $0.value.hits, hitRate: $0.value.hitRate)
            })
        return Self.page(OverviewPage.render(model))
    }

    private func serviceURL(of request: Request) -> String {
        // A proxy in front ends TLS.
        (configuration.listener.isBehindProxy ? "https://" : "http://") + (request.head.authority ?? "127.0.0.1:4327")
    }

    private static func page(_ bytes: [UInt8]) -> Response {
        Response(status: .ok, headers: fields(PageHeaders.page), body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private static func asset(_ asset: PageAsset) -> Response {
        var headers = fields(PageHeaders.asset)
        headers[.contentType] = asset.contentType
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: asset.bytes)))
    }

    private static func fields(_ pairs: [(name: String, value: String)]) -> HTTPFields {
        var fields = HTTPFields()
        for pair in pairs { fields[.known(pair.name)] = pair.value }
        return fields
    }
}

extension OverviewModel.Figures {
    fileprivate init(_ report: StatisticsReport) {
        let previous = report.previous
        self.init(
            answers: report.metrics.totalRequests, fromCache: report.metrics.cacheHits, hitRate: report.metrics.hitRate,
            savedDollars: report.savings.net, avoidedDollars: report.savings.avoided,
            p95CacheMilliseconds: report.metrics.p95CacheResponseTime,
            previous: previous.complete && previous.metrics.totalRequests > 0
                ? .init(
                    answers: previous.metrics.totalRequests, hitRate: previous.metrics.hitRate, savedDollars: previous.savings.net)
                : nil)
    }
}

extension OverviewModel.Job {
    fileprivate init(_ status: JobStatus) {
        let last = status.lastRun.flatMap { run -> LastRun? in
            guard let at = run.finishedAt ?? run.startedAt else { return nil }
            return LastRun(
                outcome: run.outcome.rawValue, at: at,
                durationMilliseconds: run.duration.map { $0.fractionalSeconds * 1000 })
        }
        let state: State =
            switch status.state {
            case .enabled, .faulty: .scheduled
            case .paused: .paused
            case .disabled: .disabled
            case .exhausted: .manual
            }
        self.init(
            name: status.name, schedule: status.schedule, timezone: status.timezone, last: last, next: status.nextRun, state: state)
    }
}
