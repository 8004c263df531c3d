import HearthCache
import Synchronization

/// The inputs whose embeddings are being renewed, so that many requests for the same ones make one call.
final class RenewedInputs: Sendable {
    private let keys = Mutex<Set<CacheKey>>([])

    /// Those of them that nobody renews yet.
    func begin(_ wanted: [EmbeddingFetcher.Wanted]) -> [EmbeddingFetcher.Wanted] {
        keys.withLock { keys in wanted.filter { keys.insert($0.question.key).inserted } }
    }

    func end(_ wanted: [EmbeddingFetcher.Wanted]) {
        keys.withLock { $0.subtract(wanted.map(\.question.key)) }
    }
}
