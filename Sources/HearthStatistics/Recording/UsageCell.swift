package import HearthTelemetry

/// One combination of language, category and result, which is counted by itself.
package struct UsageCell: Hashable, Sendable {
    package var language: Language
    package var category: ResponseCategory
    package var result: LookupResult

    package init(language: Language, category: ResponseCategory, result: LookupResult) {
        self.language = language
        self.category = category
        self.result = result
    }

    /// The number of combinations: 200.
    static let count = Language.allCases.count * ResponseCategory.allCases.count * LookupResult.allCases.count

    /// All combinations, in the order of ``index``.
    static let all: [UsageCell] = Language.allCases.flatMap { language in
        ResponseCategory.allCases.flatMap { category in
            LookupResult.allCases.map { UsageCell(language: language, category: category, result: $0) }
        }
    }

    /// The position in a table of all combinations.
    var index: Int {
        (language.index * ResponseCategory.allCases.count + category.index) * LookupResult.allCases.count + result.index
    }
}

/// What one row of statistics counts: a tenant's cell during one bucket of time.
package struct UsageKey: Hashable, Sendable {
    /// The beginning of the bucket.
    package var bucket: Timestamp
    package var tenant: Tenant
    package var cell: UsageCell

    package init(bucket: Timestamp, tenant: Tenant = .standard, cell: UsageCell) {
        self.bucket = bucket
        self.tenant = tenant
        self.cell = cell
    }
}

extension MissReason {
    /// The lane in ``UsageTally/missReasons``.
    var lane: Int {
        switch self {
        case .neverStored: 0
        case .expired: 1
        case .invalidated: 2
        case .lowConfidence: 3
        case .bypass: 4
        case .integrity: 5
        case .storeUnavailable: 6
        }
    }
}
