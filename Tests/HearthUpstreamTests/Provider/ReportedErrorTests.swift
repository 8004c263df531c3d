import HearthDrivers
import HearthTelemetry
import Testing

@testable import HearthUpstream

@Suite("Errors that a provider reports in a stream, and streams that break off")
struct ReportedErrorTests {
    @Test(
        "One that blames the request is the caller's own, every other one is the provider's, and each has the status that it says",
        arguments: [
            (#"{"error":{"message":"too long","code":400}}"#, .clientError(status: 400), 400),
            (#"{"error":{"message":"too long","code":499}}"#, .clientError(status: 499), 499),
            (#"{"error":{"message":"too long","status":413}}"#, .clientError(status: 413), 413),
            (#"{"code":422,"error":{"message":"too long"}}"#, .clientError(status: 422), 422),
            (#"{"error":{"code":"context_length_exceeded","type":"invalid_request_error"}}"#, .clientError(status: 400), 400),
            (#"{"error":{"code":null,"type":"invalid_request_error"}}"#, .clientError(status: 400), 400),
            (#"{"error":{"code":429,"type":"rate_limit_error"}}"#, .rateLimited, 429),
            // Some write numbers as text.
            (#"{"error":{"message":"too long","code":"400"}}"#, .clientError(status: 400), 400),
            (#"{"error":{"code":"429"}}"#, .rateLimited, 429), (#"{"error":{"code":"503"}}"#, .network, 503),
            (#"{"error":{"code":500}}"#, .network, 500), (#"{"error":{"code":408}}"#, .network, 408),
            // What is no status says nothing.
            (#"{"error":{"code":399}}"#, .network, 502), (#"{"error":{"code":600}}"#, .network, 502),
            (#"{"error":{"code":1213,"type":"invalid_request_error"}}"#, .clientError(status: 400), 400),
            (#"{"error":{"code":20012,"status":404}}"#, .clientError(status: 404), 404),
            // The number says more than the word.
            (#"{"error":{"code":503,"type":"invalid_request_error"}}"#, .network, 503),
            (#"{"error":{"message":"overloaded","type":"server_error"}}"#, .network, 502),
            (#"{"error":"out of memory"}"#, .network, 502),
        ] as [(String, UpstreamError.Kind, Int)])
    func kinds(event: String, kind: UpstreamError.Kind, status: Int) throws {
        let tree = try #require(JSONTree(event.utf8))
        let error = UpstreamError.reported(tree)
        #expect(error.kind == kind)
        #expect(error.streamFault == .reported)
        #expect(error.countsAsFailure == (kind == .network))
        #expect(error.refusal == ProviderRefusal(status: status, body: Array(event.utf8)), "the provider's own words are passed on")
    }

    @Test(
        "What is said about a refused key is not passed on, since it may show a part of it, and says nothing of the provider's health",
        arguments: [
            #"{"error":{"message":"Incorrect API key: sk-12**34","code":401}}"#,
            #"{"error":{"message":"Incorrect API key: sk-12**34","code":"401"}}"#,
            #"{"error":{"message":"Incorrect API key: sk-12**34","type":"invalid_request_error","code":"invalid_api_key"}}"#,
            #"{"error":{"message":"Incorrect API key: sk-12**34","type":"authentication_error","code":"invalid_request_error"}}"#,
            #"{"error":"Incorrect API key: sk-12**34","code":"invalid_api_key"}"#,
        ])
    func refusedKey(event: String) throws {
        let error = UpstreamError.reported(try #require(JSONTree(event.utf8)))
        #expect(error.kind == .auth && error.refusal == nil && error.streamFault == .reported)
        #expect(!error.countsAsFailure && !error.description.contains("sk-12"))
    }

    @Test(
        "Five streams that end so open the breaker only where the fault is the provider's",
        arguments: [
            (#"{"error":{"code":400}}"#, .closed), (#"{"error":{"code":"400"}}"#, .closed), (#"{"error":{"code":401}}"#, .closed),
            (#"{"error":{"code":500}}"#, .open),
        ] as [(String, CircuitBreaker.State)])
    func breaker(event: String, state: CircuitBreaker.State) async throws {
        let tree = try #require(JSONTree(event.utf8))
        #expect(try await Self.breakerState(after: .reported(tree)) == state)
    }

    @Test(
        "Five streams that cannot be read leave the breaker closed, five that do not come to their end open it",
        arguments: [(.invalid, .closed), (.tooLarge, .closed), (.cut, .open), (nil, .open)]
            as [(UpstreamError.StreamFault?, CircuitBreaker.State)])
    func unusable(fault: UpstreamError.StreamFault?, state: CircuitBreaker.State) async throws {
        let error = UpstreamError.brokenStream("it is odd", fault)
        #expect(error.streamFault == fault)
        #expect(try await Self.breakerState(after: error) == state)
    }

    private static func breakerState(after error: UpstreamError) async throws -> CircuitBreaker.State {
        let client = ProviderClient(
            configuration: .init(baseURL: "https://api.example/v1", model: "gpt-4o-mini"), http: ScriptedHTTP([ScriptedHTTP.answer()]),
            time: ManualTimeSource(now: Timestamp(milliseconds: 1_795_369_200_000)))
        for _ in 0..<5 {
            let stream = try await client.open(ForwardedCall(path: "/chat/completions", model: "gpt-4o-mini"))
            stream.end(error: error)
        }
        return client.breakerState
    }
}
