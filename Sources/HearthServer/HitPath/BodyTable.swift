import HearthCache
import HearthStatistics
import HearthTelemetry
import NIOCore
import Synchronization

/// Remembers what request bodies asked, so that a body that comes again needs neither parsing nor normalising.
///
/// The same body of two tenants is two questions. Bodies are compared byte by byte; nothing about answers is remembered, so freshness,
/// invalidation and counting are decided anew each time. Each shard keeps two generations: when the younger is full it becomes the older,
/// and what is still asked for moves back. The hash is seeded per process, so that nobody can choose bodies that collide.
final class BodyTable: Sendable {
    /// What a body asked.
    struct Known: Sendable {
        var question: IdentifiedQuestion
        /// The text, for the log line where queries may be logged.
        var query: String
        var customer: CustomerHash?
    }

    private struct Key: Hashable {
        var tenant: Tenant
        var body: ByteBuffer
    }

    private struct Shard {
        var young: [Key: Known] = [:]
        var old: [Key: Known] = [:]

        mutating func find(_ body: Key, limit: Int) -> Known? {
            if let known = young[body] { return known }
            guard let place = old.index(forKey: body) else { return nil }
            let (key, known) = old.remove(at: place)
            insert(key, known, limit: limit)
            return known
        }

        mutating func insert(_ body: Key, _ known: Known, limit: Int) {
            if young.count >= limit {
                old = young
                young = Dictionary(minimumCapacity: limit)
            }
            young[body] = known
        }
    }

    private final class Guarded: Sendable {
        let shard = Mutex(Shard())
    }

    /// Longer bodies are not remembered.
    static let maximumBodyBytes = 2048

    private let shards: [Guarded]
    private let generationLimit: Int

    /// - Parameter capacity: bodies that are remembered at most
    init(capacity: Int, shardCount: Int = 16) {
        shards = (0..<shardCount).map { _ in Guarded() }
        generationLimit = max(1, capacity / shardCount / 2)
    }

    func find(_ body: ByteBuffer, of tenant: Tenant) -> Known? {
        guard body.readableBytes <= Self.maximumBodyBytes else { return nil }
        return guarded(body).shard.withLock { $0.find(Key(tenant: tenant, body: body), limit: generationLimit) }
    }

    func remember(_ body: ByteBuffer, of tenant: Tenant, _ known: Known) {
        guard body.readableBytes <= Self.maximumBodyBytes else { return }
        // A copy of its own, so that the connection's larger buffer is not kept alive.
        var copy = ByteBufferAllocator().buffer(capacity: body.readableBytes)
        copy.writeImmutableBuffer(body)
        guarded(body).shard.withLock { $0.insert(Key(tenant: tenant, body: copy), known, limit: generationLimit) }
    }

    /// Bodies that are remembered now.
    var count: Int { shards.reduce(0) { $0 + $1.shard.withLock { $0.young.count + $0.old.count } } }

    /// Bodies of one length go to one shard only if they end alike; the last bytes of JSON bodies differ little, those in the middle do.
    private func guarded(_ body: ByteBuffer) -> Guarded {
        let (first, length) = (body.readerIndex, body.readableBytes)
        var mixed = UInt64(truncatingIfNeeded: length)
        for share in 1...4 {
            let byte: UInt8 = body.getInteger(at: first + length * share / 5) ?? 0
            mixed = (mixed ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15
        }
        return shards[Int(truncatingIfNeeded: mixed >> 32) & (shards.count - 1)]
    }
}
