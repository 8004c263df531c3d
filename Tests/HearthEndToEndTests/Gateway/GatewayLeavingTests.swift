import HearthTestKit
import Testing

/// What is counted of a call whose only reader did not stay for its end.
@Suite("Calls that nobody waits for any more", .serialized, .timeLimit(.minutes(3)))
struct GatewayLeavingTests {
    @Test("They are no failure of the provider, nor a call of it", arguments: [(false, false), (true, false), (true, true)])
    func leaving(isStreamed: Bool, hasBegun: Bool) async throws {
        let stage = try await Stage(latencyMilliseconds: hasBegun ? 5 : 20_000)
        // The whole answer would take half a minute.
        if hasBegun { try await stage.provider.behave(#""tokensPerSecond": 0.5"#) }
        let hearth = try await stage.start()
        let connection = try await RawConnection.open(port: hearth.port)
        try await connection.send(ChatBody.raw(ChatBody.question("Do you repair umbrellas?", streamed: isStreamed)))
        try await Deadline.until("the provider is asked") { try await hearth.metrics().value("hearth_upstream_requests_in_flight") == 1 }
        if hasBegun { try await Deadline.until("the first words are there") { connection.received.contains("\"Here\"") } }
        await connection.close()
        try await Deadline.until("the call is over") { try await hearth.metrics().value("hearth_upstream_requests_in_flight") == 0 }
        let count = "gen_ai_client_operation_duration_seconds_count"
        #expect(try await hearth.metrics().value(count) ?? 0 == 0)

        // One that somebody waits for is.
        try await stage.provider.behave(#""latencyMilliseconds": 0, "tokensPerSecond": 0"#)
        #expect(try await hearth.chat("Do you repair umbrellas?").status == 200)
        #expect(try await hearth.metrics().value(count) == 1)
    }
}
