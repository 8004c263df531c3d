package import HearthTelemetry

/// Why Hearth paid the provider without a caller waiting; what is subtracted from the savings.
package enum BackgroundPurpose: String, CaseIterable, Codable, Sendable {
    case warming
    case refresh
    case shadow
}

extension BackgroundPurpose {
    /// The same purpose; nil for a caller's own call, whose cost is part of its `UsageEvent`.
    package init?(_ purpose: CallPurpose) {
        switch purpose {
        case .client: return nil
        case .warming: self = .warming
        case .refresh: self = .refresh
        case .shadow: self = .shadow
        }
    }

    /// The position in `allCases`, for tables that are indexed by purpose.
    package var index: Int {
        switch self {
        case .warming: 0
        case .refresh: 1
        case .shadow: 2
        }
    }
}

/// Calls to the provider for one purpose and what they cost.
package struct BackgroundTally: Equatable, Sendable {
    package var calls: Int64 = 0
    package var costMicroDollars: Int64 = 0

    package init(calls: Int64 = 0, costMicroDollars: Int64 = 0) {
        self.calls = calls
        self.costMicroDollars = costMicroDollars
    }

    package mutating func add(_ other: BackgroundTally) {
        calls &+= other.calls
        costMicroDollars.increase(by: other.costMicroDollars)
    }

    package mutating func subtract(_ other: BackgroundTally) {
        calls &-= other.calls
        costMicroDollars &-= other.costMicroDollars
    }
}

/// What one row of background cost counts.
package struct BackgroundKey: Hashable, Sendable {
    /// The beginning of the bucket.
    package var bucket: Timestamp
    /// Whose answers it was spent on.
    package var tenant: Tenant
    package var purpose: BackgroundPurpose

    package init(bucket: Timestamp, tenant: Tenant = .standard, purpose: BackgroundPurpose) {
        self.bucket = bucket
        self.tenant = tenant
        self.purpose = purpose
    }
}
