import HearthCache
import HearthStatistics
import HearthTelemetry
import HearthUpstream

/// Asks the providers what came through the gateway, judges what they say and keeps it if it is good enough.
struct GatewayFetcher: Sendable {
    let providers: GatewayProviders
    let cache: AnswerCache
    let gate: StorageGate
    let confidence: ConfidenceEstimator
    let refusals: RefusalDetector
    let pricing: Pricing
    /// Nil where nobody has a budget.
    let budgets: TenantBudgets?
    let overload: OverloadGuard
    /// Where replicas share the cache.
    let replicas: ReplicaFlights?
    let instruments: CacheInstruments
    let gatewayInstruments: GatewayInstruments
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

        func call(in trace: TraceContext?, hasAlternative: Bool, asksForUsage: Bool = true) -> ForwardedCall {
            ForwardedCall(
                path: "/chat/completions", model: request.model,
                body: request.forwarded(streamed: request.isStreamed, asksForUsage: asksForUsage), requestID: requestID,
                traceparent: trace?.traceparent, tracestate: trace?.traceState, hasAlternative: hasAlternative)
        }
    }

    /// Fetches the answer; a stream is handed to the flight as it comes.
    ///
    /// Of several replicas the one that was first asks; see ``ReplicaFlights``. The others have the answer when it is kept.
    func fetch(_ errand: Errand, for flight: GatewayFlight) async -> GatewayFlight.Outcome {
        // The look-up that brought the caller here may have begun before an identical call ended, and ended after it.
        if errand.acceptsKept, let kept = cache.kept(errand.question, at: timeSource.now()) {
            return .success(GatewayAnswer(answer: kept, decision: .store, paidMicroDollars: 0, isShared: true))
        }
        guard errand.acceptsKept, let replicas else { return await ask(errand, for: flight) }
        let outcome = await replicas.outcome(of: errand.question) { kept in
            .success(AnswerProducer.Produced(answer: kept, decision: .store, paidMicroDollars: 0, isShared: true))
        } _: {
            await ask(errand, for: flight).map {
                AnswerProducer.Produced(
                    answer: $0.answer, decision: $0.decision, paidMicroDollars: $0.paidMicroDollars, identity: $0.identity)
            }
        }
        return outcome.map {
            GatewayAnswer(
                answer: $0.answer, decision: $0.decision, paidMicroDollars: $0.paidMicroDollars, identity: $0.identity,
                isShared: $0.isShared)
        }
    }

    private func ask(_ errand: Errand, for flight: GatewayFlight) async -> GatewayFlight.Outcome {
        do throws(UpstreamError) {
            return .success(
                try await paying(for: errand) { () async throws(UpstreamError) in
                    judged(errand.request.isStreamed ? try await stream(errand, to: flight) : try await forward(errand), errand)
                })
        } catch {
            return .failure(error)
        }
    }

    private func paying(
        for errand: Errand, _ call: () async throws(UpstreamError) -> GatewayAnswer
    ) async throws(UpstreamError) -> GatewayAnswer {
        try overload.admitCall()
        guard let budgets else { return try await call() }
        let request = errand.request
        let estimate = CallEstimate.spending(
            model: request.model, requestBytes: request.forwarded(streamed: false).count,
            outputTokens: CallEstimate.outputTokens(of: request.fields, otherwise: budgets.assumedOutputTokens), pricing)
        return try await budgets.around(
            estimate, of: errand.question.tenant,
            actual: { Spending(on: $0.answer, paid: $0.paidMicroDollars, otherwise: estimate) }, call)
    }

    private func forward(_ errand: Errand) async throws(UpstreamError) -> ForwardedAnswer {
        try await providers.first(.chat, of: errand.request.model) { provider, attempt in
            do throws(UpstreamError) {
                return .success(
                    try await provider.spans.around(.chat, errand.request.model, below: errand.trace) {
                        (trace) async throws(UpstreamError) in
                        try await provider.client.forward(errand.call(in: trace, hasAlternative: !attempt.isLast))
                    })
            } catch {
                return .failure(error)
            }
        }
    }
}

// MARK: Streams

extension GatewayFetcher {
    /// A stream whose first bytes are there.
    private struct Opened: Sendable {
        var provider: ProviderClient
        var call: ForwardedCall
        var span: ProviderSpan.Begun
        var stream: ProviderStream
        var beginning: [UInt8]
        /// When this provider was asked; others may have been before.
        var askedAt: Duration
    }

    private func stream(_ errand: Errand, to flight: GatewayFlight) async throws(UpstreamError) -> ForwardedAnswer {
        let started = timeSource.uptime()
        let opened = try await providers.first(.chat, of: errand.request.model) { await open(errand, at: $0, $1) }
        do throws(UpstreamError) {
            var answer = try await read(opened, to: flight)
            answer.duration = timeSource.uptime() - started
            opened.stream.end(usage: answer.usage)
            opened.span.end(answer)
            return answer
        } catch {
            let error = error.inTheMiddle
            opened.stream.end(error: error)
            opened.span.fail(error)
            gatewayInstruments.streamEnded(error.streamEnd).increment()
            throw error
        }
    }

