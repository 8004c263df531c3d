import HearthCache
import HearthStatistics
import HearthUpstream

/// What a call may use up at most, as far as its request says it.
enum CallEstimate {
    /// Bytes of a request that are counted as one token; four are usual in English, three leave room.
    private static let bytesPerToken: Int64 = 3
    /// More than any model writes.
    private static let maximumTokens: Int64 = 10_000_000

    /// - Parameter outputTokens: that the answer may have.
    static func spending(model: String, requestBytes: Int, outputTokens: Int64, _ pricing: Pricing) -> Spending {
        let input = (Int64(requestBytes) + bytesPerToken - 1) / bytesPerToken
        let output = min(max(0, outputTokens), maximumTokens)
        return Spending(
            microDollars: pricing.cost(model: model, usage: .init(input: input, output: output)), tokens: input + output)
    }

    /// Tokens that the answer of a chat completion may have: of each choice as many as the caller allows.
    static func outputTokens(of fields: [JSONTree.Member], otherwise assumed: Int64) -> Int64 {
        func number(_ name: String) -> Int64? { fields.first { $0.name == name }?.value.integer }
        // Where both are given, a provider may know either.
        let allowed = ["max_completion_tokens", "max_tokens"].compactMap(number).max()
        let each = min(max(1, allowed ?? assumed), maximumTokens)
        let choices = min(max(1, number("n") ?? 1), 1024)
        return min(each * choices, maximumTokens)
    }
}

extension Spending {
    /// What an answer took; a provider that does not say how many tokens leaves the estimate standing.
    init(on answer: CachedAnswer, paid microDollars: Int64, otherwise estimate: Spending) {
        let tokens = answer.inputTokens + answer.outputTokens
        guard tokens == 0 else {
            self.init(microDollars: microDollars, tokens: tokens)
            return
        }
        self.init(microDollars: max(microDollars, estimate.microDollars), tokens: estimate.tokens)
    }
}
