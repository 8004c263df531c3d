import HearthCache
import HearthPages
import HearthTelemetry

extension Condition {
    init(_ reading: ConditionReading) {
        let condition = reading.condition
        let scale = Self.scale(condition.figure)
        self.init(
            id: ID(condition.figure), value: reading.value.map { $0 * scale }, threshold: Self.limit(of: condition),
            hasEnoughData: reading.hasEnoughData, state: State(rawValue: reading.state.rawValue) ?? .unknown, since: reading.since,
            runbook: condition.runbook, dashboard: condition.dashboard)
    }

    /// In the unit of the page.
    static func limit(of condition: AlertCondition) -> Double { condition.threshold * scale(condition.figure) }

    private static func scale(_ figure: AlertCondition.Figure) -> Double {
        switch figure {
        case .hitRate, .storeSize: 100
        case .responseTime: 1000
        case .storeReached: 1
        }
    }
}

extension Condition.ID {
    init(_ figure: AlertCondition.Figure) {
        self =
            switch figure {
            case .hitRate: .hitRate
            case .responseTime: .answerTime
            case .storeSize: .cacheSize
            case .storeReached: .storeReached
            }
    }
}

extension AskedAnswer {
    init(_ answered: AnsweredQuestion, to question: String, elapsed: Duration) {
        self.init(
            question: question, answer: answered.answer.text, language: answered.answer.language, isFromCache: answered.isCached,
            milliseconds: elapsed.fractionalSeconds * 1000,
            savedDollars: answered.savedMicroDollars > 0 ? Double(answered.savedMicroDollars) / 1e6 : nil,
            costDollars: answered.isCached ? nil : Double(answered.costMicroDollars) / 1e6, reason: answered.missReason,
            isSimulated: answered.answer.isSimulated,
            cacheKey: answered.isKept ? answered.answer.key.description : nil)
    }
}
