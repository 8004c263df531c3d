import HearthTelemetry
import HearthUpstream
import Synchronization

/// The providers that questions are put to: for each model an order, in which the next one is asked where one fails before its
/// first byte.
final class GatewayProviders: Sendable {
    struct Provider: Sendable {
        var name: String
        var client: ProviderClient
        var spans: ProviderSpan
        let streamOptions = StreamOptionsKnowledge()
    }

    /// The one that is configured as `provider`; it lists the models, and what is passed through untouched goes there.
    let main: Provider

    private let providers: [String: Provider]
    private let choice: ProviderChoice
    private let hedgeAfter: Duration?
    private let holds: Mutex<ProviderHolds>
    private let instruments: GatewayInstruments
    private let timeSource: any TimeSource
    private let unitRandom: @Sendable () -> Double

    /// - Parameters:
    ///   - others: beside the main one.
    ///   - hedgeAfter: how long the first provider of a model may be silent before the next is asked as well; nil is never.
    init(
        main: Provider, others: [Provider], choice: ProviderChoice, hedgeAfter: Duration?, longestHold: Duration,
        instruments: GatewayInstruments, timeSource: any TimeSource,
        unitRandom: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.main = main
        providers = Dictionary(([main] + others).map { ($0.name, $0) }) { first, _ in first }
        self.choice = choice
        self.hedgeAfter = hedgeAfter
        holds = Mutex(ProviderHolds(longest: longestHold))
        self.instruments = instruments
        self.timeSource = timeSource
        self.unitRandom = unitRandom
    }

    /// Models of providers that are left alone now.
    var held: Int { holds.withLock { $0.count(at: timeSource.uptime()) } }

    /// One provider's turn.
    struct Attempt: Sendable {
        /// Whether nobody else is there to ask after it.
        var isLast: Bool
        /// From 1 on, in the order in which they were asked.
        fileprivate var number: Int
        fileprivate var race: Race?

        /// Whether a provider has answered, and nobody waits for this one any more.
        var isLost: Bool { race.map { $0.winner.load(ordering: .relaxed) > 0 } ?? false }

        /// Whether the one that has answered was asked later, because this one was silent.
        fileprivate var isOvertaken: Bool { race.map { $0.winner.load(ordering: .relaxed) > number } ?? false }
    }

    fileprivate final class Race: Sendable {
        /// The attempt that was answered first; 0 until then.
        let winner = Atomic(0)
    }

    typealias Ask<Answer> = @Sendable (Provider, Attempt) async -> Result<Answer, UpstreamError>

    /// Asks one provider after the other until one answers.
    ///
    /// - Parameter ask: returns when the first byte is there, or the provider has failed before it.
    func first<Answer: Sendable>(
        _ operation: UpstreamOperation, of model: String, _ ask: @escaping Ask<Answer>
    ) async throws(UpstreamError) -> Answer {
        let order = choice.order(for: model, unitRandom: unitRandom).compactMap { providers[$0] }
        let errand = Errand(operation: operation, model: model)
        guard let hedgeAfter, order.count > 1 else { return try await inTurn(order, errand, ask) }
        return try await racing(order, errand, hedgeAfter, ask)
    }

    private struct Errand {
        var operation: UpstreamOperation
        var model: String
    }

    private func inTurn<Answer: Sendable>(_ order: [Provider], _ errand: Errand, _ ask: Ask<Answer>) async throws(UpstreamError) -> Answer {
        var failure: UpstreamError?
        for (index, provider) in order.enumerated() {
            if index > 0 { instruments.routed(.failover).increment() }
            switch await attempt(provider, errand, Attempt(isLast: index == order.count - 1, number: index + 1), ask) {
            case .success(let answer): return answer
            case .failure(let error):
                // A spare may refuse what the provider before it would have answered: then it is that one's failure.
                guard error.isWorthAnotherProvider else { throw failure ?? error }
                failure = Self.moreTelling(failure, error)
            }
        }
        throw failure ?? Self.nobody
    }

