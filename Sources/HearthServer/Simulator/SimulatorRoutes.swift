import Foundation
import HTTPTypes
import HearthTelemetry
import Hummingbird
import NIOCore

/// The simulator's routes.
struct SimulatorRoutes: Sendable {
    /// Larger requests are refused.
    static let maximumRequestBytes = 4 << 20

    private static let models = ["gpt-4o-mini", "gpt-4o", "text-embedding-3-small"]

    let state: SimulatorState
    let seed: UInt64

    func add(to router: Router<BasicRequestContext>) {
        router.post("/v1/chat/completions") { request, _ in try await counted(\.chatCompletions) { try await chat(request) } }
        router.post("/v1/embeddings") { request, _ in
            // Thousands of vectors take a while, for which others would wait.
            try await withTaskExecutorPreference(globalConcurrentExecutor) {
                try await counted(\.embeddings) { try await embeddings(request) }
            }
        }
        router.get("/v1/models") { _, _ in
            state.count(\.models)
            return try json(SimulatorBody.ModelList(data: Self.models.map { SimulatorBody.Model(id: $0) }))
        }
        router.get("/v1/models/{id}") { _, context in
            state.count(\.models)
            let id = try context.parameters.require("id")
            guard Self.models.contains(id) else {
                let failure = SimulatorBody.Failure(
                    "The model '\(id)' does not exist.", type: "invalid_request_error", code: "model_not_found")
                return try json(failure, status: .notFound)
            }
            return try json(SimulatorBody.Model(id: id))
        }
        router.get("/simulator/requests") { _, _ in try json(state.counts) }
        router.delete("/simulator/requests") { _, _ in
            state.resetCounts()
            return try json(state.counts)
        }
        router.get("/simulator/behavior") { _, _ in try json(state.behavior) }
        router.post("/simulator/behavior") { request, _ in
            guard let change = try await body(of: request, as: SimulatorBehavior.Change.self) else {
                return try badRequest("The body is not a JSON object with fields of the simulator's behaviour.")
            }
            let (behavior, fault) = state.change(change)
            if let fault { return try badRequest("\(fault).") }
            return try json(behavior)
        }
    }

    private func chat(_ request: Request) async throws -> Response {
        guard let chat = try await body(of: request, as: SimulatorBody.ChatRequest.self), !chat.messages.isEmpty else {
            return try badRequest("The body is not a chat completion request with messages.")
        }
        if let failure = try await failure() { return failure }
        let behavior = state.behavior
        let reply = SimulatedReply(
            to: chat, after: state.exchangeQuestion(chat.question), behavior: behavior, seed: seed, sequence: state.counts.chatCompletions)
        if chat.stream == true {
            state.count(\.streamed)
            return streamed(reply, behavior: behavior)
        }
        switch behavior.mode {
        case .html:
            return response(ByteBuffer(string: "<html><body><h1>Welcome to the simulated proxy</h1></body></html>"), type: "text/html")
        case .invalidJSON:
            return response(ByteBuffer(bytes: try encode(reply.completion()).dropLast(9)))
        case .errorObject:
            return try json(SimulatorBody.Failure("Simulated error with status 200.", type: "server_error"))
        case .slowBody:
            return dripping(try encode(reply.completion()))
        case .huge:
            return endless()
        case .normal, .empty, .refusal, .length, .lowConfidence, .usageNegative, .usageMissing, .swapped, .changing, .cutStream,
            .stalledStream, .failingStream:
            return try json(reply.completion())
        }
    }

    private func embeddings(_ request: Request) async throws -> Response {
        guard let asked = try await body(of: request, as: SimulatorBody.EmbeddingRequest.self), asked.input.count <= 2048 else {
            return try badRequest("The body is not an embeddings request with 1 to 2048 texts.")
        }
        if let failure = try await failure() { return failure }
        let dimensions = min(max(asked.dimensions ?? 256, 1), 4096)
        let vectors = asked.input.enumerated().map { index, text in
            SimulatorBody.Embeddings.Vector(index: index, embedding: Self.vector(text, dimensions: dimensions, seed: seed))
        }
        let tokens = asked.input.reduce(0) { $0 + SimulatedTokens.count(in: $1) }
        return try json(
            SimulatorBody.Embeddings(
                data: vectors, model: asked.model ?? "text-embedding-3-small", usage: .init(promptTokens: tokens, totalTokens: tokens)))
    }

