import Foundation
import HearthCache
import HearthTelemetry

/// A kept answer with its counters and lifetime, as the API shows it.
struct EntryDocument: Encodable, Sendable {
    struct Votes: Encodable, Sendable {
        var helpful: Int64
        var unhelpful: Int64
    }

    var cacheKey: String
    /// As it was asked; absent where original texts are not kept.
    var query: String?
    var normalizedQuery: String
    var language: String
    var category: String
    var response: String
    /// After the votes; below 0.5 it is not served.
    var confidence: Double
    /// Before the votes.
    var judgedConfidence: Double
    var confidenceMethod: String
    var votes: Votes
    var model: String
    var simulated: Bool
    var tags: [String]
    var metadata: JSONValue?
    /// `fresh`, `staleWhileRevalidate`, `staleIfError` or `expired`.
    var state: String
    var storedAt: String
    /// When it stops being fresh; absent for what never does.
    var expiresAt: String?
    /// When its last window ends.
    var usableUntil: String?
    var hits: Int64
    var lastAccessedAt: String
    var sizeBytes: Int
    /// What each reuse saves, in US dollars.
    var savesPerHit: Double

    init(_ answer: CachedAnswer, at now: Timestamp) {
        cacheKey = answer.key.description
        query = answer.query
        normalizedQuery = answer.normalizedQuery
        language = answer.language.rawValue
        category = answer.category.rawValue
        response = answer.text
        confidence = Self.rounded(answer.currentConfidence)
        judgedConfidence = answer.confidence
        confidenceMethod = answer.confidenceMethod
        votes = Votes(helpful: answer.votes.helpful, unhelpful: answer.votes.unhelpful)
        model = answer.model
        simulated = answer.isSimulated
        tags = answer.tags
        metadata = answer.metadata.flatMap { try? JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
        state =
            switch answer.phase(at: now) {
            case .fresh: "fresh"
            case .staleWhileRevalidate: "staleWhileRevalidate"
            case .staleIfError: "staleIfError"
            case .expired: "expired"
            }
        storedAt = answer.storedAt.description
        expiresAt = answer.lifetime.freshUntil?.description
        usableUntil = answer.lifetime.usableUntil?.description
        hits = answer.hitCount
        lastAccessedAt = answer.lastAccessedAt.description
        sizeBytes = answer.sizeBytes
        savesPerHit = Double(answer.costMicroDollars) / 1e6
    }

    /// Four decimals, so that thirds do not fill a line.
    static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}

/// One item of `POST /api/v1/cache/lookup`: the answer, or why there is none.
struct FoundDocument: Encodable, Sendable {
    var cached: Bool
    var cacheKey: String
    var language: String
    var category: String
    var response: String?
    var confidence: Double?
    /// `memory`, `store` or `stale`.
    var source: String?
    /// Why nothing is served, in the words of the statistics.
    var reason: String?

    init(_ answer: CachedAnswer, source: AnswerSource) {
        cached = true
        cacheKey = answer.key.description
        language = answer.language.rawValue
        category = answer.category.rawValue
        response = answer.text
        confidence = EntryDocument.rounded(answer.currentConfidence)
        self.source = source.rawValue
    }

    init(missing key: CacheKey, category: ResponseCategory, reason: MissReason) {
        cached = false
        cacheKey = key.description
        language = key.language.rawValue
        self.category = category.rawValue
        self.reason = reason.rawValue
    }
}

/// One item of `PUT /api/v1/cache/entries`.
struct WrittenDocument: Encodable, Sendable {
    var cacheKey: String
    /// `stored` or `refused`.
    var status: String
    /// Why it was refused, such as `low-confidence`.
    var reason: String?

    init(_ outcome: GivenAnswerKeeper.Judged) {
        cacheKey = outcome.key.description
        switch outcome.decision {
        case .store: status = "stored"
        case .skip(let refusal): (status, reason) = ("refused", refusal.rawValue)
        }
    }
}

/// What would become of a question, and why.
struct CacheExplanationDocument: Encodable, Sendable {
    struct Detection: Encodable, Sendable {
        var language: String
        var confidence: Double
        /// False where the text did not decide and the default was taken.
        var decided: Bool
    }

    /// Absent where the caller named the language.
    var detected: Detection?
    var language: String
    var category: String
    var normalizedQuery: String
    /// Whether the normaliser left the text alone, because something in it might carry a meaning that it does not know.
    var exact: Bool
    var cacheKey: String
    /// `hit`, `stale` or `miss`.
    var verdict: String
    /// Why it is a miss.
    var reason: String?
    /// In words.
    var explanation: String
    /// Where something is kept under the key: `memory` or `store`.
    var tier: String?
    var entry: EntryDocument?

    init(
        _ question: IdentifiedQuestion, detected: DetectedLanguage?, category: ResponseCategory, inspection: Inspection, skipsCache: Bool,
        at now: Timestamp
    ) {
        self.detected = detected.map {
            Detection(language: $0.language.rawValue, confidence: EntryDocument.rounded($0.confidence), decided: $0.isDecided)
        }
        language = question.key.language.rawValue
        self.category = category.rawValue
        normalizedQuery = question.normalized.text
        exact = question.normalized.isExact
        cacheKey = question.key.description
        tier = inspection.tier?.rawValue
        entry = inspection.answer.map { EntryDocument($0, at: now) }
        let judged: Inspection.Verdict = skipsCache ? .miss(.bypass) : inspection.verdict
        switch judged {
        case .hit: (verdict, explanation) = ("hit", "A fresh answer to this question is kept and would be served.")
        case .stale: (verdict, explanation) = ("stale", "The kept answer would be served once more while a new one is fetched.")
        case .miss(let miss):
            (verdict, reason, explanation) = ("miss", miss.rawValue, Self.words(miss))
        }
    }

    private static func words(_ reason: MissReason) -> String {
        switch reason {
        case .neverStored: "No answer to a question with this normalised text was ever kept, or it has been pruned since."
        case .expired: "An answer is kept, but its time is over."
        case .invalidated: "An answer is kept, but it was invalidated after its question had been asked."
        case .lowConfidence: "An answer is kept, but feedback has brought its confidence below 0.5; the next prune removes it."
        case .bypass: "skipCache asks for a new answer."
        case .integrity: "What is kept under the key belongs to another question or is damaged; it is never served."
        case .storeUnavailable: "The store did not answer in time; the question would be asked."
        }
    }
}
