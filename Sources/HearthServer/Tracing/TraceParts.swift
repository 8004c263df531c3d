import HearthDrivers
import HearthScheduling
import HearthTelemetry

/// What makes traces and what sends them, where a collector is configured.
struct TraceParts: Sendable {
    let tracer: HearthTracer
    let exporter: TraceExporter

    /// An export of so many spans has some 350 KB.
    private static let batch = 512

    /// Nil where traces are off.
    init?(_ foundation: Composition.Foundation, http: any HTTPSending) {
        let configuration = foundation.configuration.tracing
        guard let endpoint = configuration.endpoint?.reveal() else { return nil }
        let headers = configuration.headers.flatMap { OTLPHeaderList.parse($0.reveal()) } ?? []
        let instruments = TraceInstruments(registry: foundation.registry)
        let wake = WakeSignal()
        let queue = SpanQueue(capacity: configuration.queueLength, batch: Self.batch, instruments: instruments) { wake.signal() }
        foundation.registry.addCollector("traces") { instruments.queue.set(queue.count) }
        tracer = HearthTracer(sampler: TraceSampler(share: configuration.share), queue: queue, timeSource: foundation.timeSource)
        exporter = TraceExporter(
            target: .init(url: Self.address(endpoint), headers: headers), queue: queue, wake: wake,
            encoder: OTLPTraces(resource: Self.resource(foundation), version: HearthVersion.number), http: http,
            interval: configuration.exportInterval, instruments: instruments, timeSource: foundation.timeSource,
            logger: foundation.logs.logger("hearth.traces"))
    }

    /// The address for traces below the collector's base, as OpenTelemetry's variable means it; an address that ends there already stays.
    static func address(_ endpoint: String) -> String {
        var base = endpoint
        while base.hasSuffix("/") { base.removeLast() }
        return base.hasSuffix("/v1/traces") ? base : base + "/v1/traces"
    }

    private static func resource(_ foundation: Composition.Foundation) -> [(name: String, value: String)] {
        [
            ("service.name", foundation.configuration.tracing.serviceName), ("service.version", HearthVersion.number),
            ("service.instance.id", foundation.replica),
            ("deployment.environment.name", foundation.configuration.profile.rawValue),
            ("telemetry.sdk.name", "hearth"), ("telemetry.sdk.language", "swift"), ("telemetry.sdk.version", HearthVersion.number),
        ]
    }
}
