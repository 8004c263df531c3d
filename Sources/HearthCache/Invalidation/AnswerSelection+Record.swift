import HearthTelemetry

/// A selection in the words in which the stores record it.
extension AnswerSelection {
    /// The space, or `*` for every one.
    var spaceLabel: String { space?.name ?? "*" }

    /// Nil for words that this version does not know.
    init?(spaceLabel: String, key: String?, language: String?, category: String?, tag: String?) {
        if spaceLabel == "*" {
            self = .everything
            return
        }
        guard let space = AnswerSpace(name: spaceLabel) else { return nil }
        self.init(
            in: space, key: key.flatMap { CacheKey($0) }, language: language.flatMap { Language(rawValue: $0) },
            category: category.flatMap { ResponseCategory(rawValue: $0) }, tag: tag)
        guard (key == nil) == (self.key == nil), (language == nil) == (self.language == nil), (category == nil) == (self.category == nil)
        else { return nil }
    }
}
