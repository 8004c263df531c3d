import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Logging
import Synchronization
import Testing

@testable import HearthServer
@testable import HearthUpstream

@Suite("Provider client", .timeLimit(.minutes(10)))
struct ProviderClientTests {
    private let time = ManualTimeSource(now: Timestamp(milliseconds: 1_795_369_200_000))
    private let observer = RecordingObserver()

    private func client(_ http: any HTTPSending, _ change: (inout ProviderClient.Configuration) -> Void = { _ in }) -> ProviderClient {
        var configuration = ProviderClient.Configuration(
            baseURL: "https://api.example/v1/", apiKey: Secret("sk-hunter2"), model: "gpt-4o-mini")
        change(&configuration)
        return ProviderClient(
            configuration: configuration, http: http, time: time, observer: observer,
            // A pause moves the clock in place of waiting.
            pause: { [time] in time.advance(by: $0) }, unitRandom: { 0.5 })
    }

    private func failure(_ client: ProviderClient) async -> UpstreamError? {
        do throws(UpstreamError) {
            _ = try await client.complete(ChatQuestion(userText: "Do you sell gift cards?"))
            return nil
        } catch {
            return error
        }
    }

    @Test("The question, the conversation and the identifiers are sent in the provider's form")
    func request() async throws {
        let http = ScriptedHTTP([ScriptedHTTP.answer()])
        let question = ChatQuestion(
            systemPrompt: "Be brief.", earlierMessages: [.init(role: .user, content: "Hi"), .init(role: .assistant, content: "Hello")],
            userText: "Сколько \"стоит\"?")
        let answer = try await client(http).complete(question, requestID: "req-1", traceparent: "00-abc-def-01", tracestate: "a=1")
        #expect(answer.text == "Yes, we sell gift cards.")
        let request = try #require(http.requests.first)
        #expect(request.url == "https://api.example/v1/chat/completions")
        #expect(request.method == .post)
        let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
        #expect(headers["Authorization"] == "Bearer sk-hunter2")
        #expect(headers["X-Request-Id"] == "req-1")
        #expect(headers["traceparent"] == "00-abc-def-01" && headers["tracestate"] == "a=1")
        #expect(headers["Content-Type"] == "application/json")
        let expected =
            #"{"logprobs":true,"messages":[{"content":"Be brief.","role":"system"},{"content":"Hi","role":"user"},"#
            + #"{"content":"Hello","role":"assistant"},{"content":"Сколько \"стоит\"?","role":"user"}],"model":"gpt-4o-mini"}"#
        #expect(String(decoding: request.body, as: UTF8.self) == expected)
    }

    @Test("The end of the provider's certificate is told when a handshake showed it, and is a metric then")
    func certificateEnd() async throws {
        let end = Timestamp(seconds: 1_800_000_000)
        var shown = HTTPClientResponse(
            status: 200, headers: HTTPClientHeaders([("Content-Type", "application/json")]), body: Array(completionBody().utf8))
        let plain = shown
        shown.certificateEnd = end
        let client = client(ScriptedHTTP([.success(plain), .success(shown), .success(plain), .success(shown)]))
        for number in 0..<3 { _ = try await client.complete(ChatQuestion(userText: "\(number)")) }
        #expect(observer.heard.certificateEnds == [end])
        // A streamed answer tells it as well.
        try await client.open(ForwardedCall(path: "/chat/completions", model: "gpt-4o-mini")).end()
        #expect(observer.heard.certificateEnds == [end, end])

        let registry = MetricRegistry()
        let metrics = UpstreamMetrics(
            instruments: UpstreamInstruments(registry: registry, provider: "openai", models: ["gpt-4o-mini"]),
            certificates: CertificateInstruments(registry: registry), host: "api.example",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        metrics.certificateShown(expiresAt: end)
        let samples = MetricSamples(String(decoding: registry.render(.text), as: UTF8.self))
        #expect(samples.value("hearth_certificate_expiry_timestamp_seconds", ["peer": "provider"]) == 1_800_000_000)
        #expect(samples.value("hearth_certificate_expiry_timestamp_seconds", ["peer": "redis"]) == 0)
    }

    @Test("Without a key, an identifier or probabilities nothing of them is sent")
    func plainRequest() async throws {
        let http = ScriptedHTTP([ScriptedHTTP.answer()])
        let client = client(http) {
            $0.apiKey = nil
            $0.requestsLogprobs = false
        }
        _ = try await client.complete(ChatQuestion(userText: "x"))
        let request = try #require(http.requests.first)
        #expect(request.headers.map(\.name) == ["Content-Type", "Accept"])
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"messages":[{"content":"x","role":"user"}],"model":"gpt-4o-mini"}"#)
    }

