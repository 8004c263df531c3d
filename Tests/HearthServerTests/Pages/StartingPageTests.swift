import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Logging
import ServiceLifecycle
import Testing

@testable import HearthServer

/// The service's own parts behind its own listener, which never say that they are ready: a real start is over too soon to be asked.
@Suite("Pages while the service starts", .timeLimit(.minutes(1)))
struct StartingPageTests {
    @Test("Every view shows how far the start has come, with 503 and when to ask again, and itself once it is over")
    func steps() async throws {
        let folder = try TemporaryFolder()
        try await withListener(folder) { port, foundation, health in
            foundation.start.begin(.stores)
            for view in ["", "/savings", "/health", "/runs/019ab5f2"] {
                let page = try await get(view, port)
                #expect(page.status == 503 && page.header("Retry-After") == "1", "\(view): \(page.head)")
                #expect(page.header("Content-Type") == "text/html; charset=utf-8" && page.header("Cache-Control") == "no-store")
                #expect(page.header("Content-Security-Policy")?.hasPrefix("default-src 'none'; ") == true)
                let text = String(decoding: page.body, as: UTF8.self)
                let steps = text.matches(of: /<li class="(done|running|waiting)"><bdi lang="en">([a-z ]+)<\/bdi>/)
                #expect(
                    steps.map { "\($0.2): \($0.1)" } == [
                        "read the configuration: done", "take the data folder: done", "look for the configured servers: done",
                        "open the stores: running", "open the listeners: waiting",
                    ])
                #expect(text.contains("<title>Starting · Hearth</title>"))
            }
            #expect(String(decoding: try await get("", port).body, as: UTF8.self).contains(" data-seconds=\"1\""))
            let saving = try await get("", port, "Save-Data: on\r\n")
            #expect(!String(decoding: saving.body, as: UTF8.self).contains(" data-seconds="))

            // What the script of the open page asks for: the steps alone, and nothing where they are the same.
            let part = try await get("", port, "Hearth-Fragment: 1\r\n")
            #expect(part.status == 503 && String(decoding: part.body, as: UTF8.self).hasPrefix("<!--hearth-->"))
            let tag = try #require(part.header("ETag"))
            #expect(try await get("", port, "Hearth-Fragment: 1\r\nIf-None-Match: \(tag)\r\n").status == 304)

            health.becomeReady()
            let ready = try await get("/help", port)
            #expect(ready.status == 200 && ready.header("Retry-After") == nil)
            #expect(!String(decoding: ready.body, as: UTF8.self).contains("id=\"p-fault\""))
        }
    }

    private func get(_ view: String, _ port: Int, _ fields: String = "") async throws -> RawAnswer {
        let connection = try await RawConnection.open(port: port)
        try await connection.send(
            "GET /admin/cache-analytics\(view) HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\(fields)\r\n")
        return try await connection.answer()
    }

    private func withListener(
        _ folder: TemporaryFolder, _ body: (Int, Composition.Foundation, HealthReporter) async throws -> Void
    ) async throws {
        let environment = ["HEARTH_DATA_DIR": folder.path, "HEARTH_HOST": "127.0.0.1", "HEARTH_PORT": "0"]
        let registry = MetricRegistry()
        let logs = LogSetup(level: .error, format: .json, instruments: LogInstruments(registry: registry))
        let foundation = Composition.Foundation(
            configuration: try load(environment: environment).configuration, registry: registry, logs: logs, timeSource: SystemTimeSource(),
            providerBaseURL: "http://127.0.0.1:9")
        let parts = try await Composition.build(foundation, unreachable: [])
        let listening = ListeningPort()
        let servers = try await HTTPServers(parts: parts, foundation: foundation, listening: listening)
        let group = ServiceGroup(services: servers.services, logger: logs.logger("hearth.life"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(try #require(await listening.value()), foundation, parts.health)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await parts.curl.shutdown()
    }
}
