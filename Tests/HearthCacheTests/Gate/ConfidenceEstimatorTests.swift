import HearthCache
import HearthTelemetry
import Testing

@Suite("Confidence of an answer")
struct ConfidenceEstimatorTests {
    private let estimator = ConfidenceEstimator()
    private let detector: RefusalDetector

    init() throws {
        detector = RefusalDetector(rules: try BuiltInRules.get())
    }

    @Test("Token probabilities come before a stated value, and that before the rule")
    func precedence() {
        let answer = detector.read("We are open from nine to six.", language: .en)
        let first = estimator.estimate(answer, finishReason: "stop", meanTokenProbability: 0.93, statedConfidence: 0.4)
        #expect(first == ConfidenceEstimate(value: 0.93, method: .logprobs))
        let second = estimator.estimate(answer, finishReason: "stop", statedConfidence: 0.4)
        #expect(second == ConfidenceEstimate(value: 0.4, method: .stated))
        let third = estimator.estimate(answer, finishReason: "stop")
        #expect(third == ConfidenceEstimate(value: 0.85, method: .rule))
    }

    @Test("A value that is no probability is taken for absent", arguments: [Double.nan, -0.1, 1.1, .infinity])
    func noProbability(_ value: Double) {
        let estimate = estimator.estimate(
            detector.read("We are open from nine to six.", language: .en), finishReason: "stop", meanTokenProbability: value,
            statedConfidence: value)
        #expect(estimate.method == .rule)
    }

    @Test("The mean is taken of probabilities, not of logarithms")
    func mean() throws {
        let mean = try #require(ConfidenceEstimator.meanProbability(of: [0, -0.693_147_180_559_945]))
        #expect(abs(mean - 0.75) < 1e-9)
        #expect(ConfidenceEstimator.meanProbability(of: []) == nil)
        #expect(ConfidenceEstimator.meanProbability(of: [0.5]) == nil)
        #expect(ConfidenceEstimator.meanProbability(of: [.nan]) == nil)
        #expect(ConfidenceEstimator.meanProbability(of: [-.infinity]) == 0)
    }

    @Test(
        "Hedges lower what the rule says",
        arguments: [
            (Language.en, "A haircut costs 40 dollars.", 0.85), (.en, "I think a haircut costs 40 dollars.", 0.75),
            (.en, "I’m not sure, please ask our staff about it.", 0.5), (.en, "Yes.", 0.75),
            (.ru, "Стрижка стоит 2000 рублей.", 0.85), (.ru, "Возможно, стрижка стоит 2000 рублей.", 0.75),
            (.ru, "Я не уверен, сколько стоит стрижка.", 0.5),
            (.es, "El corte cuesta veinte euros.", 0.85), (.es, "Quizás el corte cueste veinte euros.", 0.75),
            (.es, "No estoy seguro de cuánto cuesta.", 0.5),
            (.pt, "O corte custa vinte euros.", 0.85), (.pt, "Talvez o corte custe vinte euros.", 0.75),
            (.pt, "Não tenho certeza do preço do corte.", 0.5),
            (.he, "תספורת עולה מאה שקלים.", 0.85), (.he, "אולי תספורת עולה מאה שקלים.", 0.75), (.he, "אני לא בטוח כמה עולה תספורת.", 0.5),
        ])
    func rule(language: Language, text: String, expected: Double) {
        #expect(estimator.estimate(detector.read(text, language: language), finishReason: "stop").value == expected)
    }

    @Test("The rule never says more than 0.85 and never less than 0.05")
    func bounds() {
        let hedged = String(repeating: "I don't know. Maybe. ", count: 50)
        #expect(estimator.estimate(detector.read(hedged, language: .en), finishReason: "length").value == 0.05)
        let short = detector.read("A full answer to it.", language: .en)
        #expect(estimator.estimate(short, finishReason: "length").value == 0.45)
    }
}
