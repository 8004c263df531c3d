/// What a question is about; it decides how long an answer may be kept.
package enum ResponseCategory: String, CaseIterable, Codable, Sendable {
    case greeting
    case pricing
    case availability
    case services
    case hours
    case location
    case booking
    case general
}

extension ResponseCategory {
    /// The position in ``allCases``, for tables that are indexed by category.
    package var index: Int {
        switch self {
        case .greeting: 0
        case .pricing: 1
        case .availability: 2
        case .services: 3
        case .hours: 4
        case .location: 5
        case .booking: 6
        case .general: 7
        }
    }
}

extension ResponseCategory: MetricLabel {}
