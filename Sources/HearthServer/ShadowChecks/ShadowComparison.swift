import HearthCache
import HearthTelemetry
import HearthUpstream

/// Decides what a check has found: by the form of the two answers, and where that leaves doubt and it is configured, by the provider.
struct ShadowComparison: Sendable {
    enum Verdict: Sendable, Equatable {
        case match
        case mismatch(String)
        /// The two could not be compared, for this reason.
        case error(String)

        var counted: ShadowInstruments.Verdict {
            switch self {
            case .match: .match
            case .mismatch: .mismatch
            case .error: .error
            }
        }
    }

    let comparer: AnswerComparer
    /// Nil where doubt counts as a difference.
    let judge: AnswerJudge?

    /// - Returns: the verdict, and what the provider's judgement cost where one was asked for.
    func verdict(
        on kept: CachedAnswer, _ fresh: AnswerProducer.Produced, question: String
    ) async -> (Verdict, costMicroDollars: Int64?) {
        if case .skip(let refusal) = fresh.decision, !refusal.leavesAnAnswer { return (.error(refusal.rawValue), nil) }
        switch comparer.compare(kept.text, fresh.answer.text, language: kept.language) {
        case .equal, .alike: return (.match, nil)
        case .different(let difference): return (.mismatch(difference.rawValue), nil)
        case .doubtful(let difference, _):
            guard let judge else { return (.mismatch(difference.rawValue), nil) }
            do throws(UpstreamError) {
                let judgement = try await judge.judge(question: question, kept.text, fresh.answer.text)
                return (Self.verdict(of: judgement, difference), judgement.costMicroDollars)
            } catch {
                return (.error("\(error)"), nil)
            }
        }
    }

    /// The words alone could not tell, so a judge who says neither yes nor no leaves nothing to count.
    private static func verdict(of judgement: AnswerJudge.Judgement, _ difference: AnswerComparison.Difference) -> Verdict {
        switch judgement.isSame {
        case true?: .match
        case false?: .mismatch(difference.rawValue)
        case nil: .error("the provider's judgement is neither yes nor no")
        }
    }
}

extension GateRefusal {
    /// Whether there is a whole answer to compare, though it is not kept; a refusal or half an answer says nothing about the kept one.
    fileprivate var leavesAnAnswer: Bool {
        switch self {
        case .tooLarge, .lowConfidence, .forbidden: true
        case .providerStatus, .incomplete, .finishReason, .empty, .refusal: false
        }
    }
}