    @Test(
        "Each failure has its kind, label, status and number of attempts",
        arguments: [
            (ScriptedHTTP.failure(.connect), "network", 502, 2), (ScriptedHTTP.failure(.resolve), "network", 502, 2),
            (ScriptedHTTP.failure(.connectTimeout), "timeout", 504, 2), (ScriptedHTTP.failure(.totalTimeout), "timeout", 504, 1),
            (ScriptedHTTP.failure(.tls), "network", 502, 1), (ScriptedHTTP.failure(.reset), "network", 502, 1),
            (ScriptedHTTP.failure(.emptyReply), "network", 502, 1), (ScriptedHTTP.failure(.tooLarge), "other", 502, 1),
            (ScriptedHTTP.answer("{}", status: 401), "auth", 502, 1), (ScriptedHTTP.answer("{}", status: 403), "auth", 502, 1),
            (ScriptedHTTP.answer("{}", status: 429), "rate_limited", 429, 2), (ScriptedHTTP.answer("{}", status: 400), "4xx", 502, 1),
            (ScriptedHTTP.answer("{}", status: 404), "4xx", 502, 1), (ScriptedHTTP.answer("{}", status: 302), "4xx", 502, 1),
            (ScriptedHTTP.answer("{}", status: 500), "5xx", 502, 2), (ScriptedHTTP.answer("{}", status: 503), "5xx", 502, 2),
            (ScriptedHTTP.answer("{}", status: 529), "5xx", 502, 2), (ScriptedHTTP.answer("{}", status: 200), "other", 502, 1),
        ])
    func failures(outcome: ScriptedHTTP.Outcome, errorType: String, status: Int, attempts: Int) async {
        let http = ScriptedHTTP([outcome])
        let error = await failure(client(http))
        #expect(error?.errorType == errorType)
        #expect(error?.suggestedStatus == status)
        #expect(http.requests.count == attempts)
        #expect(observer.heard.calls.map(\.errorType) == [errorType])
        #expect(observer.heard.retries.count == attempts - 1)
        #expect(error.map { "\($0)".contains("hunter2") } == false)
        #expect(error.map { "\($0)".contains("gift cards") } == false)
    }

    @Test(
        "A retry that succeeds is an answer, one call and one counted retry",
        arguments: [
            (ScriptedHTTP.failure(.connect), RetryPolicy.Reason.network), (ScriptedHTTP.answer("{}", status: 500), .serverError),
            (ScriptedHTTP.answer("{}", status: 429, retryAfter: "5"), .rateLimited),
        ])
    func retried(first: ScriptedHTTP.Outcome, reason: RetryPolicy.Reason) async throws {
        let http = ScriptedHTTP([first, ScriptedHTTP.answer()])
        let answer = try await client(http).complete(ChatQuestion(userText: "x"))
        #expect(observer.heard.calls.count == 1)
        #expect(observer.heard.calls.first?.errorType == nil)
        #expect(observer.heard.calls.first?.usage == ProviderUsage(inputTokens: 12, outputTokens: 6))
        #expect(observer.heard.retries == [reason])
        let pause = Duration.milliseconds(reason == .rateLimited ? 5200 : 200)
        #expect(answer.duration == pause)
        // The second attempt has what the first and the pause have left.
        #expect(http.requests.last?.totalTimeout == .seconds(30) - pause)
    }

    @Test(
        "Retry-After is handed on within 1 to 120 s, and is not waited for beyond the whole time",
        arguments: [
            ("0", 1, 2), ("3600", 120, 1), ("garbage", 1, 2), ("-7", 1, 2), ("28", 28, 2), ("29", 29, 1),
        ])
    func retryAfter(header: String, seconds: Int, attempts: Int) async {
        let http = ScriptedHTTP([ScriptedHTTP.answer("{}", status: 429, retryAfter: header)])
        let client = client(http) { $0.retryPolicy.firstPause = .seconds(2) }
        let error = await failure(client)
        #expect(error?.retryAfterSeconds == seconds)
        #expect(http.requests.count == attempts)
    }

