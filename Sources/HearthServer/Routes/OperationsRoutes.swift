import HTTPTypes
import HearthTelemetry
import Hummingbird
import NIOCore

/// `/metrics`, `/healthz` and `/readyz`.
struct OperationsRoutes: Sendable {
    let registry: MetricRegistry
    let health: HealthReporter

    func addMetrics(to router: Router<HearthRequestContext>) {
        router.get("metrics", use: metrics)
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
        let format = ExpositionFormat.negotiate(accept: request.headers[.accept])
        return Response(
            status: .ok, headers: [.contentType: format.contentType],
            body: .init(byteBuffer: ByteBuffer(bytes: registry.render(format))))
    }
}
