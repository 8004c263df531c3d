import HearthCache
import HearthStatistics
import HearthTelemetry
import HearthUpstream

/// Asks the provider what came through the gateway, judges what it says and keeps it if it is good enough.
struct GatewayFetcher: Sendable {
    let provider: ProviderClient
    let spans: ProviderSpan
    let cache: AnswerCache
    let gate: StorageGate
    let confidence: ConfidenceEstimator
    let refusals: RefusalDetector
    let pricing: Pricing
    /// Where replicas share the cache.
    let replicas: ReplicaFlights?
    let instruments: CacheInstruments
    let timeSource: any TimeSource
    /// Whether the original text is kept beside the normalised one.
    let keepsQueries: Bool

    /// A chat completion to be asked for.
    struct Errand: Sendable {
        var request: ChatRequest
        var question: IdentifiedQuestion
        var category: ResponseCategory
        var generation: Int64
        var requestID: String
        var trace: TraceContext?
        /// Whether an answer that is kept meanwhile will do.
        var acceptsKept: Bool

        func call(streamed: Bool, in trace: TraceContext?) -> ForwardedCall {
            ForwardedCall(
                path: "/chat/completions", model: request.model, body: request.forwarded(streamed: streamed), requestID: requestID,
                traceparent: trace?.traceparent, tracestate: trace?.traceState)
        }
    }

    /// Fetches the answer; a stream is handed to the flight as it comes.
    func fetch(_ errand: Errand, for flight: GatewayFlight) async -> GatewayFlight.Outcome {
        // The look-up that brought the caller here may have begun before an identical call ended, and ended after it.
        if errand.acceptsKept, let kept = cache.kept(errand.question, at: timeSource.now()) { return .success(Self.found(kept)) }
        do throws(UpstreamError) {
            if errand.request.isStreamed {
                let answer = try await spans.around(.chat, errand.request.model, below: errand.trace) {
                    (trace) async throws(UpstreamError) in
                    try await stream(errand, in: trace, to: flight)
                }
                return .success(judged(answer, errand))
            }
            guard errand.acceptsKept, let replicas else {
                return .success(judged(try await forward(errand), errand))
            }
            return await shared(errand, replicas)
        } catch {
            return .failure(error)
        }
    }

    private static func found(_ answer: CachedAnswer) -> GatewayAnswer {
        GatewayAnswer(answer: answer, decision: .store, paidMicroDollars: 0, isShared: true)
    }

    /// Lets the replica ask that was first; see ``ReplicaFlights``.
    private func shared(_ errand: Errand, _ replicas: ReplicaFlights) async -> GatewayFlight.Outcome {
        let outcome = await replicas.outcome(of: errand.question) { kept in
            .success(AnswerProducer.Produced(answer: kept, decision: .store, paidMicroDollars: 0, isShared: true))
        } _: {
            do throws(UpstreamError) {
                let answer = judged(try await forward(errand), errand)
                return .success(
                    AnswerProducer.Produced(answer: answer.answer, decision: answer.decision, paidMicroDollars: answer.paidMicroDollars))
            } catch {
                return .failure(error)
            }
        }
        return outcome.map { produced in
            GatewayAnswer(
                answer: produced.answer, decision: produced.decision, paidMicroDollars: produced.paidMicroDollars,
                isShared: produced.isShared)
        }
    }

    private func forward(_ errand: Errand) async throws(UpstreamError) -> ForwardedAnswer {
        try await spans.around(.chat, errand.request.model, below: errand.trace) { (trace) async throws(UpstreamError) in
            try await provider.forward(errand.call(streamed: false, in: trace))
        }
    }

    // MARK: Streams

    private func stream(_ errand: Errand, in trace: TraceContext?, to flight: GatewayFlight) async throws(UpstreamError) -> ForwardedAnswer
    {
        let started = timeSource.uptime()
        let call = errand.call(streamed: true, in: trace)
        let stream = try await provider.open(call)
        do throws(UpstreamError) {
            var answer = try await read(stream, of: call, since: started, to: flight)
            answer.duration = timeSource.uptime() - started
            stream.end(usage: answer.usage)
            return answer
        } catch {
            stream.end(error: error)
            throw error
        }
    }