    @Test("A connection that was closed and replaced inside the driver is counted as a retry")
    func driverRetry() async throws {
        var response = try ScriptedHTTP.answer().get()
        response.connectionRetries = 1
        _ = try await client(ScriptedHTTP([.success(response)])).complete(ChatQuestion(userText: "x"))
        #expect(observer.heard.retries == [.network])
    }

    @Test("Five failing calls open the breaker; then nothing is sent for a minute, then one probe")
    func breaker() async throws {
        let http = ScriptedHTTP([ScriptedHTTP.failure(.reset)])
        let client = client(http)
        for _ in 0..<5 { #expect(await failure(client)?.kind == .network) }
        #expect(client.breakerState == .open)
        let refused = await failure(client)
        #expect(refused?.kind == .breakerOpen)
        #expect(refused?.retryAfterSeconds == 60)
        #expect(refused?.suggestedStatus == 502)
        #expect(http.requests.count == 5)
        #expect(observer.heard.calls.count == 5, "a refused call says nothing of the provider")
        #expect(observer.heard.refusals == 1)
        #expect(client.breakerStateNow == .open)

        time.advance(by: .seconds(60))
        #expect(client.breakerStateNow == .halfOpen, "the next call will be let through")
        #expect(client.breakerState == .open)
        http.replaceOutcomes([ScriptedHTTP.answer()])
        #expect(await failure(client) == nil)
        #expect(client.breakerState == .closed)
        #expect(observer.heard.breaker == [.closed, .open, .halfOpen, .closed])
    }

    @Test("Refused keys, refused questions and rate limits never open the breaker", arguments: [400, 401, 429])
    func breakerStaysClosed(status: Int) async {
        let client = client(ScriptedHTTP([ScriptedHTTP.answer("{}", status: status)]))
        for _ in 0..<20 { _ = await failure(client) }
        #expect(client.breakerState == .closed)
    }

    @Test("In a long outage with the breaker off, retries stay near a tenth of the calls")
    func retryBudget() async {
        let http = ScriptedHTTP([ScriptedHTTP.failure(.connect)])
        let client = client(http) { $0.breakerPolicy.failuresToOpen = .max }
        for _ in 0..<500 { _ = await failure(client) }
        #expect((550...565).contains(http.requests.count))
    }

    @Test("More calls than slots and queue are refused at once with a 503; the others are answered")
    func overload() async {
        let gate = Gate()
        let http = ScriptedHTTP([ScriptedHTTP.answer()], beforeAnswer: { await gate.pass() })
        let configuration = {
            var configuration = ProviderClient.Configuration(baseURL: "http://api.example", model: "gpt-4o-mini")
            (configuration.concurrency, configuration.queueLength) = (2, 3)
            return configuration
        }()
        let client = ProviderClient(configuration: configuration, http: http, time: time, observer: observer)
        await withTaskGroup(of: UpstreamError?.self) { group in
            for _ in 0..<5 { group.addTask { await failure(client) } }
            while client.callsInFlight + client.callsWaiting < 5 { await Task.yield() }
            let refused = await failure(client)
            #expect(refused?.kind == .overloaded)
            #expect(refused?.suggestedStatus == 503)
            #expect(refused?.retryAfterSeconds == 1)
            gate.open()
            for await error in group { #expect(error == nil) }
        }
        #expect(client.callsInFlight == 0)
        #expect(observer.heard.inFlight.max() == 2)
        #expect(observer.heard.inFlight.last == 0)
        #expect(observer.heard.waits.count == 5)
    }

    @Test("Fields that could not be true are reported")
    func invalidFields() async throws {
        let http = ScriptedHTTP([ScriptedHTTP.answer(completionBody(usage: #"{"prompt_tokens":-1,"completion_tokens":1}"#))])
        _ = try await client(http).complete(ChatQuestion(userText: "x"))
        #expect(observer.heard.invalid == [.usage])
    }
}

/// Holds tasks until it is opened.
private final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
