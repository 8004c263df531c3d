import HearthDrivers
import HearthTelemetry
import HearthTestKit

@testable import HearthUpstream

/// A client of a provider that answers with just the bytes, pauses and cuts that a test wrote down.
enum ScriptedProvider {
    /// Nothing is tried again, and the breaker stays closed, unless the test changes that.
    static func with(
        _ script: @escaping ScriptedServer.Script, _ change: (inout ProviderClient.Configuration) -> Void, time: any TimeSource,
        observer: any UpstreamObserver, _ body: (ProviderClient, ScriptedServer, CurlClient) async throws -> Void
    ) async throws {
        let http = try CurlClient()
        let server = try await ScriptedServer.start(script)
        var configuration = ProviderClient.Configuration(baseURL: server.url + "/v1", model: "gpt-4o-mini")
        configuration.retryPolicy.maximumRetries = 0
        configuration.breakerPolicy.failuresToOpen = .max
        change(&configuration)
        let client = ProviderClient(configuration: configuration, http: http, time: time, observer: observer)
        do {
            try await body(client, server, http)
        } catch {
            await http.shutdown()
            await server.stop()
            throw error
        }
        await http.shutdown()
        await server.stop()
    }
}
