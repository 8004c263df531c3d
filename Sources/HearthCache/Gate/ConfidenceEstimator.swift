import Foundation

/// Estimates how far an answer can be trusted.
package struct ConfidenceEstimator: Sendable {
    /// A rule knows less than a probability, so its result is never higher.
    package static let highestByRule = 0.85

    private static let unfinishedCost = 0.4
    private static let strongHedgeCost = 0.35
    private static let weakHedgeCost = 0.1
    private static let shortAnswerCost = 0.1
    /// Answers with fewer letters than this say little ("Yes.").
    private static let shortAnswerLetters = 12
    private static let longAnswerCost = 0.05
    private static let longAnswerBytes = 6_000
    private static let lowestByRule = 0.05

    package init() {}

    /// The best estimate there is: token probabilities, else a stated value, else the rule.
    ///
    /// Values that are no probability (not a number, out of range) are taken for absent.
    ///
    /// - Parameters:
    ///   - meanTokenProbability: See ``meanProbability(of:)``; nil when the provider gave none.
    ///   - statedConfidence: What a structured answer states about itself.
    package func estimate(
        _ answer: AnswerReading, finishReason: String?, meanTokenProbability: Double? = nil, statedConfidence: Double? = nil
    ) -> ConfidenceEstimate {
        if let mean = meanTokenProbability, (0...1).contains(mean) {
            return ConfidenceEstimate(value: mean, method: .logprobs)
        }
        if let stated = statedConfidence, (0...1).contains(stated) {
            return ConfidenceEstimate(value: stated, method: .stated)
        }
        return ConfidenceEstimate(value: Self.byRule(answer, finishReason), method: .rule)
    }

    /// The mean of the probabilities, not of their logarithms: 0 and -0.6931 are 1 and 0.5 and give 0.75.
    ///
    /// Nil for no tokens, and if a value is no logarithm of a probability.
    package static func meanProbability(of logarithms: [Double]) -> Double? {
        guard !logarithms.isEmpty, logarithms.allSatisfy({ $0 <= 0 }) else { return nil }
        return logarithms.reduce(0) { $0 + exp($1) } / Double(logarithms.count)
    }

    private static func byRule(_ answer: AnswerReading, _ finishReason: String?) -> Double {
        var value = highestByRule
        if finishReason != "stop" { value -= unfinishedCost }
        var letters = 0
        for scalar in answer.text.unicodeScalars where isLetter(scalar) {
            letters += 1
            if letters >= shortAnswerLetters { break }
        }
        if letters < shortAnswerLetters { value -= shortAnswerCost }
        if answer.text.utf8.count > longAnswerBytes { value -= longAnswerCost }
        for finding in answer.findings {
            switch finding.phrase {
            case .strongHedge: value -= strongHedgeCost
            case .weakHedge: value -= weakHedgeCost
            case .refusal: break
            }
        }
        // Two decimals: 0.85 - 0.1 is to be 0.75, not 0.7499999.
        return (max(value, lowestByRule) * 100).rounded() / 100
    }

    /// A letter or a digit of any script.
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Without a look into Unicode's tables.
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case 0..<0x80: false
        default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
    }
}
