import HearthStatistics

/// Reads the top queries, true to the last question of this replica and the last second of the others.
struct TopQueryReader: Sendable {
    let store: any QueryPatternStore
    let flusher: StatisticsFlusher
    /// Whether the texts of questions are kept as they were asked.
    let keepsTexts: Bool

    func top(_ selection: TopQuerySelection) async throws(StatisticsError) -> TopQueries {
        // What cannot be written now is missing from the list, which is better than no list.
        await flusher.flush()
        var top = try await store.topQueries(selection)
        if !keepsTexts { top.patterns = top.patterns.map(\.withoutPrivateTexts) }
        return top
    }
}
