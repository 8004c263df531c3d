/// What a store compares before it accepts writes of a job's run: the number rises with every claim, so that a run whose claim has passed to
/// another one is refused.
///
/// Kleppmann, "How to do distributed locking", 2016, calls it a fencing token. Stores read ``current`` before each transaction and hand it to
/// ``LedgerSchema/require(_:in:)`` inside it; so whatever a job changes is guarded, also through parts that know nothing of jobs.
package struct JobFence: Sendable, Equatable {
    /// The fence of the run in whose task this is read; nil outside of runs.
    @TaskLocal package static var current: JobFence?

    package let job: String
    package let number: Int64

    package init(job: String, number: Int64) {
        self.job = job
        self.number = number
    }
}

/// A store refused a write because the run's claim has passed to another one.
package struct FenceRejection: Error, Equatable, CustomStringConvertible {
    /// The error type under which the run is recorded.
    package static let code = "fence_rejected"

    package let fence: JobFence

    package init(fence: JobFence) {
        self.fence = fence
    }

    package var description: String {
        "the claim of \(fence.job) with fence \(fence.number) has passed to another run, which does the work; nothing was written"
    }
}
