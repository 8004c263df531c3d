import Synchronization

/// Whether what this replica has in memory may be served without asking the store.
///
/// Where replicas share a store, each is told what the others overwrite and invalidate. While nobody tells it anything, what it has in memory
/// may be out of date: it is *suspect*, and look-ups go to the store. When the news come in again an epoch begins, and entries of an earlier
/// one are compared with the store before they are served. A single process is always trusted.
package final class MemoryTrust: Sendable {
    private let live = Atomic<Bool>(true)
    private let currentEpoch = Atomic<Int64>(0)

    package init() {}

    package var isLive: Bool { live.load(ordering: .acquiring) }
    /// What entries are marked with that agree with the store now.
    var epoch: Int64 { currentEpoch.load(ordering: .acquiring) }

    func trusts(_ entry: MemoryEntry) -> Bool { isLive && entry.verifiedEpoch.load(ordering: .relaxed) == epoch }

    /// No news come in: nothing in memory is trusted.
    package func suspend() { live.store(false, ordering: .releasing) }

    /// News come in from now on; what was missed is found out entry by entry.
    package func resume() {
        currentEpoch.wrappingAdd(1, ordering: .acquiringAndReleasing)
        live.store(true, ordering: .releasing)
    }
}
