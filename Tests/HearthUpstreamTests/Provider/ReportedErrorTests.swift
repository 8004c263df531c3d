import HearthDrivers
import HearthTelemetry
import Testing

@testable import HearthUpstream

@Suite("Errors that a provider reports in the middle of a stream")
struct ReportedErrorTests {
    @Test(
        "One that blames the request is the caller's own, every other one is the provider's",
        arguments: [
            (#"{"error":{"message":"too long","code":400}}"#, .clientError(status: 400)),
            (#"{"error":{"message":"too long","code":499}}"#, .clientError(status: 499)),
            (#"{"error":{"message":"too long","status":413}}"#, .clientError(status: 413)),
            (#"{"code":422,"error":{"message":"too long"}}"#, .clientError(status: 422)),
            (#"{"error":{"code":"context_length_exceeded","type":"invalid_request_error"}}"#, .clientError(status: 400)),
            (#"{"error":{"code":null,"type":"invalid_request_error"}}"#, .clientError(status: 400)),
            (#"{"error":{"code":429,"type":"rate_limit_error"}}"#, .rateLimited),
            (#"{"error":{"code":399}}"#, .network), (#"{"error":{"code":500}}"#, .network), (#"{"error":{"code":408}}"#, .network),
            // The number says more than the word.
            (#"{"error":{"code":502,"type":"invalid_request_error"}}"#, .network),
            (#"{"error":{"message":"overloaded","type":"server_error"}}"#, .network), (#"{"error":"out of memory"}"#, .network),
        ] as [(String, UpstreamError.Kind)])
    func kinds(event: String, kind: UpstreamError.Kind) throws {
        let tree = try #require(JSONTree(event.utf8))
        let error = UpstreamError.reported(tree)
        #expect(error.kind == kind)
        #expect(error.streamFault == .reported)
        #expect(error.countsAsFailure == (kind == .network))
        #expect(error.refusal == ProviderRefusal(status: 502, body: Array(event.utf8)), "the provider's own words are passed on")
    }

    @Test(
        "Five streams that end so open the breaker only where the fault is the provider's",
        arguments: [(#"{"error":{"code":400}}"#, CircuitBreaker.State.closed), (#"{"error":{"code":500}}"#, .open)])
    func breaker(event: String, state: CircuitBreaker.State) async throws {
        let tree = try #require(JSONTree(event.utf8))
        let client = ProviderClient(
            configuration: .init(baseURL: "https://api.example/v1", model: "gpt-4o-mini"), http: ScriptedHTTP([ScriptedHTTP.answer()]),
            time: ManualTimeSource(now: Timestamp(milliseconds: 1_795_369_200_000)))
        for _ in 0..<5 {
            let stream = try await client.open(ForwardedCall(path: "/chat/completions", model: "gpt-4o-mini"))
            stream.end(error: .reported(tree))
        }
        #expect(client.breakerState == state)
    }
}
