import Synchronization

/// A kept answer in memory, together with the bytes that are sent for it.
///
/// What is served of it never changes after it is made, so that it can be read outside the lock of the shard that found it.
package final class MemoryEntry: Sendable {
    package let answer: CachedAnswer
    /// The JSON body of a hit up to the one figure that differs from hit to hit; rendered once, when the entry is made.
    package let rendered: [UInt8]
    /// Bytes that the entry takes from the tier's budget.
    package let sizeBytes: Int
    /// The revision of ``Generations`` at which it was last found current; none at first.
    let verifiedRevision = Atomic<Int64>(-1)
    /// The epoch of ``MemoryTrust`` in which it was last found in agreement with the store.
    let verifiedEpoch: Atomic<Int64>

    package init(answer: CachedAnswer, rendered: [UInt8], epoch: Int64 = 0) {
        self.answer = answer
        self.rendered = rendered
        self.sizeBytes = answer.sizeBytes + rendered.count
        self.verifiedEpoch = Atomic(epoch)
    }
}