    /// Until the first bytes are there another provider may still be asked.
    private func open(
        _ errand: Errand, at provider: GatewayProviders.Provider, _ attempt: GatewayProviders.Attempt
    ) async -> Result<Opened, UpstreamError> {
        let askedAt = timeSource.uptime()
        let span = provider.spans.begin(.chat, errand.request.model, below: errand.trace)
        let asksForUsage = !provider.streamOptions.areUnknown
        var call = errand.call(in: span.trace, hasAlternative: !attempt.isLast, asksForUsage: asksForUsage)
        do throws(UpstreamError) {
            let stream: ProviderStream
            do throws(UpstreamError) {
                stream = try await provider.client.open(call)
            } catch {
                guard asksForUsage, !errand.request.hasStreamOptions, StreamOptionsKnowledge.mayBeCause(of: error) else { throw error }
                call = errand.call(in: span.trace, hasAlternative: !attempt.isLast, asksForUsage: false)
                stream = try await provider.client.open(call)
                provider.streamOptions.noteUnknown()
            }
            do throws(UpstreamError) {
                guard let beginning = try await stream.next() else { throw .brokenStream("it ended before its first words") }
                return .success(
                    Opened(provider: provider.client, call: call, span: span, stream: stream, beginning: beginning, askedAt: askedAt))
            } catch {
                stream.end(error: error)
                // One that is of no use any more, since another provider has answered, has lost no client.
                if error.kind != .cancelled || !attempt.isLost { gatewayInstruments.streamEnded(error.streamEnd).increment() }
                throw error
            }
        } catch {
            span.fail(error)
            return .failure(error)
        }
    }

    private func read(_ opened: Opened, to flight: GatewayFlight) async throws(UpstreamError) -> ForwardedAnswer {
        let stream = opened.stream
        guard stream.isEventStream else { return try await readWhole(opened) }
        var parser = EventStreamParser()
        var assembly = ChatStreamAssembly()
        var hasBegun = false
        var next: [UInt8]? = opened.beginning
        while let bytes = next {
            let events: [[UInt8]]
            do throws(EventStreamParser.TooLong) {
                events = try parser.receive(bytes)
            } catch {
                throw .brokenStream("one event of it is longer than allowed", .tooLarge)
            }
            let isFirst = !hasBegun
            if isFirst, !events.isEmpty {
                hasBegun = true
                opened.provider.noteFirstChunk(model: opened.call.model, after: timeSource.uptime() - opened.askedAt)
            }
            let (passed, ending) = Self.take(events, &assembly)
            flight.append(passed)
            switch ending {
            case nil: next = try await stream.next()
            case .failed(var error):
                error.hasBegun = !isFirst || !passed.isEmpty
                throw error
            case .done:
                guard assembly.isFinished, let completion = assembly.completion else {
                    throw .brokenStream("it ended before its last words", .invalid)
                }
                return try opened.provider.answer(
                    assembled: completion, isFaithful: assembly.isFaithful, from: stream, to: opened.call)
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
            guard let piece = JSONTree(event) else { return (passed, .failed(.brokenStream("a part of it is no JSON", .invalid))) }
            switch assembly.add(piece) {
            // An event has no line breaks of its own; JSON that has some is written without.
            case .part, .accounting: passed.append(event.contains(0x0a) || event.contains(0x0d) ? piece.bytes : event)
            case .invalid: return (passed, .failed(.brokenStream("a part of it is no piece of a chat completion", .invalid)))
            case .error:
                return (passed, .failed(.reported(piece)))
            }
        }
        return (passed, nil)
    }

    private func readWhole(_ opened: Opened) async throws(UpstreamError) -> ForwardedAnswer {
        var body = opened.beginning
        while let bytes = try await opened.stream.next() { body += bytes }
        return try opened.provider.wholeAnswer(body, from: opened.stream, to: opened.call)
    }
}

extension GatewayFetcher {
    /// Judges an answer and keeps it if it is good enough.
    private func judged(_ reply: ForwardedAnswer, _ errand: Errand) -> GatewayAnswer {
        let key = errand.question.key
        let completion = reply.completion.bytes
        let reading = refusals.read(reply.text, language: key.language)
        let judgement = confidence.estimate(
            reading, finishReason: reply.finishReason, meanTokenProbability: reply.meanTokenProbability)
        var candidate = AnswerCandidate(
            // Streams that broke off are errors, and never come here.
            isSuccess: true, isComplete: reply.isFaithful, finishReason: reply.finishReason, text: reply.text,
            isRefusal: reply.isRefusal || refusals.isRefusal(reading), confidence: judgement.value,
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
            answer: answer, decision: decision, paidMicroDollars: answer.costMicroDollars, identity: reply.identity,
            isFaithful: reply.isFaithful)
    }
}
