import HearthDrivers
import HearthTelemetry
import HearthUpstream
import Synchronization
import Testing

@testable import HearthServer

@Suite("Asking the providers in their order")
struct GatewayProvidersTests {
    private let time = ManualTimeSource(now: Timestamp(seconds: 1_800_000_000))
    private let providers: GatewayProviders

    init() throws {
        let client = ProviderClient(
            configuration: .init(baseURL: "http://127.0.0.1:9/v1", model: "m"), http: try CurlClient(), time: time)
        let spans = ProviderSpan(tracer: nil, provider: "main", baseURL: "http://127.0.0.1:9/v1")
        providers = GatewayProviders(
            main: .init(name: "main", client: client, spans: spans), others: [], choice: ProviderChoice(routes: [:], main: "main"),
            hedgeAfter: nil, longestHold: .seconds(120), instruments: GatewayInstruments(registry: MetricRegistry()), timeSource: time)
    }

    /// Whether the provider was asked, and what came of it.
    private func ask(status: Int?) async -> (wasAsked: Bool, error: UpstreamError?) {
        let asked = Mutex(false)
        do throws(UpstreamError) {
            _ = try await providers.first(.chat, of: "m") { _, _ in
                asked.withLock { $0 = true }
                return status.map { .failure(UpstreamError(kind: .serverError(status: $0), message: "")) } ?? .success(1)
            }
            return (asked.withLock { $0 }, nil)
        } catch {
            return (asked.withLock { $0 }, error)
        }
    }

    @Test("One that fails again and again is left alone for a moment, and asked as ever once it has answered")
    func failing() async {
        for _ in 1...ProviderHolds.failuresInARow { #expect(await ask(status: 500).wasAsked) }
        let held = await ask(status: nil)
        #expect(!held.wasAsked && held.error?.kind == .serverError(status: 500) && held.error?.retryAfter == ProviderHolds.firstHold)
        #expect(providers.held == 1)
        time.advance(by: ProviderHolds.firstHold)
        #expect(await ask(status: nil).wasAsked)
        for _ in 1..<ProviderHolds.failuresInARow { #expect(await ask(status: 500).wasAsked) }
        #expect(await ask(status: nil).wasAsked)
    }
}
