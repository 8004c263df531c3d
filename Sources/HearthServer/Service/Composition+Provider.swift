import HearthDrivers
import HearthTelemetry
import HearthUpstream

extension Composition {
    static func provider(_ foundation: Foundation, _ curl: CurlClient) -> ProviderClient {
        let settings = foundation.configuration.provider
        var provider = ProviderClient.Configuration(
            baseURL: foundation.providerBaseURL, apiKey: settings.apiKey, model: settings.model)
        provider.connectTimeout = settings.connectTimeout
        provider.totalTimeout = settings.timeout
        provider.maximumResponseBytes = settings.maximumResponseBytes
        provider.streamTimeout = settings.streamTimeout
        provider.streamIdleTimeout = settings.streamIdleTimeout
        provider.concurrency = settings.concurrency
        provider.queueLength = settings.queueLength
        provider.queueWait = settings.queueWait
        let instruments = UpstreamInstruments(
            registry: foundation.registry, provider: providerName(foundation), models: [settings.model])
        let client = ProviderClient(
            configuration: provider, http: curl, time: foundation.timeSource,
            observer: UpstreamMetrics(
                instruments: instruments, certificates: CertificateInstruments(registry: foundation.registry),
                host: HTTPClientRequest.host(of: foundation.providerBaseURL),
                logger: foundation.logs.logger("hearth.upstream")))
        // Nobody may ask for hours after the provider has been left alone for its minute.
        foundation.registry.addCollector("provider") { instruments.setBreaker(UpstreamMetrics.label(of: client.breakerStateNow)) }
        return client
    }

    static func providerSpan(_ foundation: Foundation, _ traces: TraceParts?) -> ProviderSpan {
        ProviderSpan(
            tracer: traces?.tracer, provider: providerName(foundation),
            baseURL: foundation.providerBaseURL)
    }

    private static func providerName(_ foundation: Foundation) -> String {
        foundation.configuration.provider.isSimulated ? "simulator" : "openai"
    }
}
