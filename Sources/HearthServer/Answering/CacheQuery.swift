package import HearthTelemetry

/// A question as `POST /api/v1/cache/query` carries it, its fields known to be valid one by one.
package struct CacheQuery: Sendable, Equatable {
    package var query: String
    /// Detected from the text when nil.
    package var language: Language?
    /// Recognised by the category rules when nil.
    package var category: ResponseCategory?
    /// A pseudonym of who asks; it is only ever kept as a keyed hash.
    package var customer: String?
    /// Ask the provider although an answer may be kept.
    package var skipCache: Bool

    package static let maximumCustomerBytes = 256

    package init(
        query: String, language: Language? = nil, category: ResponseCategory? = nil, customer: String? = nil, skipCache: Bool = false
    ) {
        self.query = query
        self.language = language
        self.category = category
        self.customer = customer
        self.skipCache = skipCache
    }

    /// The question without the white space around it, or nil if that is empty or longer than the limit.
    ///
    /// Length is counted in characters as readers see them; since a character takes at least a byte, short texts need no count.
    package static func trimmed(_ text: String, maximumCharacters: Int) -> String? {
        let trimmed = text.trimmingWhiteSpace()
        guard !trimmed.isEmpty else { return nil }
        guard trimmed.utf8.count <= maximumCharacters || trimmed.count <= maximumCharacters else { return nil }
        return trimmed
    }
}

extension String {
    fileprivate func trimmingWhiteSpace() -> String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        if first == scalars.startIndex, scalars.index(after: last) == scalars.endIndex { return self }
        return String(scalars[first...last])
    }
}
