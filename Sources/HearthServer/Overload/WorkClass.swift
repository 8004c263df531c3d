import HTTPTypes
import HearthTelemetry

/// Work that may be refused while there is too much, in the order in which it is.
///
/// Everything else is never refused for that: hits, health, metrics, what changes something by an operator's will, and messages that
/// are only put into the inbox. What bounds these are the connections.
typealias WorkClass = OverloadInstruments.Work

extension WorkClass {
    /// The level at which as much as may be is refused.
    static let fullLevel = labelValues.count * 1000

    /// Of a thousand, at the highest level. A share of those that somebody waits for always passes: an operator who asks again sees the
    /// figures, and questions come to be kept, after which they are hits.
    var mostRefused: Int {
        switch self {
        case .background: 1000
        case .listing, .miss: 900
        }
    }

    /// Whether a route is a listing: calculated for readers, who lose nothing but time.
    static func isListing(_ method: HTTPRequest.Method, _ template: String) -> Bool {
        listings[template]?.contains(HTTPInstruments.Method(method.rawValue)) == true
    }

    /// Steps of an act, which an operator must be able to end.
    private static let steps: Set = ["/admin/cache-analytics/confirm", "/admin/cache-analytics/result"]

    /// Everything that operators read, but the state of the stores, and what explains.
    private static let listings: [String: Set<HTTPInstruments.Method>] = {
        var listings: [String: Set<HTTPInstruments.Method>] = ["/api/v1/cache/explain": [.post], "/docs": [.get]]
        for route in RouterBuilder.routes + RouterBuilder.pages
        where route.method == .get && route.template != "/api/v1/cache/health" && !steps.contains(route.template) {
            switch route.decision {
            case .needs(.stats), .needs(.admin): listings[route.template, default: []].insert(.get)
            case .needs, .open, .signed: break
            }
        }
        return listings
    }()
}
