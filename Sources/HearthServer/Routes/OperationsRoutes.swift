import HTTPTypes
import HearthDrivers
import HearthTelemetry
import Hummingbird
import NIOCore

/// `/metrics`, `/healthz` and `/readyz`.
struct OperationsRoutes: Sendable {
    static let metricsPath = "/metrics"

    let registry: MetricRegistry
    let health: HealthReporter
    let settings: HearthConfiguration.Metrics
    private let gate: ScrapeGate

    init(registry: MetricRegistry, health: HealthReporter, settings: HearthConfiguration.Metrics) {
        self.registry = registry
        self.health = health
        self.settings = settings
        gate = ScrapeGate(limit: settings.concurrentScrapes)
    }

    func addMetrics(to router: Router<HearthRequestContext>) {
        router.get(RouterPath(Self.metricsPath), use: metrics)
    }

    func addHealth(to router: Router<HearthRequestContext>) {
        // Never looks at anything: an orchestrator that restarts Hearth because a server it uses is ill would make it worse.
        router.get("healthz") { _, _ in JSONAnswer.response(["status": "alive"]) }
        router.get("readyz") { _, _ in
            let readiness = await health.readiness()
            return JSONAnswer.response(readiness, status: readiness.isReady ? .ok : .serviceUnavailable)
        }
    }

    @Sendable private func metrics(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let format = ExpositionFormat.negotiate(accept: request.headers[.accept], offersProtobuf: settings.protobuf != .off)
        let isCompressed = AcceptedCoding(acceptEncoding: request.headers[.acceptEncoding]) == .gzip
        let written = try await gate.pass { [registry] () -> (bytes: [UInt8], isCompressed: Bool) in
            let plain = registry.render(format)
            guard isCompressed, let compressed = Gzip.compress(plain) else { return (plain, false) }
            return (compressed, true)
        }
        guard let written else {
            throw APIError(
                .overloaded, "\(settings.concurrentScrapes) scrapes are being answered already; scrape less often.", retryAfterSeconds: 1)
        }
        var headers: HTTPFields = [.contentType: format.contentType, .vary: "Accept, Accept-Encoding"]
        if written.isCompressed { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: written.bytes)))
    }
}