    private enum Turn<Answer: Sendable>: Sendable {
        case ended(Int, Result<Answer, UpstreamError>)
        /// The provider that was asked as the n-th has been silent for too long.
        case silent(Int)
    }

    private func racing<Answer: Sendable>(
        _ order: [Provider], _ errand: Errand, _ patience: Duration, _ ask: @escaping Ask<Answer>
    ) async throws(UpstreamError) -> Answer {
        let result = await withTaskGroup(of: Turn<Answer>.self) { group -> Result<Answer, UpstreamError> in
            let race = Race()
            var asked = 0
            var underWay: Set<Int> = []
            var failure: UpstreamError?
            var refusal: UpstreamError?
            func askNext() {
                let (provider, isLast) = (order[asked], asked == order.count - 1)
                asked += 1
                let number = asked
                underWay.insert(number)
                let attempt = Attempt(isLast: isLast, number: number, race: race)
                group.addTask { .ended(number, await self.attempt(provider, errand, attempt, ask)) }
                if !isLast {
                    group.addTask {
                        try? await Task.sleep(for: patience)
                        return .silent(number)
                    }
                }
            }
            defer { group.cancelAll() }
            askNext()
            while let turn = await group.next() {
                switch turn {
                case .silent(let number):
                    guard number == asked, !underWay.isEmpty, asked < order.count, !Task.isCancelled else { continue }
                    instruments.routed(.hedge).increment()
                    askNext()
                case .ended(let number, .success(let answer)):
                    race.winner.store(number, ordering: .relaxed)
                    return .success(answer)
                case .ended(let number, .failure(let error)):
                    underWay.remove(number)
                    if error.isWorthAnotherProvider {
                        failure = Self.moreTelling(failure, error)
                    } else {
                        // What a hedge refuses is believed only where nobody before it may still do better.
                        if underWay.allSatisfy({ $0 > number }) { return .failure(failure ?? error) }
                        refusal = error
                    }
                    guard underWay.isEmpty else { continue }
                    guard asked < order.count else { return .failure(failure ?? refusal ?? error) }
                    instruments.routed(.failover).increment()
                    askNext()
                }
            }
            return .failure(failure ?? Self.nobody)
        }
        return try result.get()
    }

    private func attempt<Answer: Sendable>(
        _ provider: Provider, _ errand: Errand, _ attempt: Attempt, _ ask: Ask<Answer>
    ) async -> Result<Answer, UpstreamError> {
        let place = ProviderHolds.Place(provider: provider.name, model: errand.model)
        if let refusal = holds.withLock({ $0.refusal(at: place, now: timeSource.uptime()) }) {
            instruments.routed(.held).increment()
            provider.client.noteHeld(refusal, errand.operation, model: errand.model)
            return .failure(refusal)
        }
        let result = await ask(provider, attempt)
        if attempt.isOvertaken, case .failure(let error) = result, error.kind == .cancelled, error.madeCall {
            provider.client.noteOvertaken()
        }
        holds.withLock {
            switch result {
            case .success: $0.noteAnswer(at: place)
            case .failure(let error): $0.note(error, at: place, now: timeSource.uptime())
            }
        }
        return result
    }

    /// Of two failures the one that a provider gave; else the later one.
    private static func moreTelling(_ earlier: UpstreamError?, _ later: UpstreamError) -> UpstreamError {
        guard let earlier, earlier.madeCall, !later.madeCall else { return later }
        return earlier
    }

    private static let nobody = UpstreamError(
        kind: .network, message: "No provider is configured for this model. Add it to gateway.routes.")
}

extension UpstreamError {
    /// Whether another provider may do better: this one is not there, not working, or has had enough.
    fileprivate var isWorthAnotherProvider: Bool {
        switch kind {
        case .timeout, .rateLimited, .serverError, .network, .breakerOpen, .overloaded: true
        case .auth, .clientError, .invalidAnswer, .cancelled, .shutDown, .budgetExhausted: false
        }
    }
}
