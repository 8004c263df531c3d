package import HearthTelemetry

/// Everything that is counted about one question.
///
/// As everywhere, hits and misses add up to the requests: what was not served from the cache is a miss, whatever the reason.
package struct QueryPatternTally: Equatable, Sendable {
    /// So many customers must have asked before a text is shown where original texts are not kept.
    package static let customerLimit = 3

    package var hits: Int64 = 0
    package var misses: Int64 = 0
    package var savedMicroDollars: Int64 = 0
    package var costMicroDollars: Int64 = 0
    package var firstSeen: Timestamp
    package var lastSeen: Timestamp
    /// Those of the latest request.
    package var category: ResponseCategory
    package var missReason: MissReason?
    package var confidence: Double?
    package var normalizedText: String?
    package var originalText: String?
    /// Up to ``customerLimit`` different ones; empty where the text may be kept in any case.
    package var customers: [CustomerHash] = []
    /// What is left of the sightings after ``Swift/Dictionary/foldRarest(over:)`` has taken its share; only for choosing what to fold next.
    var rank: Int64 = 0

    /// For a remainder, and to begin with.
    package init(category: ResponseCategory, seenAt: Timestamp) {
        self.category = category
        firstSeen = seenAt
        lastSeen = seenAt
    }

    init(_ event: UsageEvent, _ question: AskedQuestion) {
        self.init(category: event.category, seenAt: event.finishedAt)
        normalizedText = question.normalizedText
        record(event, question)
    }

    package var sightings: Int64 { hits &+ misses }

    mutating func record(_ event: UsageEvent, _ question: AskedQuestion) {
        if event.result.servedFromCache { hits &+= 1 } else { misses &+= 1 }
        rank &+= 1
        savedMicroDollars.increase(by: event.savedMicroDollars)
        costMicroDollars.increase(by: event.costMicroDollars)
        firstSeen = min(firstSeen, event.finishedAt)
        lastSeen = max(lastSeen, event.finishedAt)
        category = event.category
        if let reason = event.missReason { missReason = reason }
        if let given = question.confidence { confidence = given }
        if originalText == nil { originalText = question.originalText }
        if let customer = question.customer { note(customer) }
    }

    /// Adds counts of the same question that were made later or elsewhere.
    package mutating func add(_ other: QueryPatternTally) {
        addCounts(of: other)
        rank.increase(by: other.rank)
        category = other.category
        missReason = other.missReason ?? missReason
        confidence = other.confidence ?? confidence
        normalizedText = normalizedText ?? other.normalizedText
        originalText = originalText ?? other.originalText
        other.customers.forEach { note($0) }
    }

    /// Adds what can be added without saying which question it was.
    mutating func addCounts(of other: QueryPatternTally) {
        hits.increase(by: other.hits)
        misses.increase(by: other.misses)
        savedMicroDollars.increase(by: other.savedMicroDollars)
        costMicroDollars.increase(by: other.costMicroDollars)
        firstSeen = min(firstSeen, other.firstSeen)
        lastSeen = max(lastSeen, other.lastSeen)
    }

    private mutating func note(_ customer: CustomerHash) {
        guard customers.count < Self.customerLimit, !customers.contains(customer) else { return }
        customers.append(customer)
    }
}