    private func read(
        _ stream: ProviderStream, of call: ForwardedCall, since started: Duration, to flight: GatewayFlight
    ) async throws(UpstreamError) -> ForwardedAnswer {
        guard stream.isEventStream else { return try await readWhole(stream, of: call) }
        var parser = EventStreamParser()
        var assembly = ChatStreamAssembly()
        var hasBegun = false
        while let bytes = try await stream.next() {
            let events: [[UInt8]]
            do throws(EventStreamParser.TooLong) {
                events = try parser.receive(bytes)
            } catch {
                throw .brokenStream("one event of it is longer than allowed")
            }
            if !hasBegun, !events.isEmpty {
                hasBegun = true
                provider.noteFirstChunk(model: call.model, after: timeSource.uptime() - started)
            }
            let (passed, ending) = Self.take(events, &assembly)
            flight.append(passed)
            switch ending {
            case nil: continue
            case .failed(let error): throw error
            case .done:
                guard assembly.isFinished, let completion = assembly.completion else {
                    throw .brokenStream("it ended before its last words")
                }
                return try provider.answer(assembled: completion, from: stream, to: call)
            }
        }
        throw .brokenStream("the connection ended before its end mark")
    }

    private enum Ending {
        case done
        case failed(UpstreamError)
    }

    /// The events that are passed on, up to one that ends the stream.
    private static func take(_ events: [[UInt8]], _ assembly: inout ChatStreamAssembly) -> ([[UInt8]], Ending?) {
        var passed: [[UInt8]] = []
        for event in events {
            if event.elementsEqual("[DONE]".utf8) { return (passed, .done) }
            guard let piece = JSONTree(event) else { return (passed, .failed(.brokenStream("a part of it is no JSON"))) }
            switch assembly.add(piece) {
            // An event has no line breaks of its own; JSON that has some is written without.
            case .part, .accounting: passed.append(event.contains(0x0a) || event.contains(0x0d) ? piece.bytes : event)
            case .invalid: return (passed, .failed(.brokenStream("a part of it is no piece of a chat completion")))
            case .error:
                var error = UpstreamError.brokenStream("the provider reported an error")
                error.refusal = ProviderRefusal(status: 502, body: piece.bytes)
                return (passed, .failed(error))
            }
        }
        return (passed, nil)
    }

    private func readWhole(_ stream: ProviderStream, of call: ForwardedCall) async throws(UpstreamError) -> ForwardedAnswer {
        var body: [UInt8] = []
        while let bytes = try await stream.next() { body += bytes }
        return try provider.wholeAnswer(body, from: stream, to: call)
    }
}

extension GatewayFetcher {
    /// Judges an answer and keeps it if it is good enough.
    private func judged(_ reply: ForwardedAnswer, _ errand: Errand) -> GatewayAnswer {
        let key = errand.question.key
        let completion = reply.completion.bytes
        let judgement = confidence.estimate(
            text: reply.text, language: key.language, finishReason: reply.finishReason, meanTokenProbability: reply.meanTokenProbability)
        var candidate = AnswerCandidate(
            // Streams that broke off are errors, and never come here.
            isSuccess: true, isComplete: true, finishReason: reply.finishReason, text: reply.text,
            isRefusal: reply.isRefusal || refusals.isRefusal(reply.text, language: key.language), confidence: judgement.value,
            mayStore: !errand.request.controls.cacheControl.noStore, sizeBytes: completion.count)
        candidate.callsTools = reply.callsTools
        let decision = gate.decide(candidate)
        let now = timeSource.now()
        let label = errand.question.normalized
        var answer = CachedAnswer(
            key: key, form: errand.question.form, query: keepsQueries ? label.text : nil,
            // Where texts are not kept, one that was not normalised is not kept either.
            normalizedQuery: keepsQueries || !label.isExact ? label.text : "", category: errand.category, text: reply.text,
            confidence: judgement.value, confidenceMethod: judgement.method.rawValue, model: errand.request.model,
            isSimulated: reply.isSimulated, costMicroDollars: pricing.cost(model: errand.request.model, usage: reply.usage?.tokens),
            inputTokens: Int64(reply.usage?.inputTokens ?? 0), outputTokens: Int64(reply.usage?.outputTokens ?? 0),
            upstreamDuration: reply.duration, storedAt: now,
            lifetime: cache.lifetime(of: key, category: errand.category, storedAt: now, atMost: errand.request.controls.timeToLive))
        answer.generation = errand.generation
        answer.tags = errand.request.controls.tags
        answer.completion = completion
        switch decision {
        case .store: cache.keep(answer)
        case .skip(let refusal): instruments.writeSkips(refusal.metric).increment()
        }
        return GatewayAnswer(
            answer: answer, decision: decision, paidMicroDollars: answer.costMicroDollars, identity: reply.identity)
    }
}
