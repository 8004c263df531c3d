import Synchronization

/// Whether what this replica has in memory may be served without asking the store.
///
/// Where replicas share a store, each is told what the others overwrite and invalidate. While nobody tells it anything, what it has in memory
/// may be out of date: it is *suspect*, and look-ups go to the store. When the news come in again an epoch begins, and entries of an earlier
/// one are compared with the store before they are served. A single process is always trusted.
package final class MemoryTrust: Sendable {
    private let live = Atomic<Bool>(true)
    private let currentEpoch = Atomic<Int64>(0)
    /// How often something changed, for keys by their hash.
    private let changeCounts = Mutex(Array(repeating: UInt32(0), count: 4096))
    /// The epoch of entries that are compared with the store in any case.
    static let never: Int64 = -1

    package init() {}

    package var isLive: Bool { live.load(ordering: .acquiring) }
    /// What entries are marked with that agree with the store now.
    var epoch: Int64 { currentEpoch.load(ordering: .acquiring) }

    func trusts(_ entry: MemoryEntry) -> Bool { isLive && entry.verifiedEpoch.load(ordering: .relaxed) == epoch }

    /// How often a key has changed, or one that shares its place. Who reads the store and finds another number afterwards may have read
    /// what was there before the change.
    func changes(of key: CacheKey) -> UInt32 { changeCounts.withLock { $0[Self.place(of: key, among: $0.count)] } }

    /// Another answer has come for the key, here or at another replica.
    func note(changeOf key: CacheKey) { changeCounts.withLock { $0[Self.place(of: key, among: $0.count)] &+= 1 } }

    private static func place(of key: CacheKey, among count: Int) -> Int { Int(UInt(bitPattern: key.hashValue) % UInt(count)) }

    /// No news come in: nothing in memory is trusted.
    package func suspend() { live.store(false, ordering: .releasing) }

    /// News come in from now on; what was missed is found out entry by entry.
    package func resume() {
        currentEpoch.wrappingAdd(1, ordering: .acquiringAndReleasing)
        live.store(true, ordering: .releasing)
    }
}
