import HearthDrivers
import HearthTelemetry
import HearthUpstream

extension Composition {
    static func provider(_ foundation: Foundation, _ curl: CurlClient, _ events: ServiceEvents) -> ProviderClient {
        client(
            foundation, curl, events, name: providerName(foundation), baseURL: foundation.providerBaseURL,
            key: foundation.configuration.provider.apiKey, timeout: nil)
    }

    /// Those of `gateway.providers`, with limits and a breaker of their own.
    static func otherProviders(
        _ foundation: Foundation, _ curl: CurlClient, _ traces: TraceParts?, _ events: ServiceEvents
    ) -> [GatewayProviders.Provider] {
        let gateway = foundation.configuration.gateway
        return gateway.providers.map { other in
            GatewayProviders.Provider(
                name: other.name,
                client: client(
                    foundation, curl, events, name: other.name, baseURL: other.baseURL, key: gateway.providerKeys[other.name],
                    timeout: other.timeout),
                spans: ProviderSpan(tracer: traces?.tracer, provider: other.name, baseURL: other.baseURL))
        }
    }

    /// The time of a question that every provider is asked in vain but the last.
    static func longestCall(_ configuration: HearthConfiguration) -> Duration {
        configuration.gateway.providers.reduce(configuration.provider.timeout) { $0 + ($1.timeout ?? configuration.provider.timeout) }
    }

    /// Room for as many calls as the providers may be asked at a time, and for what goes beside them: replies, keys, traces and pings.
    static func curlLimits(_ configuration: HearthConfiguration) -> CurlClient.Limits {
        var limits = CurlClient.Limits()
        let calls = configuration.provider.concurrency * (1 + configuration.gateway.providers.count)
        limits.maximumConnections = max(limits.maximumConnections, calls + 16)
        limits.maximumRequests = max(limits.maximumRequests, calls + 64)
        return limits
    }

    private static func client(
        _ foundation: Foundation, _ curl: CurlClient, _ events: ServiceEvents, name: String, baseURL: String, key: Secret?,
        timeout: Duration?
    ) -> ProviderClient {
        let settings = foundation.configuration.provider
        var provider = ProviderClient.Configuration(baseURL: baseURL, apiKey: key, model: settings.model)
        provider.totalTimeout = timeout ?? settings.timeout
        provider.connectTimeout = min(settings.connectTimeout, provider.totalTimeout)
        provider.maximumResponseBytes = settings.maximumResponseBytes
        provider.streamTimeout = settings.streamTimeout
        provider.streamIdleTimeout = settings.streamIdleTimeout
        // Whole answers and first bytes: after this time the next provider is asked, whatever form the caller wants.
        provider.streamStartTimeout = timeout
        provider.concurrency = settings.concurrency
        provider.queueLength = settings.queueLength
        provider.queueWait = settings.queueWait
        let instruments = UpstreamInstruments(
            registry: foundation.registry, provider: name, models: [settings.model])
        let isOwn = name == providerName(foundation)
        let client = ProviderClient(
            configuration: provider, http: curl, time: foundation.timeSource,
            observer: UpstreamMetrics(
                instruments: instruments, certificates: CertificateInstruments(registry: foundation.registry),
                host: HTTPClientRequest.host(of: baseURL), events: events,
                logger: foundation.logs.logger("hearth.upstream"),
                breakerChanged: { if isOwn { foundation.breaker.note(at: foundation.timeSource.now()) } }))
        // Nobody may ask for hours after the provider has been left alone for its minute.
        foundation.registry.addCollector("provider \(name)") { instruments.setBreaker(UpstreamMetrics.label(of: client.breakerStateNow)) }
        return client
    }

    static func providerSpan(_ foundation: Foundation, _ traces: TraceParts?) -> ProviderSpan {
        ProviderSpan(
            tracer: traces?.tracer, provider: providerName(foundation),
            baseURL: foundation.providerBaseURL)
    }

    static func providerName(_ foundation: Foundation) -> String {
        foundation.configuration.provider.isSimulated ? "simulator" : "openai"
    }
}