    /// A unit vector that depends on the text alone.
    private static func vector(_ text: String, dimensions: Int, seed: UInt64) -> [Double] {
        var dice = SplitMix64(seed: seed ^ SimulatedTokens.hash(text))
        let raw = (0..<dimensions).map { _ in Double(dice.next() >> 11) / Double(1 << 52) - 1 }
        let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return raw.map { length > 0 ? $0 / length : 0 }
    }

    /// Waits for the latency, then decides whether this request fails.
    private func failure() async throws -> Response? {
        let behavior = state.behavior
        if behavior.latencyMilliseconds > 0 { try await Task.sleep(for: .milliseconds(behavior.latencyMilliseconds)) }
        guard let status = state.failureStatus() else { return nil }
        state.count(\.failures)
        let type = status == 429 ? "rate_limit_exceeded" : status < 500 ? "invalid_request_error" : "server_error"
        var failure = try json(SimulatorBody.Failure("Simulated failure.", type: type), status: HTTPResponse.Status(code: status))
        if let retryAfter = behavior.retryAfter ?? (status == 429 ? "1" : nil) { failure.headers[.retryAfter] = retryAfter }
        return failure
    }

    private func counted(
        _ counter: any WritableKeyPath<SimulatorCounts, Int> & Sendable,
        _ body: () async throws -> Response
    ) async throws -> Response {
        state.count(counter)
        state.begin()
        defer { state.end() }
        return try await body()
    }
}

extension SimulatorRoutes {
    private func body<Value: Decodable>(of request: Request, as type: Value.Type) async throws -> Value? {
        let buffer = try await request.body.collect(upTo: Self.maximumRequestBytes)
        return try? JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
    }

    private func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }

    private func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        response(ByteBuffer(bytes: try encode(value)), status: status)
    }

    private func badRequest(_ message: String) throws -> Response {
        try json(SimulatorBody.Failure(message, type: "invalid_request_error"), status: .badRequest)
    }

    private func response(_ buffer: ByteBuffer, type: String = "application/json", status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: headers(type), body: ResponseBody(byteBuffer: buffer))
    }

    private func headers(_ type: String) -> HTTPFields {
        var fields = HTTPFields()
        fields[.contentType] = type
        if let simulated = HTTPField.Name("X-Hearth-Simulated") { fields[simulated] = "true" }
        return fields
    }

    /// Byte by byte, as long as the client waits.
    private func dripping(_ bytes: [UInt8]) -> Response {
        let body = ResponseBody(contentLength: bytes.count) { writer in
            for byte in bytes {
                try await writer.write(ByteBuffer(bytes: [byte]))
                try await Task.sleep(for: .milliseconds(200))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers("application/json"), body: body)
    }

    /// 64 MiB, more than any client should take.
    private func endless() -> Response {
        let body = ResponseBody { writer in
            let block = ByteBuffer(repeating: UInt8(ascii: "x"), count: 1 << 16)
            try await writer.write(ByteBuffer(string: #"{"choices":[{"index":0,"message":{"role":"assistant","content":""#))
            for _ in 0..<1024 { try await writer.write(block) }
            try await writer.write(ByteBuffer(string: #""},"finish_reason":"stop"}]}"#))
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers("application/json"), body: body)
    }

    /// Does in the middle of a stream what the mode asks for; true when the stream is over.
    private func breaks(_ mode: SimulatorBehavior.Mode, _ writer: inout any ResponseBodyWriter) async throws -> Bool {
        switch mode {
        case .cutStream:
            throw SimulatorStopped()
        case .stalledStream:
            try await Task.sleep(for: .seconds(90))
            return true
        case .failingStream:
            let failure = SimulatorBody.Failure("Simulated failure in the middle.", type: "server_error")
            try await writer.write(ByteBuffer(bytes: Array("data: ".utf8) + encode(failure) + Array("\n\n".utf8)))
            try await writer.finish(nil)
            return true
        default:
            return false
        }
    }

    private func streamed(_ reply: SimulatedReply, behavior: SimulatorBehavior) -> Response {
        let pause = behavior.tokensPerSecond > 0 ? Duration.seconds(1) / behavior.tokensPerSecond : nil
        let events = reply.chunks()
        let body = ResponseBody { writer in
            for (number, event) in events.enumerated() {
                if number == events.count / 2, try await breaks(behavior.mode, &writer) { return }
                try await writer.write(ByteBuffer(bytes: Array("data: ".utf8) + encode(event) + Array("\n\n".utf8)))
                if let pause { try await Task.sleep(for: pause) }
            }
            try await writer.write(ByteBuffer(string: "data: [DONE]\n\n"))
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers("text/event-stream"), body: body)
    }
}
