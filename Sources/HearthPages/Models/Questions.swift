package import HearthTelemetry

/// The text of a stored question, or why it is not shown.
package enum QuestionText: Sendable {
    case shown(String)
    case hidden(Reason)

    package enum Reason: String, CaseIterable, Sendable {
        case originalNotKept = "original_not_kept"
        case fewCustomers = "fewer_than_three_customers"
    }
}

/// A question that was answered from the cache.
package struct KeptQuestion: Sendable {
    package var text: QuestionText
    package var language: Language
    package var category: ResponseCategory
    package var hits: Int64
    package var savedDollars: Double
    /// 0...1.
    package var confidence: Double?
    /// Nil where it never does or is not known.
    package var expires: Timestamp?
    /// Set where it can be removed by an action.
    package var cacheKey: String?

    package init(
        text: QuestionText, language: Language, category: ResponseCategory, hits: Int64, savedDollars: Double, confidence: Double? = nil,
        expires: Timestamp? = nil, cacheKey: String? = nil
    ) {
        self.text = text
        self.language = language
        self.category = category
        self.hits = hits
        self.savedDollars = savedDollars
        self.confidence = confidence
        self.expires = expires
        self.cacheKey = cacheKey
    }
}

/// A question that was not answered from the cache.
package struct MissedQuestion: Sendable {
    package var text: QuestionText
    package var language: Language
    package var category: ResponseCategory
    package var count: Int64
    package var reason: MissReason?
    /// What to add to the list of common queries; nil where the text is hidden.
    package var snippet: String?

    package init(
        text: QuestionText, language: Language, category: ResponseCategory, count: Int64, reason: MissReason? = nil, snippet: String? = nil
    ) {
        self.text = text
        self.language = language
        self.category = category
        self.count = count
        self.reason = reason
        self.snippet = snippet
    }
}

/// The trace of a dry run; `POST /api/v1/cache/explain`.
package struct Explanation: Sendable {
    package var question: String
    package var language: Language
    package var category: ResponseCategory
    package var isAnswered: Bool
    /// One sentence, in English as in the API.
    package var verdict: String
    package var steps: [Step]
    package var cacheKey: String?
    /// The answer that would be given.
    package var answer: String?

    package init(
        question: String, language: Language, category: ResponseCategory, isAnswered: Bool, verdict: String, steps: [Step],
        cacheKey: String? = nil, answer: String? = nil
    ) {
        self.question = question
        self.language = language
        self.category = category
        self.isAnswered = isAnswered
        self.verdict = verdict
        self.steps = steps
        self.cacheKey = cacheKey
        self.answer = answer
    }

    package struct Step: Sendable {
        /// A word of the API, such as `normalize`.
        package var name: String
        package var result: Result
        package var detail: String
        package var milliseconds: Double?
        package var facts: [Fact]

        package init(name: String, result: Result, detail: String, milliseconds: Double? = nil, facts: [Fact] = []) {
            self.name = name
            self.result = result
            self.detail = detail
            self.milliseconds = milliseconds
            self.facts = facts
        }

        package enum Result: String, CaseIterable, Sendable {
            case passed
            case stopped
            case skipped
        }
    }
}

/// What came of a question asked on the page.
package struct AskedAnswer: Sendable {
    package var question: String
    package var answer: String
    package var language: Language
    package var isFromCache: Bool
    package var milliseconds: Double
    package var savedDollars: Double?
    package var costDollars: Double?
    package var reason: MissReason?
    package var isSimulated: Bool
    package var cacheKey: String?

    package init(
        question: String, answer: String, language: Language, isFromCache: Bool, milliseconds: Double, savedDollars: Double? = nil,
        costDollars: Double? = nil, reason: MissReason? = nil, isSimulated: Bool, cacheKey: String? = nil
    ) {
        self.question = question
        self.answer = answer
        self.language = language
        self.isFromCache = isFromCache
        self.milliseconds = milliseconds
        self.savedDollars = savedDollars
        self.costDollars = costDollars
        self.reason = reason
        self.isSimulated = isSimulated
        self.cacheKey = cacheKey
    }
}

/// What a form was sent with, to be shown again, and what was wrong with it.
package struct AskForm: Sendable {
    package var question: String
    package var language: Language?
    package var category: ResponseCategory?
    /// In English as in the API; nil where nothing was.
    package var problem: String?
    /// Binds the form to the session; nil where nobody has to sign in.
    package var token: String?

    package init(
        question: String = "", language: Language? = nil, category: ResponseCategory? = nil, problem: String? = nil, token: String? = nil
    ) {
        self.question = question
        self.language = language
        self.category = category
        self.problem = problem
        self.token = token
    }
}
