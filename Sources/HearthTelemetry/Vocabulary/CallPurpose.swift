/// For whom a provider is asked, and so who is to thank or to blame for the price; the `purpose` label of `hearth_cost_usd_total`.
package enum CallPurpose: String, MetricLabel, Codable {
    /// A caller waits for the answer.
    case client
    /// Answers are fetched before anyone asks.
    case warming
    /// A kept answer is replaced before it expires.
    case refresh
    /// A kept answer is compared with a new one.
    case shadow

    package var index: Int {
        switch self {
        case .client: 0
        case .warming: 1
        case .refresh: 2
        case .shadow: 3
        }
    }
}
