package import HearthTelemetry

/// Which kept answers invalidations have put out of use.
///
/// A counter rises with every invalidation. An answer carries the counter's value of the moment at which its question was asked, and every
/// invalidation notes for what it named the value that answers must have reached. So an answer that was on its way while its kind was
/// invalidated is never served, whichever store it lands in, and no clock takes part in the decision.
package struct Generations: Sendable, Equatable {
    /// Notes about tags that are remembered, as many about keys, and as many spaces with notes about kinds; their answers have long been
    /// removed when an older one is forgotten.
    static let maximumNotes = 1000

    /// In SQL, the records whose notes every replica still has: of each kind the newest, and of the newest tags. Those about single answers
    /// are not among them.
    static let notedRecords = """
        SELECT max(generation) FROM invalidation WHERE cache_key IS NULL AND tag IS NULL GROUP BY space, language, category
        UNION ALL SELECT newest FROM (
            SELECT max(generation) AS newest FROM invalidation WHERE cache_key IS NULL AND tag IS NOT NULL
            GROUP BY space, tag ORDER BY newest DESC LIMIT \(maximumNotes)
        ) AS tags
        """

    /// The value that new answers get.
    package private(set) var current: Int64
    private var everything: Int64 = 0
    /// Of each space: by language, then category; index 0 stands for all categories, and the first row for all languages.
    private var kinds: [AnswerSpace: [Int64]] = [:]
    private var tags: [Named<String>: Int64] = [:]
    private var keys: [Named<CacheKey>: Int64] = [:]

    /// What one space calls so.
    private struct Named<Name: Hashable & Sendable>: Hashable, Sendable {
        var space: AnswerSpace
        var name: Name
    }

    private static let columns = ResponseCategory.allCases.count + 1

    package init(current: Int64 = 0) {
        self.current = current
    }

    /// Takes note of an invalidation that raised the counter to `generation`.
    package mutating func note(_ selection: AnswerSelection, generation: Int64) {
        current = max(current, generation)
        guard let space = selection.space else {
            everything = max(everything, generation)
            return
        }
        // A key or tag together with a kind is noted for all of it: more answers are asked for again than had to be, none is wrong.
        if let key = selection.key {
            Self.note(Named(space: space, name: key), generation, in: &keys)
        } else if let tag = selection.tag {
            Self.note(Named(space: space, name: tag), generation, in: &tags)
        } else {
            noteKind(Self.place(language: selection.language, category: selection.category), of: space, generation)
        }
    }

    /// Takes over what another one noted.
    package mutating func merge(_ other: Generations) {
        current = max(current, other.current)
        everything = max(everything, other.everything)
        for (space, generations) in other.kinds {
            for place in generations.indices where generations[place] > 0 { noteKind(place, of: space, generations[place]) }
        }
        for (tag, generation) in other.tags { Self.note(tag, generation, in: &tags) }
        for (key, generation) in other.keys { Self.note(key, generation, in: &keys) }
    }

    /// Whether no invalidation since its question was asked has named the answer.
    package func admits(_ answer: CachedAnswer) -> Bool {
        let space = answer.space
        return answer.generation >= everything && (kinds[space].map { Self.admits(answer, $0) } ?? true)
            && (tags.isEmpty || answer.tags.allSatisfy { answer.generation >= tags[Named(space: space, name: $0)] ?? 0 })
            && (keys.isEmpty || answer.generation >= keys[Named(space: space, name: answer.key)] ?? 0)
    }

    private static func admits(_ answer: CachedAnswer, _ kinds: [Int64]) -> Bool {
        let (language, category) = (answer.language, answer.category)
        return answer.generation >= kinds[place(language: nil, category: nil)]
            && answer.generation >= kinds[place(language: language, category: nil)]
            && answer.generation >= kinds[place(language: nil, category: category)]
            && answer.generation >= kinds[place(language: language, category: category)]
    }

    private mutating func noteKind(_ place: Int, of space: AnswerSpace, _ generation: Int64) {
        let none = Array(repeating: Int64(0), count: (Language.allCases.count + 1) * Self.columns)
        kinds[space, default: none][place] = max(kinds[space]?[place] ?? 0, generation)
        guard kinds.count > Self.maximumNotes else { return }
        let oldest = kinds.min { ($0.value.max() ?? 0) < ($1.value.max() ?? 0) }
        if let oldest { kinds[oldest.key] = nil }
    }

    private static func note<Name>(_ name: Name, _ generation: Int64, in notes: inout [Name: Int64]) {
        notes[name] = max(notes[name] ?? 0, generation)
        if notes.count > maximumNotes, let oldest = notes.min(by: { $0.value < $1.value }) { notes[oldest.key] = nil }
    }

    private static func place(language: Language?, category: ResponseCategory?) -> Int {
        (language.map { $0.index + 1 } ?? 0) * columns + (category.map { $0.index + 1 } ?? 0)
    }
}

/// One invalidation, as it is kept for those who want to know later who removed what.
package struct InvalidationRecord: Sendable, Equatable {
    package var at: Timestamp
    /// Who asked for it, such as `api`.
    package var actor: String
    package var selection: AnswerSelection
    /// Answers that the store held of it.
    package var removed: Int
    /// What the counter of ``Generations`` rose to.
    package var generation: Int64
}
