package import HearthTelemetry

/// Whose requests a report is about, and which of them; nil is all.
package struct UsageSelection: Sendable, Hashable {
    package var tenant: Tenant?
    package var language: Language?
    package var category: ResponseCategory?

    package init(tenant: Tenant? = nil, language: Language? = nil, category: ResponseCategory? = nil) {
        self.tenant = tenant
        self.language = language
        self.category = category
    }

    func contains(_ cell: UsageCell) -> Bool {
        (language == nil || language == cell.language) && (category == nil || category == cell.category)
    }

    /// What the provider was paid for in the background is not told apart by language and category.
    var containsBackground: Bool { language == nil && category == nil }
}
