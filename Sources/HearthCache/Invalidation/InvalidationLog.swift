package import HearthTelemetry

/// The authority over invalidations where many replicas share a store of answers.
///
/// It numbers invalidations and remembers them apart from the answers, so that a store that is restored from an old copy brings nothing
/// back to life. Every implementation passes one conformance suite.
package protocol InvalidationLog: Sendable {
    /// Records an invalidation and returns what the counter rose to: more than `known` and than every number given before.
    func append(
        _ selection: AnswerSelection, by actor: String, at now: Timestamp, above known: Int64
    ) async throws(AnswerStoreError) -> Int64

    /// Notes how many answers the store held of what an invalidation named.
    func settle(_ generation: Int64, removed: Int) async throws(AnswerStoreError)

    /// The counter alone; every replica asks for it several times a second.
    func current() async throws(AnswerStoreError) -> Int64

    /// The counter and what earlier invalidations noted.
    func generations() async throws(AnswerStoreError) -> Generations

    /// The newest invalidations of a space, and those of everything; of all spaces for nil. The latest come first.
    func invalidations(of space: AnswerSpace?, limit: Int) async throws(AnswerStoreError) -> [InvalidationRecord]
}
