import Foundation
import HearthDrivers
import HearthServer
import HearthTelemetry
import HearthUpstream
import Logging
import Testing

/// The provider simulator as a provider client sees it.
@Suite("Provider simulator", .timeLimit(.minutes(10)))
struct ProviderSimulatorTests {
    private struct Running {
        let simulator: ProviderSimulator
        let http: CurlClient
        let baseURL: String
        let provider: ProviderClient
        var root: String { String(baseURL.dropLast(3)) }

        func post(_ path: String, _ body: String) async throws -> HTTPClientResponse {
            try await http.send(
                HTTPClientRequest(
                    method: .post, url: root + path, headers: [.init("Content-Type", "application/json")], body: Array(body.utf8)))
        }

        func behave(_ json: String) async throws {
            let response = try await post("/simulator/behavior", json)
            #expect(response.status == 200)
        }

        func ask(_ question: String) async -> Result<ProviderAnswer, UpstreamError> {
            do throws(UpstreamError) {
                return .success(try await provider.complete(ChatQuestion(systemPrompt: "Be brief.", userText: question)))
            } catch {
                return .failure(error)
            }
        }
    }

    private func withSimulator(
        _ behavior: SimulatorBehavior = SimulatorBehavior(latencyMilliseconds: 0),
        _ body: @escaping @Sendable (Running) async throws -> Void
    ) async throws {
        var options = ProviderSimulator.Options()
        options.behavior = behavior
        let simulator = ProviderSimulator(options: options, logger: Logger(label: "simulator") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await simulator.run() }
            let baseURL = try await simulator.baseURL()
            let http = try CurlClient()
            var configuration = ProviderClient.Configuration(baseURL: baseURL, model: "gpt-4o-mini")
            configuration.retryPolicy.maximumRetries = 0
            configuration.breakerPolicy.failuresToOpen = .max
            configuration.totalTimeout = .seconds(3)
            let provider = ProviderClient(configuration: configuration, http: http, time: SystemTimeSource())
            defer { group.cancelAll() }
            do {
                try await body(Running(simulator: simulator, http: http, baseURL: baseURL, provider: provider))
            } catch {
                await http.shutdown()
                throw error
            }
            await http.shutdown()
        }
    }

    @Test(
        "The example question has its answer, named as simulated, and sure enough to be kept",
        arguments: [
            ("Do you sell gift cards?", "Yes, we sell gift cards. (simulated answer)"),
            ("¿Venden tarjetas de regalo?", "Sí, vendemos tarjetas de regalo. (respuesta simulada)"),
            ("Вы продаёте подарочные карты?", "Да, мы продаём подарочные карты. (смоделированный ответ)"),
            ("Vocês vendem cartões-presente?", "Sim, vendemos cartões-presente. (resposta simulada)"),
            ("האם אתם מוכרים כרטיסי מתנה?", "כן, אנחנו מוכרים כרטיסי מתנה. (תשובה מדומה)"),
        ])
    func knownQuestion(question: String, text: String) async throws {
        try await withSimulator { running in
            let answer = try await running.ask(question).get()
            #expect(answer.text == text)
            #expect(answer.isComplete)
            #expect(answer.isSimulated)
            #expect((0.7...1).contains(answer.meanTokenProbability ?? 0))
            #expect(answer.invalidFields.isEmpty)
            #expect((answer.usage?.inputTokens ?? 0) > 0 && (answer.usage?.outputTokens ?? 0) > 0)
        }
    }

    @Test(
        "Any other answer quotes its question in its language, the same every time",
        arguments: [
            ("How long is a haircut?", "(simulated answer)"), ("Сколько длится стрижка?", "(смоделированный ответ)"),
            ("¿Cuánto dura un corte?", "(respuesta simulada)"), ("Quanto tempo demora um corte, você sabe?", "(resposta simulada)"),
            ("כמה זמן לוקחת תספורת?", "(תשובה מדומה)"),
        ])
    func otherQuestions(question: String, marker: String) async throws {
        try await withSimulator { running in
            let first = try await running.ask(question).get()
            let second = try await running.ask(question).get()
            #expect(first.text.contains(question))
            #expect(first.text.hasSuffix(marker))
            #expect(first.text == second.text)
            #expect(first.meanTokenProbability == second.meanTokenProbability)
            #expect((first.meanTokenProbability ?? 0) >= 0.7)
        }
    }

    @Test(
        "Every way to go wrong is seen as such by the client",
        arguments: [
            ("html", "other"), ("invalid_json", "other"), ("empty", "other"), ("error_object", "other"), ("huge", "other"),
            ("slow_body", "timeout"),
        ])
    func lies(mode: String, errorType: String) async throws {
        try await withSimulator { running in
            try await running.behave(#"{"mode":"\#(mode)"}"#)
            guard case .failure(let error) = await running.ask("x") else {
                Issue.record("mode \(mode) was taken for an answer")
                return
            }
            #expect(error.errorType == errorType)
        }
    }

    @Test("Swapped answers are those to the question before, changing ones differ each time")
    func otherAnswers() async throws {
        try await withSimulator { running in
            _ = try await running.ask("Where are you?").get()
            try await running.behave(#"{"mode":"swapped"}"#)
            let first = try await running.ask("How much is a haircut?").get().text
            #expect(first.contains("Where are you?") && !first.contains("haircut"))
            #expect(try await running.ask("Where are you?").get().text.contains("haircut"))
            try await running.behave(#"{"mode":"changing"}"#)
            let changing = try await [running.ask("Where are you?").get().text, running.ask("Where are you?").get().text]
            #expect(changing.allSatisfy { $0.contains("Where are you?") } && changing[0] != changing[1])
        }
    }

    @Test("Refusals, cut, unsure and wrongly counted answers are answers that say so")
    func doubtful() async throws {
        try await withSimulator { running in
            func answer(_ mode: String) async throws -> ProviderAnswer {
                try await running.behave(#"{"mode":"\#(mode)"}"#)
                return try await running.ask("x").get()
            }
            let refused = try await answer("refusal")
            #expect(refused.refusal != nil)
            let cut = try await answer("length")
            #expect(!cut.isComplete)
            let unsure = try await answer("low_confidence")
            #expect((unsure.meanTokenProbability ?? 1) < 0.7)
            let negative = try await answer("usage_negative")
            #expect(negative.usage == ProviderUsage(inputTokens: 0, outputTokens: ProviderUsage.maximumTokens))
            let missing = try await answer("usage_missing")
            #expect(missing.usage == nil)
        }
    }

    @Test("A configured status is given with its Retry-After until it is taken back")
    func status() async throws {
        try await withSimulator { running in
            try await running.behave(#"{"status":429,"retryAfter":"3600"}"#)
            guard case .failure(let error) = await running.ask("x") else {
                Issue.record("There was an answer in place of a 429.")
                return
            }
            #expect(error.kind == .rateLimited)
            #expect(error.retryAfterSeconds == 120)
            try await running.behave(#"{"status":0}"#)
            let answer = try await running.ask("x").get()
            #expect(answer.isSimulated)
        }
    }

    @Test("An error rate of a half fails about half of the calls, the same with the same seed")
    func errorRate() async throws {
        try await withSimulator(SimulatorBehavior(latencyMilliseconds: 0, errorRate: 0.5)) { running in
            var failed = 0
            for _ in 0..<200 { if case .failure = await running.ask("x") { failed += 1 } }
            #expect((70...130).contains(failed))
            #expect(running.simulator.counts.failures == failed)
        }
    }

    @Test(
        "Behaviour out of range or malformed is refused and changes nothing",
        arguments: [
            #"{"errorRate":2}"#, #"{"status":99}"#, #"{"mode":"unknown"}"#, "[]", "", #"{"latencyMilliseconds":-1}"#,
            #"{"retryAfter":"a\r\nX: y"}"#,
        ])
    func badBehavior(json: String) async throws {
        try await withSimulator { running in
            let refused = try await running.post("/simulator/behavior", json)
            #expect(refused.status == 400)
            let answer = try await running.ask("x").get()
            #expect(answer.isComplete)
        }
    }

    @Test("Requests are counted, and the count is readable and can start again")
    func counts() async throws {
        try await withSimulator { running in
            for _ in 0..<3 { _ = await running.ask("x") }
            let response = try await running.http.send(HTTPClientRequest(url: running.root + "/simulator/requests"))
            let counts = try JSONDecoder().decode(SimulatorCounts.self, from: Data(response.body))
            #expect(counts.chatCompletions == 3)
            #expect(counts.inFlight == 0)
            _ = try await running.http.send(HTTPClientRequest(method: .delete, url: running.root + "/simulator/requests"))
            #expect(running.simulator.counts.chatCompletions == 0)
        }
    }

    @Test("A stream joins to the same text as the whole answer and ends with the usage and the end mark")
    func stream() async throws {
        try await withSimulator { running in
            let messages = #""messages":[{"role":"user","content":"Do you sell gift cards?"}]"#
            let body = #"{"model":"m",\#(messages),"stream":true,"stream_options":{"include_usage":true}}"#
            let response = try await running.post("/v1/chat/completions", body)
            #expect(response.headers["Content-Type"] == "text/event-stream")
            #expect(response.headers["X-Hearth-Simulated"] == "true")
            let events = String(decoding: response.body, as: UTF8.self).split(separator: "\n\n").map { $0.dropFirst(6) }
            #expect(events.last == "[DONE]")
            let chunks = try events.dropLast().map { try JSONDecoder().decode(Chunk.self, from: Data($0.utf8)) }
            #expect(chunks.flatMap(\.choices).compactMap(\.delta.content).joined() == "Yes, we sell gift cards. (simulated answer)")
            #expect(chunks.flatMap(\.choices).last?.finish_reason == "stop")
            #expect(chunks.last?.usage != nil && chunks.dropLast().allSatisfy { $0.usage == nil })
            #expect(running.simulator.counts.streamed == 1)
        }
    }

    @Test("Models are listed, and embeddings are unit vectors that depend on the text alone")
    func otherRoutes() async throws {
        try await withSimulator { running in
            let models = try await running.http.send(HTTPClientRequest(url: running.baseURL + "/models"))
            #expect(String(decoding: models.body, as: UTF8.self).contains(#""id":"gpt-4o-mini""#))
            let response = try await running.post("/v1/embeddings", #"{"model":"e","input":["a","b","a"],"dimensions":8}"#)
            let vectors = try JSONDecoder().decode(Vectors.self, from: Data(response.body)).data.map(\.embedding)
            #expect(vectors.count == 3)
            #expect(vectors[0] == vectors[2] && vectors[0] != vectors[1])
            for vector in vectors { #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-9 && vector.count == 8) }
        }
    }

    @Test("A request without messages is refused in the provider's form", arguments: ["", "{}", #"{"messages":[]}"#, "[1]"])
    func badRequest(body: String) async throws {
        try await withSimulator { running in
            let response = try await running.post("/v1/chat/completions", body)
            #expect(response.status == 400)
            #expect(String(decoding: response.body, as: UTF8.self).contains("invalid_request_error"))
        }
    }

    @Test("A port that is taken is an error for those who wait for it and for the one who runs it")
    func portTaken() async throws {
        try await withSimulator { running in
            var options = ProviderSimulator.Options()
            options.port = try await running.simulator.boundPort()
            let second = ProviderSimulator(options: options, logger: Logger(label: "simulator") { _ in SwiftLogNoOpLogHandler() })
            await #expect(throws: (any Error).self) { try await second.run() }
            await #expect(throws: (any Error).self) { try await second.boundPort() }
        }
    }

    private struct Chunk: Decodable {
        struct Choice: Decodable {
            struct Delta: Decodable {
                var content: String?
            }

            var delta: Delta
            var finish_reason: String?
        }

        struct Usage: Decodable {
            var prompt_tokens: Int
        }

        var choices: [Choice]
        var usage: Usage?
    }

    private struct Vectors: Decodable {
        struct Vector: Decodable {
            var embedding: [Double]
        }

        var data: [Vector]
    }
}
